import Statistics

/// All numbers of a judging, from its judgments alone.
public struct JudgingSummary: Sendable, Equatable, Codable {
  /// One judge of a jury.
  public struct Member: Sendable, Equatable, Codable {
    public var judge: String
    public var result: WinSummary
    /// Share of the comparisons that both decided in which it agrees with the jury.
    public var agreement: JudgedShare?
  }

  /// The probability that a judge gave to the allowed labels together.
  public struct Mass: Sendable, Equatable, Codable {
    public var mean: Double
    public var smallest: Double
    public var answers: Int
  }

  /// The file whose win rate this is, and the one it is compared with.
  public var first: String
  public var second: String
  public var judge: String
  public var prompts: Int
  public var result: WinSummary
  public var order: OrderSummary?
  public var length: LengthSummary
  /// Answers to single requests by what became of them.
  public var answers: [String: Int]
  /// Comparisons in whose texts something was neutralised, and how many places.
  public var neutralized: [Int]
  public var mass: Mass?
  /// In the order of the jury; empty without one.
  public var members: [Member]
  public var canaries: [CanarySummary]

  public init(first: String, second: String, judge: any Judge, _ all: [JudgedPair]) {
    self.init(
      first: first, second: second, judge: judge.identity.name,
      members: (judge as? Jury)?.judges.map(\.identity.name) ?? [], all)
  }

  /// - Parameter members: names of a jury's judges.
  init(first: String, second: String, judge: String, members: [String], _ all: [JudgedPair]) {
    self.first = first
    self.second = second
    self.judge = judge
    let pairs = all.filter { $0.canary == nil }
    prompts = Set(pairs.map(\.id)).count
    result = WinSummary(pairs.map { ($0.id, $0.judgment) })
    order = OrderSummary(pairs.map(\.judgment))
    length = LengthSummary(pairs)
    let leaves = pairs.map(\.judgment.leaves)
    answers = [:]
    for leaf in leaves.joined() { answers[leaf.state.rawValue, default: 0] += 1 }
    let places = leaves.map { $0.map { $0.neutralized ?? 0 }.max() ?? 0 }
    neutralized = [places.count { $0 > 0 }, places.reduce(0, +)]
    let masses = leaves.joined().compactMap { $0.verdict?.mass }
    mass = masses.min().flatMap { smallest in
      Sample.mean(masses).map { Mass(mean: $0, smallest: smallest, answers: masses.count) }
    }
    self.members = members.enumerated().map { index, name in
      let own = pairs.map { (id: $0.id, judgment: $0.judgment.parts?[index] ?? $0.judgment) }
      let decided = zip(own, pairs).compactMap { own, pair -> Bool? in
        guard let one = own.judgment.preference, let whole = pair.judgment.preference,
          one != 0.5, whole != 0.5
        else { return nil }
        return (one > 0.5) == (whole > 0.5)
      }
      return Member(
        judge: name, result: WinSummary(own),
        agreement: JudgedShare.of(Double(decided.count { $0 }), decided.count))
    }
    canaries = CanaryKind.allCases.compactMap { kind in
      let judgments = all.filter { $0.canary == kind }.map(\.judgment)
      return judgments.isEmpty ? nil : CanarySummary(kind, judgments)
    }
  }

  /// Kinds of canaries that won too often: the win rate is then not to be believed.
  public var alarms: [CanaryKind] { canaries.filter(\.isAlarming).map(\.kind) }
}
