import Runs

/// Single scores of several models as comparisons of every two models: the higher score wins, equal
/// ones are a tie.
struct ScoredComparisons {
  /// What a judge without a name is called.
  static let judge = "judge"

  private(set) var preferences: [Preference] = []
  /// Questions that only one of two models was scored on.
  private(set) var remarks: [RowRemark] = []

  private struct Place: Hashable {
    let judge: ByteText
    let question: ByteText
    let turn: Int

    init(_ score: SingleScore) {
      judge = ByteText(score.judge ?? ScoredComparisons.judge)
      question = ByteText(score.question)
      turn = score.turn ?? 1
    }
  }

  /// - Parameter scores: one of each model, judge, question and turn.
  init(_ scores: [SingleScore]) {
    let models = scores.map(\.model).distinctTexts
    let own = Dictionary(grouping: scores) { ByteText($0.model) }
    for (index, first) in models.enumerated() {
      let base = own[ByteText(first)] ?? []
      let known = Dictionary(
        base.map { (Place($0), $0.score) }, uniquingKeysWith: { one, _ in one })
      for model in models[(index + 1)...] {
        compare(base, known, with: own[ByteText(model)] ?? [], MatchUp(first, model))
      }
    }
  }

  private mutating func compare(
    _ base: [SingleScore], _ known: [Place: Double?], with others: [SingleScore], _ matchUp: MatchUp
  ) {
    var shared: Set<Place> = []
    for score in others {
      guard let ours = known[Place(score)] else { continue }
      shared.insert(Place(score))
      preferences.append(Self.preference(score, against: ours, matchUp))
    }
    let alone = Set(base.map(Place.init)).union(others.map(Place.init)).subtracting(shared)
    let questions = Set(alone.map(\.question)).count
    if questions > 0 { remarks.append(.scoredForOne(matchUp, questions: questions)) }
  }

  private static func preference(
    _ theirs: SingleScore, against ours: Double?, _ matchUp: MatchUp
  ) -> Preference {
    var share: Double?
    if let ours, let other = theirs.score { share = ours > other ? 1 : ours < other ? 0 : 0.5 }
    return Preference(
      prompt: ByteText(theirs.question), item: ByteText("turn \(theirs.turn ?? 1)"),
      matchUp: matchUp, rater: Preference.Rater(name: theirs.judge ?? judge, isHuman: false),
      share: share, gap: share == nil ? "unparsable" : nil)
  }
}
