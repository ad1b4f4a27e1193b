import Corpus

/// One answer in AlpacaEval's file of outputs: a JSON list of such objects.
public struct AlpacaOutput: Sendable, Equatable {
  public var instruction: String
  public var output: String
  /// The model.
  public var generator: String
  public var dataset: String?
  public var datasplit: String?

  public init(
    instruction: String, output: String, generator: String, dataset: String? = nil,
    datasplit: String? = nil
  ) {
    self.instruction = instruction
    self.output = output
    self.generator = generator
    self.dataset = dataset
    self.datasplit = datasplit
  }

  /// Length as AlpacaEval counts it: in Unicode scalars, which is what Python calls characters.
  public var length: Int { output.unicodeScalars.count }

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [AlpacaOutput] {
    try RowFile.read(path) { row throws(PublishedError) in
      AlpacaOutput(
        instruction: try row.string("instruction"), output: try row.string("output"),
        generator: try row.string("generator"), dataset: try row.optionalString("dataset"),
        datasplit: try row.optionalString("datasplit"))
    }
  }

  /// The file for such answers.
  public static func text(_ outputs: [AlpacaOutput]) -> String {
    JSONBuilder.list(
      outputs.map {
        JSONBuilder.object([
          ("instruction", .string($0.instruction)), ("output", .string($0.output)),
          ("generator", .string($0.generator)), ("dataset", $0.dataset.map { .string($0) }),
          ("datasplit", $0.datasplit.map { .string($0) }),
        ])
      })
  }
}
