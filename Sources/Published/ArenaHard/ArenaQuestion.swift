import Corpus

/// A question of Arena-Hard, version 0.1 or 2, or of its predecessor.
public struct ArenaQuestion: Sendable, Equatable {
  public var id: String
  public var category: String
  /// `subcategory` in version 2, `cluster` in version 0.1.
  public var subcategory: String?
  public var prompt: String

  public init(id: String, category: String, subcategory: String?, prompt: String) {
    self.id = id
    self.category = category
    self.subcategory = subcategory
    self.prompt = prompt
  }

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [ArenaQuestion] {
    try RowFile.read(path) { row throws(PublishedError) in
      ArenaQuestion(
        id: try row.identifier(row.has("uid") ? "uid" : "question_id"),
        category: try row.string("category"),
        subcategory: try row.optionalString(row.has("cluster") ? "cluster" : "subcategory"),
        prompt: try Self.prompt(row))
    }
  }

  private static func prompt(_ row: FieldReader) throws(PublishedError) -> String {
    if row.has("prompt") { return try row.string("prompt") }
    // The predecessor keeps a conversation of one turn.
    let turns = try row.objects("turns")
    guard let first = turns.first else {
      throw row.wrong("turns", "is empty", advice: "give the question")
    }
    return try first.string("content")
  }

  /// Version 2's file.
  public static func text(_ questions: [ArenaQuestion]) -> String {
    JSONBuilder.lines(
      questions.map {
        JSONBuilder.object([
          ("uid", .string($0.id)), ("category", .string($0.category)),
          ("subcategory", JSONBuilder.string($0.subcategory)), ("prompt", .string($0.prompt)),
        ])
      })
  }
}
