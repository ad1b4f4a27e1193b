/// All numbers of a judging, from its judgments alone.
public struct JudgingSummary: Sendable, Equatable, Codable {
  /// One judge of a jury.
  public struct Member: Sendable, Equatable, Codable {
    public var judge: String
    /// Nil where canaries fooled it: then no win rate of it is shown anywhere.
    public var result: WinSummary?
    /// Share of the comparisons that both decided in which it agrees with the jury; nil where one of
    /// the two was fooled, since it would tell the one's win rate from the other's.
    public var agreement: JudgedShare?
    /// Kinds of canaries that it preferred too often; nil in records of older versions.
    public var fooledBy: [CanaryKind]?

    public init(
      judge: String, result: WinSummary?, agreement: JudgedShare?, fooledBy: [CanaryKind] = []
    ) {
      self.judge = judge
      self.result = result
      self.agreement = agreement
      self.fooledBy = fooledBy
    }

    public var isFooled: Bool { fooledBy?.isEmpty == false }
    public var shownResult: WinSummary? { isFooled ? nil : result }
  }

  /// The probability that a judge gave to the allowed labels together.
  public struct Mass: Sendable, Equatable, Codable {
    public var mean: Double
    public var smallest: Double
    public var answers: Int

    public init(mean: Double, smallest: Double, answers: Int) {
      self.mean = mean
      self.smallest = smallest
      self.answers = answers
    }
  }

  /// How far a judging came that stops as soon as it is decided.
  public struct Looks: Sendable, Equatable, Codable {
    public enum Decision: String, Sendable, Equatable, Codable {
      case above, below, equivalent
    }

    /// Prompts that could have been judged, and those that were looked at.
    public var prompts: Int
    public var judged: Int
    /// Nil where nothing was decided.
    public var decision: Decision?
    public var margin: Double?

    public init(prompts: Int, judged: Int, decision: Decision?, margin: Double?) {
      self.prompts = prompts
      self.judged = judged
      self.decision = decision
      self.margin = margin
    }

    /// `57 of 200 prompts, then decided: above 50 %`.
    public var words: String {
      let head = "\(judged) of \(prompts) prompt\(prompts == 1 ? "" : "s")"
      switch decision {
      case nil: return head + ", not decided"
      case .above: return head + ", then decided: above 50 %"
      case .below: return head + ", then decided: below 50 %"
      case .equivalent:
        let points = ((margin ?? 0) * 1000).rounded() / 10
        return head + ", then decided: within \(points) points of 50 %"
      }
    }
  }

  /// The file whose win rate this is, and the one it is compared with.
  public var first: String
  public var second: String
  public var judge: String
  public var prompts: Int
  /// Nil where canaries fooled the judge: then no win rate is shown anywhere.
  public var result: WinSummary?
  public var order: OrderSummary?
  public var length: LengthSummary
  /// Answers to single requests by what became of them.
  public var answers: [String: Int]
  /// Why answers are missing, the most frequent first; nil in records of older versions.
  public var reasons: [MissingReason]?
  /// Comparisons in whose texts something was neutralised, and how many places.
  public var neutralized: [Int]
  public var mass: Mass?
  /// In the order of the jury; empty without one.
  public var members: [Member]
  public var canaries: [CanarySummary]
  /// Nil where all prompts were to be judged.
  public var looks: Looks?
  /// What a win rate has to beat; nil in records of older versions.
  public var nulls: [NullRow]?
  /// Judges of the family of what they judge; nil where there is none.
  public var selfPreference: [SelfPreference]?
  /// What became of comparisons that were repeated; nil where none were.
  public var repeats: RepeatSummary?
  /// The win rate corrected by people's labels; nil where there are none.
  public var corrected: CorrectedRate?

  /// Answers to single requests that failed and that the same command may still get. Of records without
  /// reasons all count.
  public var failures: Int {
    reasons.map(MissingReason.repeatable) ?? answers[Judgment.State.failed.rawValue] ?? 0
  }

  public init(
    first: String, second: String, judge: String, prompts: Int, result: WinSummary?,
    order: OrderSummary?, length: LengthSummary, answers: [String: Int],
    reasons: [MissingReason] = [], neutralized: [Int], mass: Mass?, members: [Member],
    canaries: [CanarySummary], looks: Looks? = nil, nulls: [NullRow]? = nil,
    selfPreference: [SelfPreference]? = nil, repeats: RepeatSummary? = nil
  ) {
    self.repeats = repeats
    self.nulls = nulls
    self.selfPreference = selfPreference
    self.first = first
    self.second = second
    self.judge = judge
    self.prompts = prompts
    self.result = result
    self.order = order
    self.length = length
    self.answers = answers
    self.reasons = reasons
    self.neutralized = neutralized
    self.mass = mass
    self.members = members
    self.canaries = canaries
    self.looks = looks
  }

  /// Kinds of canaries that won too often: the win rate is then not to be believed.
  public var alarms: [CanaryKind] { canaries.filter(\.isAlarming).map(\.kind) }

  /// What may be shown, also of a record of an older version, which keeps a fooled judge's numbers.
  public var shownResult: WinSummary? { alarms.isEmpty ? result : nil }

  /// As ``shownResult``: how often the longer one won.
  public var shownLongerWins: JudgedShare? { alarms.isEmpty ? length.longerWins : nil }

  /// As ``shownResult``: in how many decisions a member agrees with the jury.
  public func shownAgreement(of member: Member) -> JudgedShare? {
    alarms.isEmpty && !member.isFooled ? member.agreement : nil
  }
}
