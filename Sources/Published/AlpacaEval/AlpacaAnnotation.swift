import Corpus
import Runs
import Statistics

/// One judgment in AlpacaEval's file of annotations; `output_1` is the baseline's answer.
public struct AlpacaAnnotation: Sendable, Equatable {
  public var instruction: String
  public var dataset: String?
  public var baselineOutput: String
  public var baseline: String
  public var modelOutput: String
  public var model: String
  public var annotator: String
  /// In 0 … 1, for the model; nil where the judge gave none (null or −1 in the file).
  public var preference: Double?
  public var price: Double?
  public var seconds: Double?
  /// What the judge wrote, where the file holds it as a text.
  public var completion: String?
  /// Log-probabilities of the answers `m` (the first slot) and `M` (the second), where the file has
  /// them.
  public var firstSlot: Double?
  public var secondSlot: Double?
  /// Whether the model's answer was shown first, where the file says which answer was `m`.
  public var modelWasFirst: Bool?
  /// What AlpacaEval's own length-controlled fit predicts for this row, where the file has it.
  public var lengthControlled: Double?

  public init(
    instruction: String, dataset: String? = nil, baselineOutput: String, baseline: String,
    modelOutput: String, model: String, annotator: String, preference: Double?,
    price: Double? = nil, seconds: Double? = nil, completion: String? = nil
  ) {
    self.instruction = instruction
    self.dataset = dataset
    self.baselineOutput = baselineOutput
    self.baseline = baseline
    self.modelOutput = modelOutput
    self.model = model
    self.annotator = annotator
    self.preference = preference
    self.price = price
    self.seconds = seconds
    self.completion = completion
  }

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [AlpacaAnnotation] {
    try RowFile.read(path) { row throws(PublishedError) in try AlpacaAnnotation(row) }
  }

  /// Without rows that say what an earlier one says of the same two answers.
  public static func distinct(_ annotations: [AlpacaAnnotation]) -> [AlpacaAnnotation] {
    struct Row: Hashable {
      let texts: [ByteText]
      let preference: Double?
    }
    var seen: Set<Row> = []
    return annotations.filter {
      let texts = [$0.instruction, $0.baselineOutput, $0.modelOutput].map { ByteText($0) }
      return seen.insert(Row(texts: texts, preference: $0.preference)).inserted
    }
  }

  /// The same judgment with baseline and model exchanged; what the judge was shown is left out.
  public var flipped: AlpacaAnnotation {
    AlpacaAnnotation(
      instruction: instruction, dataset: dataset, baselineOutput: modelOutput, baseline: model,
      modelOutput: baselineOutput, model: baseline, annotator: annotator,
      preference: preference.map { 1 - $0 }, price: price, seconds: seconds,
      completion: completion)
  }

  private init(_ row: FieldReader) throws(PublishedError) {
    instruction = try row.string("instruction")
    dataset = try row.optionalString("dataset")
    baselineOutput = try row.string("output_1")
    baseline = try row.string("generator_1")
    modelOutput = try row.string("output_2")
    model = try row.string("generator_2")
    annotator = try row.string("annotator")
    preference = try Self.preference(row)
    price = try row.optionalNumber("price_per_example")
    seconds = try row.optionalNumber("time_per_example")
    completion = row.object["raw_completion"]?.string
    lengthControlled = try row.optionalNumber("glm_preference")
    if let names = try row.optionalObject("referenced_models"), names.has("m") {
      modelWasFirst = try names.string("m") == "output_2"
    }
    try readProbabilities(row)
  }

  /// 1 … 2 for baseline … model; 0 is an older spelling of a draw, −1 of none.
  private static func preference(_ row: FieldReader) throws(PublishedError) -> Double? {
    guard let value = try row.optionalNumber("preference"), value != -1 else { return nil }
    if value == 0 { return 0.5 }
    guard value >= 1, value <= 2 else {
      throw row.wrong(
        "preference", "is \(value)", advice: "give a number in 1 … 2, 0 for a draw, or null")
    }
    return value - 1
  }

  private mutating func readProbabilities(_ row: FieldReader) throws(PublishedError) {
    guard row.object["raw_completion"]?.object != nil,
      let logprobs = try row.object("raw_completion").optionalObject("logprobs"),
      let first = try logprobs.objects("content").first
    else { return }
    for candidate in try first.objects("top_logprobs") {
      switch try candidate.string("token") {
      case "m": firstSlot = try candidate.number("logprob")
      case "M": secondSlot = try candidate.number("logprob")
      default: break
      }
    }
  }

  /// The preference that the stored log-probabilities and the order rule give; nil without
  /// log-probabilities.
  public var recomputedPreference: Double? {
    SoftVerdict.preference(
      first: firstSlot, second: secondSlot, isSwitched: AlpacaOrder.isSwitched(instruction))
  }

  /// The file for such judgments; log-probabilities are not written.
  public static func text(_ annotations: [AlpacaAnnotation]) -> String {
    JSONBuilder.list(
      annotations.map {
        JSONBuilder.object([
          ("instruction", .string($0.instruction)), ("output_1", .string($0.baselineOutput)),
          ("generator_1", .string($0.baseline)), ("dataset", JSONBuilder.string($0.dataset)),
          ("output_2", .string($0.modelOutput)), ("generator_2", .string($0.model)),
          ("annotator", .string($0.annotator)),
          ("preference", JSONBuilder.number($0.preference.map { $0 + 1 })),
          ("price_per_example", JSONBuilder.number($0.price)),
          ("time_per_example", JSONBuilder.number($0.seconds)),
          ("raw_completion", JSONBuilder.string($0.completion)),
        ])
      })
  }
}
