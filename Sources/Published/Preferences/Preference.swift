import Runs
import Statistics

/// What one rater said of one comparison, always as a share of the first system: 1 wins, ½ a tie.
public struct Preference: Sendable, Equatable {
  /// Who said it.
  public struct Rater: Sendable, Hashable {
    public var name: String
    public var isHuman: Bool
    /// Several judges whose own answers are there too.
    public var isJury: Bool

    public init(name: String, isHuman: Bool, isJury: Bool = false) {
      self.name = name
      self.isHuman = isHuman
      self.isJury = isJury
    }

    public static func == (one: Rater, other: Rater) -> Bool {
      ByteText(one.name) == ByteText(other.name) && one.isHuman == other.isHuman
        && one.isJury == other.isJury
    }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(ByteText(name))
      hasher.combine(isHuman)
      hasher.combine(isJury)
    }
  }

  /// What is independent of others: the SHA-256 of the prompt's text, or a benchmark's question.
  public var prompt: ByteText
  /// Which comparison of its prompt this is: a turn, the two answers, a row; empty for the only one.
  public var item: ByteText
  public var matchUp: MatchUp
  public var rater: Rater
  /// Nil where there is no answer.
  public var share: Double?
  /// Why there is none: `not answered`, `unparsable`, ….
  public var gap: String?
  /// Still of the first system: with it shown first, and shown second; nil for one order.
  public var orders: SwappedShares?
  /// By criterion, as `share`.
  public var criteria: [String: Double]
  /// For one order: whether the first system was shown first; nil where that is not known.
  public var firstIsShownFirst: Bool?
  /// Where a text without content stood in the first system's place: its kind.
  public var canary: CanaryKind?
  /// Where judging was to stop once it is decided: the place of its prompt in the order of asking.
  public var look: Int?

  /// What was compared, by content; nil where a file does not say it.
  public var subject: Subject?

  /// SHA-256 of both answers' texts; nil where the rows do not say them.
  public var answers: Answers?

  public struct Answers: Sendable, Equatable {
    public var first: String
    public var second: String

    public init(first: String, second: String) {
      self.first = first
      self.second = second
    }
  }

  /// Prompt and answers as ``JudgedPair/content``, and by how many characters the first is longer.
  public struct Subject: Sendable, Equatable {
    public var content: String
    public var excess: Int

    public init(content: String, excess: Int) {
      self.content = content
      self.excess = excess
    }

    var flipped: Subject {
      Subject(content: JudgedPair.turned(content) ?? content, excess: -excess)
    }
  }

  /// The shares of both orders of one comparison.
  public struct SwappedShares: Sendable, Equatable {
    public var direct: Double?
    public var swapped: Double?

    public init(direct: Double?, swapped: Double?) {
      self.direct = direct
      self.swapped = swapped
    }
  }

  public init(
    prompt: ByteText, item: ByteText = "", matchUp: MatchUp, rater: Rater, share: Double?,
    gap: String? = nil, orders: SwappedShares? = nil, criteria: [String: Double] = [:],
    firstIsShownFirst: Bool? = nil, canary: CanaryKind? = nil, look: Int? = nil,
    subject: Subject? = nil, answers: Answers? = nil
  ) {
    self.subject = subject
    self.answers = answers
    self.prompt = prompt
    self.item = item
    self.canary = canary
    self.look = look
    self.matchUp = matchUp
    self.rater = rater
    self.share = share
    self.gap = gap
    self.orders = orders
    self.criteria = criteria
    self.firstIsShownFirst = firstIsShownFirst
  }

  /// The same with the systems exchanged.
  public var flipped: Preference {
    var other = self
    other.matchUp = matchUp.flipped
    other.share = share.map { 1 - $0 }
    other.orders = orders.map {
      SwappedShares(direct: $0.swapped.map { 1 - $0 }, swapped: $0.direct.map { 1 - $0 })
    }
    other.criteria = criteria.mapValues { 1 - $0 }
    other.firstIsShownFirst = firstIsShownFirst.map { !$0 }
    other.subject = subject?.flipped
    other.answers = answers.map { Answers(first: $0.second, second: $0.first) }
    return other
  }

  /// A share as a win, a tie or a loss of the first system.
  public static func verdict(_ share: Double) -> PairVerdict {
    share > 0.5 ? .win : share < 0.5 ? .loss : .tie
  }

  /// Every comparison of a page, answered or not.
  public static func all(
    _ answers: AnnotationAnswers, _ key: AnnotationKey
  ) -> [Preference] {
    let given = Dictionary(
      answers.answers.map { ($0.item, $0) }, uniquingKeysWith: { one, _ in one })
    // In the order of the match-ups; that of the page is random.
    let items = key.matchUps.flatMap { matchUp in
      key.items.filter { $0.shown == matchUp || $0.shown == matchUp.reversed() }
    }
    return items.map { item in
      let (matchUp, isAsShown) = key.systems(of: item)
      let answer = given[item.number]
      func share(_ choice: AnnotationAnswers.Choice) -> Double {
        isAsShown ? choice.share : 1 - choice.share
      }
      return Preference(
        prompt: ByteText(item.prompt), item: "\(key.study) \(item.number)", matchUp: matchUp,
        rater: Rater(name: answers.annotator, isHuman: true),
        share: answer?.preference.map(share),
        gap: answer?.preference == nil ? "not answered" : nil,
        criteria: answer?.criteria.mapValues(share) ?? [:], firstIsShownFirst: isAsShown)
    }
  }
}
