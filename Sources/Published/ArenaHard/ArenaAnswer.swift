import Corpus
import Runs
import Statistics

/// A model's answer to a question of Arena-Hard.
public struct ArenaAnswer: Sendable, Equatable {
  public var question: String
  public var model: String
  public var prompt: String
  public var answer: String
  /// Absent in version 0.1, which counts when it is needed.
  public var style: AnswerStyle?

  public init(
    question: String, model: String, prompt: String, answer: String, style: AnswerStyle? = nil
  ) {
    self.question = question
    self.model = model
    self.prompt = prompt
    self.answer = answer
    self.style = style
  }

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [ArenaAnswer] {
    try RowFile.read(path) { row throws(PublishedError) in
      let messages = try row.objects("messages")
      guard let last = messages.last, let first = messages.first, messages.count > 1 else {
        throw row.wrong("messages", "has no answer", advice: "give question and answer")
      }
      return ArenaAnswer(
        question: try row.identifier("uid"), model: try row.string("model"),
        prompt: try first.string("content"), answer: try Self.answer(last),
        style: try Self.style(row))
    }
  }

  private static func answer(_ message: FieldReader) throws(PublishedError) -> String {
    message.object["content"]?.string == nil
      ? try message.object("content").string("answer") : try message.string("content")
  }

  private static func style(_ row: FieldReader) throws(PublishedError) -> AnswerStyle? {
    guard let metadata = try row.optionalObject("metadata"), metadata.has("header_count") else {
      return nil
    }
    func sum(_ key: String) throws(PublishedError) -> Int {
      let counts = try metadata.object(key)
      var total = 0
      for member in counts.object.members { total += try counts.integer(member.key) }
      return total
    }
    return AnswerStyle(
      tokens: try metadata.integer("token_len"), headers: try sum("header_count"),
      lists: try sum("list_count"), bolds: try sum("bold_count"))
  }

  /// Version 2's file. Counts of one kind are written under the kind's first name, since this type
  /// keeps their sum.
  public static func text(_ answers: [ArenaAnswer]) -> String {
    func message(_ role: String, _ content: JSONValue) -> JSONValue {
      JSONBuilder.object([("role", .string(role)), ("content", content)])
    }
    return JSONBuilder.lines(
      answers.map { answer in
        JSONBuilder.object([
          ("uid", .string(answer.question)), ("model", .string(answer.model)),
          (
            "messages",
            .array([
              message("user", .string(answer.prompt)),
              message("assistant", JSONBuilder.object([("answer", .string(answer.answer))])),
            ])
          ),
          (
            "metadata",
            answer.style.map { style in
              JSONBuilder.object([
                ("token_len", .integer(style.tokens)),
                ("header_count", JSONBuilder.object([("h1", .integer(style.headers))])),
                ("list_count", JSONBuilder.object([("ordered", .integer(style.lists))])),
                ("bold_count", JSONBuilder.object([("**", .integer(style.bolds))])),
              ])
            }
          ),
        ])
      })
  }
}
