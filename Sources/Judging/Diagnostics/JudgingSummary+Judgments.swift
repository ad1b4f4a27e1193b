import Runs
import Statistics

extension JudgingSummary {
  /// All numbers of a judging, from its judgments alone.
  ///
  /// - Parameters:
  ///   - looks: how far it came, where it stops as soon as it is decided.
  ///   - confidence: of all intervals.
  public init(
    first: String, second: String, judge: any Judge, _ all: [JudgedPair], looks: Looks? = nil,
    confidence: Double = 0.95
  ) {
    self.init(
      first: first, second: second, judge: judge.identity.name,
      members: (judge as? Jury)?.judges.map(\.identity.name) ?? [], all, looks: looks,
      Inference(confidence: confidence))
  }

  /// - Parameter members: names of a jury's judges.
  init(
    first: String, second: String, judge: String, members: [String], _ all: [JudgedPair],
    looks: Looks? = nil, _ inference: Inference = Inference()
  ) {
    let pairs = all.filter { $0.canary == nil }
    let leaves = pairs.map(\.judgment.leaves)
    let canaries = CanarySummary.all(
      all.compactMap { one in one.canary.map { ($0, one.id, one.judgment) } }, inference)
    let isFooled = canaries.contains(where: \.isAlarming)
    let kin = SelfPreference.all(
      first: first, second: second, judge: judge, members: members, pairs, inference)
    let places = leaves.map { $0.map { $0.neutralized ?? 0 }.max() ?? 0 }
    self.init(
      first: first, second: second, judge: judge, prompts: Set(pairs.map { ByteText($0.id) }).count,
      result: isFooled ? nil : WinSummary(pairs, by: \.judgment, inference),
      order: OrderSummary(pairs, showsWinRates: !isFooled, inference),
      length: LengthSummary(pairs, showsWinRates: !isFooled, inference),
      answers: leaves.joined().reduce(into: [:]) { $0[$1.state.rawValue, default: 0] += 1 },
      reasons: MissingReason.all(leaves.joined()),
      neutralized: [places.count { $0 > 0 }, places.reduce(0, +)],
      mass: Mass(leaves.joined().compactMap { $0.verdict?.mass }),
      members: members.enumerated().map {
        Member($1, at: $0, all, isJuryFooled: isFooled, inference)
      },
      canaries: canaries, looks: isFooled ? nil : looks,
      nulls: NullRow.all(pairs, canaries, inference),
      selfPreference: isFooled || kin.isEmpty ? nil : kin,
      repeats: isFooled ? nil : RepeatSummary(pairs, inference))
  }
}

extension JudgingSummary.Member {
  /// - Parameter index: the judge's place among the parts of every judgment.
  fileprivate init(
    _ name: String, at index: Int, _ all: [JudgedPair], isJuryFooled: Bool, _ inference: Inference
  ) {
    func own(_ pair: JudgedPair) -> Judgment { pair.judgment.parts?[index] ?? pair.judgment }
    let pairs = all.filter { $0.canary == nil }
    let fooledBy = CanarySummary.all(
      all.compactMap { one in one.canary.map { ($0, one.id, own(one)) } }, inference
    )
    .filter(\.isAlarming).map(\.kind)
    let decided = pairs.compactMap { pair -> (id: String, share: Double)? in
      guard let one = own(pair).preference, let whole = pair.judgment.preference,
        one != 0.5, whole != 0.5
      else { return nil }
      return (pair.id, (one > 0.5) == (whole > 0.5) ? 1 : 0)
    }
    self.init(
      judge: name,
      result: fooledBy.isEmpty ? WinSummary(pairs, by: own, inference) : nil,
      agreement: fooledBy.isEmpty && !isJuryFooled ? JudgedShare.of(decided, inference) : nil,
      fooledBy: fooledBy)
  }
}

extension JudgingSummary.Mass {
  fileprivate init?(_ masses: [Double]) {
    guard let smallest = masses.min(), let mean = Sample.mean(masses) else { return nil }
    self.init(mean: mean, smallest: smallest, answers: masses.count)
  }
}
