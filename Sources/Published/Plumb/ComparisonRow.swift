import Corpus

/// A comparison with its texts, as `plumb judge --export jsonl` writes it.
public struct ComparisonRow: Sendable, Equatable {
  public var id: String
  public var prompt: String
  /// Of both systems, the one whose win rate is measured first.
  public var outputs: [String]
  public var models: [String]
  public var judge: String
  /// `verdict`, or why there is none.
  public var state: String
  /// Of the first system, 0 … 1.
  public var preference: Double?
  /// What judges wrote, in the order in which they were asked.
  public var replies: [String]

  public init(
    id: String, prompt: String, outputs: [String], models: [String], judge: String, state: String,
    preference: Double?, replies: [String]
  ) {
    self.id = id
    self.prompt = prompt
    self.outputs = outputs
    self.models = models
    self.judge = judge
    self.state = state
    self.preference = preference
    self.replies = replies
  }

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [ComparisonRow] {
    try RowFile.read(path) { row throws(PublishedError) in
      ComparisonRow(
        id: try row.identifier("id"), prompt: try row.string("prompt"),
        outputs: [try row.string("output_a"), try row.string("output_b")],
        models: [try row.string("model_a"), try row.string("model_b")],
        judge: try row.string("judge"), state: try row.string("state"),
        preference: try row.optionalShare("preference"), replies: try row.strings("replies"))
    }
  }

  public static func text(_ rows: [ComparisonRow]) -> String {
    JSONBuilder.lines(
      rows.map {
        JSONBuilder.object([
          ("id", .string($0.id)), ("prompt", .string($0.prompt)),
          ("output_a", .string($0.outputs[0])), ("output_b", .string($0.outputs[1])),
          ("model_a", .string($0.models[0])), ("model_b", .string($0.models[1])),
          ("judge", .string($0.judge)), ("state", .string($0.state)),
          ("preference", JSONBuilder.number($0.preference)),
          ("replies", .array($0.replies.map { .string($0) })),
        ])
      })
  }
}

extension FieldReader {
  /// A number in 0 … 1; nil where the field is absent or null.
  func optionalShare(_ key: String) throws(PublishedError) -> Double? {
    guard let value = try optionalNumber(key) else { return nil }
    guard (0...1).contains(value) else {
      throw wrong(key, "is \(value)", advice: "give a number in 0 … 1, or null")
    }
    return value
  }
}
