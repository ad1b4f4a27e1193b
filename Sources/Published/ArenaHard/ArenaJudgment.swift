import Corpus
import Runs
import Statistics

/// The two games of one question: in the first the baseline is A, in the second the model.
public struct ArenaJudgment: Sendable, Equatable {
  /// What a judge was sent.
  public struct Message: Sendable, Equatable {
    public var role: String
    public var content: String

    public init(role: String, content: String) {
      self.role = role
      self.content = content
    }
  }

  public var question: String
  public var model: String
  public var judge: String
  /// Version 2 only.
  public var category: String?
  public var baseline: String?
  /// Of the model, in both games; nil where the judge's answer did not parse.
  public var verdicts: [GradedVerdict?]
  /// What the judge wrote, for each game.
  public var texts: [String]
  /// What the judge was sent, for each game; version 2 only.
  public var prompts: [[Message]]

  public init(
    question: String, model: String, judge: String, category: String? = nil,
    baseline: String? = nil, verdicts: [GradedVerdict?], texts: [String],
    prompts: [[Message]] = [[], []]
  ) {
    self.question = question
    self.model = model
    self.judge = judge
    self.category = category
    self.baseline = baseline
    self.verdicts = verdicts
    self.texts = texts
    self.prompts = prompts
  }

  /// Reads version 0.1 and version 2.
  ///
  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [ArenaJudgment] {
    try RowFile.read(path) { row throws(PublishedError) in
      let games = try row.objects("games")
      guard games.count == 2 else {
        throw row.wrong("games", "has \(games.count) games", advice: "give both orders")
      }
      return ArenaJudgment(
        question: try row.identifier(row.has("uid") ? "uid" : "question_id"),
        model: try row.string("model"), judge: try row.string("judge"),
        category: try row.optionalString("category"),
        baseline: try row.optionalString("baseline"),
        verdicts: [
          try Self.verdict(games[0], modelIsFirst: false),
          try Self.verdict(games[1], modelIsFirst: true),
        ], texts: try games.map { game throws(PublishedError) in try Self.text(of: game) },
        prompts: try games.map { game throws(PublishedError) in
          guard game.has("prompt") else { return [] }
          return try game.objects("prompt").map { message throws(PublishedError) in
            Message(role: try message.string("role"), content: try message.string("content"))
          }
        })
    }
  }

  private static func verdict(
    _ game: FieldReader, modelIsFirst: Bool
  ) throws(PublishedError) -> GradedVerdict? {
    guard let score = try game.optionalString("score") else { return nil }
    guard let verdict = GradedVerdict(score.uppercased(), modelIsFirst: modelIsFirst) else {
      throw game.wrong(
        "score", "is \(JSONText.line(.string(String(score.prefix(40)))))",
        advice: "give A>>B, A>B, A=B, B>A, B>>A or null")
    }
    return verdict
  }

  private static func text(of game: FieldReader) throws(PublishedError) -> String {
    guard game.has("judgment") else { return "" }
    return game.object["judgment"]?.string == nil
      ? try game.object("judgment").string("answer") : try game.string("judgment")
  }

  /// Both verdicts as plain wins, ties and losses of the model: the first game shows it second.
  ///
  /// - Parameter cluster: the question's place.
  public func swapped(cluster: Int) -> SwappedVerdict {
    SwappedVerdict(
      direct: verdicts[1]?.plain, swapped: verdicts[0]?.plain, cluster: cluster)
  }

  /// Version 2's file.
  public static func text(_ judgments: [ArenaJudgment]) -> String {
    JSONBuilder.lines(
      judgments.map { row in
        JSONBuilder.object([
          ("uid", .string(row.question)), ("category", JSONBuilder.string(row.category)),
          ("judge", .string(row.judge)), ("model", .string(row.model)),
          ("baseline", JSONBuilder.string(row.baseline)),
          (
            "games",
            .array(
              row.verdicts.indices.map { game in
                JSONBuilder.object([
                  (
                    "score",
                    JSONBuilder.string(row.verdicts[game]?.text(modelIsFirst: game == 1))
                  ), ("judgment", JSONBuilder.object([("answer", .string(row.texts[game]))])),
                  (
                    "prompt",
                    .array(
                      row.prompts[game].map {
                        JSONBuilder.object([
                          ("role", .string($0.role)), ("content", .string($0.content)),
                        ])
                      })
                  ),
                ])
              })
          ),
        ])
      })
  }
}
