import Runs
import Statistics

/// Everything to say about one match-up from all judgments of it.
public struct MatchUpSummary: Sendable {
  public struct Member: Sendable {
    public let rater: Preference.Rater
    /// Nil for a judge that was fooled: then no win rate of it is shown.
    public let tally: PreferenceTally?
    /// Kinds of texts without content that the rater preferred to real ones too often.
    public let fooledBy: [CanaryKind]
    /// What the order did to a judge that saw both; nil for one order.
    public let position: PositionSummary?

    /// - Parameters:
    ///   - preferences: the rater's own, of one match-up.
    ///   - canaries: what the rater said of texts without content.
    public init(
      _ rater: Preference.Rater, _ preferences: [Preference], canaries: [Preference]
    ) {
      self.rater = rater
      fooledBy = MatchUpSummary.alarms(canaries)
      tally = fooledBy.isEmpty ? PreferenceTally(preferences) : nil
      position = MatchUpSummary.position(preferences)
    }
  }

  public struct Criterion: Sendable {
    public let name: String
    public let tally: PreferenceTally
    public let agreement: RaterAgreement?
  }

  public let matchUp: MatchUp
  /// Of all comparisons, judged or not.
  public let prompts: Int
  /// Prompts that every rater judged.
  public let shared: Int
  /// People first, each in the order of the files.
  public let members: [Member]
  /// All people's answers together; nil below two people.
  public let people: PreferenceTally?
  /// One verdict for each comparison: what more than half of its people say, else a tie.
  public let majority: PreferenceTally?
  public let criteria: [Criterion]
  /// Nil below two; a jury is none of the judges here, and nobody who was fooled.
  public let agreementOfPeople: RaterAgreement?
  public let agreementOfJudges: RaterAgreement?
  /// Comparisons in which the first system was answer 1, of those where that is known.
  public let shownFirst: (first: Int, of: Int)
  /// Of people's preferences: the share for answer 1; ½ without a liking for a place.
  public let firstAnswer: Estimate?
  /// Two-sided exact probability of so uneven a split.
  public let firstAnswerP: Double
  public let calibrations: [JudgeCalibration]

  /// - Parameters:
  ///   - preferences: all of one match-up.
  ///   - canaries: what its raters said of texts without content.
  init(
    _ matchUp: MatchUp, _ preferences: [Preference], canaries: [Preference] = [],
    bootstrap: ClusterBootstrap
  ) {
    self.matchUp = matchUp
    let judged = Dictionary(grouping: preferences, by: \.rater)
      .mapValues { Set($0.map(\.prompt)) }
    prompts = judged.values.reduce(Set()) { $0.union($1) }.count
    shared =
      judged.values.dropFirst()
      .reduce(judged.values.first ?? []) { $0.intersection($1) }.count
    var raters = preferences.map(\.rater).reduce(into: [Preference.Rater]()) { known, one in
      if !known.contains(one) { known.append(one) }
    }
    raters = raters.filter(\.isHuman) + raters.filter { !$0.isHuman }
    members = raters.map { rater in
      Member(
        rater, preferences.filter { $0.rater == rater },
        canaries: canaries.filter { $0.rater == rater })
    }
    let fooled = Set(members.filter { $0.tally == nil }.map(\.rater))
    let people = raters.filter(\.isHuman)
    let judges = raters.filter { !$0.isHuman }
    // A jury agrees with its members by construction, and with one that was fooled others would tell
    // its win rate.
    let single = judges.filter { !$0.isJury && !fooled.contains($0) }
    let human = preferences.filter(\.rater.isHuman)
    let comparisons = RatedComparison.all(preferences)
    self.people = people.count > 1 ? PreferenceTally(human) : nil
    majority =
      people.count > 1
      ? PreferenceTally(
        RatedComparison.all(human).map { ($0.prompt, $0.majority(of: people), nil) }) : nil
    let names = human.flatMap(\.criteria.keys).reduce(into: Set<String>()) { $0.insert($1) }
    criteria = names.sorted().map { name in
      let answered = human.filter { $0.criteria[name] != nil }
      return Criterion(
        name: name,
        tally: PreferenceTally(answered.map { ($0.prompt, $0.criteria[name], nil) }),
        agreement: people.count > 1
          ? RaterAgreement(
            RatedComparison.all(human) { $0.criteria[name] }, of: people, bootstrap: bootstrap)
          : nil)
    }
    agreementOfPeople =
      people.count > 1 ? RaterAgreement(comparisons, of: people, bootstrap: bootstrap) : nil
    agreementOfJudges =
      single.count > 1 ? RaterAgreement(comparisons, of: single, bootstrap: bootstrap) : nil
    calibrations =
      people.isEmpty
      ? []
      : judges.filter { !fooled.contains($0) }.compactMap {
        JudgeCalibration(comparisons, judge: $0, people: people, bootstrap: bootstrap)
      }
    let placed = human.filter { $0.rater == people.first && $0.firstIsShownFirst != nil }
    shownFirst = (placed.count { $0.firstIsShownFirst == true }, placed.count)
    var clusters: [ByteText: [Double]] = [:]
    for one in human {
      guard let share = one.share, share != 0.5, let isFirst = one.firstIsShownFirst else {
        continue
      }
      clusters[one.prompt, default: []].append((share > 0.5) == isFirst ? 1 : 0)
    }
    firstAnswer = Inference().share(clusters.sorted { $0.key < $1.key }.map(\.value))
    let decided = clusters.values.joined()
    firstAnswerP =
      BinomialTest.pValue(decided.count { $0 == 1 }, decided.count { $0 == 0 }) ?? 1
  }

  /// Remarks on who judged what.
  public var remarks: [RowRemark] {
    shared < prompts ? [.differentPrompts(matchUp, shared: shared, of: prompts)] : []
  }

  private static func alarms(_ canaries: [Preference]) -> [CanaryKind] {
    CanaryKind.allCases.filter { kind in
      let shares = canaries.filter { $0.canary == kind }.compactMap(\.share)
      return kind.isAlarming(wins: shares.count { $0 > 0.5 }, of: shares.count)
    }
  }

  private static func position(_ preferences: [Preference]) -> PositionSummary? {
    var clusters: [ByteText: Int] = [:]
    let verdicts = preferences.compactMap { one -> SwappedVerdict? in
      guard let orders = one.orders else { return nil }
      let cluster = clusters[one.prompt] ?? clusters.count
      clusters[one.prompt] = cluster
      return SwappedVerdict(
        direct: orders.direct.map(Preference.verdict),
        swapped: orders.swapped.map(Preference.verdict), cluster: cluster)
    }
    return verdicts.isEmpty ? nil : PositionSummary(verdicts)
  }
}
