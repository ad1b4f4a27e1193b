import Runs
import Statistics

/// Comparisons that both people and one judge decided upon, of all match-ups of some files.
public struct HumanLabels: Sendable, Equatable {
  public let labels: [CalibrationRecord.Label]
  /// How many people gave them.
  public let raters: Int
  /// Comparisons of both that do not say what was compared: of older versions.
  public let unknown: Int
  /// `[people][judge]`, in the order win, tie, loss; people's verdict is that of most of them.
  public let table: [[Int]]
  public let agreement: Estimate?
  public let kappa: Estimate?
  public let gwet: Estimate?
  /// What the order did to the judge, on all comparisons of the files; nil for one order.
  public let position: PositionSummary?
  /// Of decided comparisons of unequal length: how often the longer one won.
  public let longerWins: Estimate?
  public let longerWinsByPeople: Estimate?
  /// Kinds of texts without content that the judge preferred to real ones too often.
  public let fooledBy: [CanaryKind]

  /// - Parameter judge: whose judgments are held against people's.
  public init(
    _ files: PreferenceFiles, judge: Preference.Rater,
    bootstrap: ClusterBootstrap = ClusterBootstrap()
  ) {
    let people = files.preferences.map(\.rater).filter(\.isHuman)
      .reduce(into: [Preference.Rater]()) { if !$0.contains($1) { $0.append($1) } }
    let own = files.preferences.filter { $0.rater.isHuman || $0.rater == judge }
    var found: [(prompt: ByteText, label: CalibrationRecord.Label)] = []
    var unknown = 0
    for comparison in RatedComparison.all(own) {
      guard let share = comparison.shares[judge],
        let human = Sample.mean(people.compactMap { comparison.shares[$0] }),
        let majority = comparison.majority(of: people)
      else { continue }
      guard let subject = comparison.subject else {
        unknown += 1
        continue
      }
      found.append(
        (
          comparison.prompt,
          CalibrationRecord.Label(
            content: subject.content, prompt: comparison.prompt.text, people: human,
            majority: majority, judge: share, excess: subject.excess)
        ))
    }
    labels = found.map(\.label)
    self.unknown = unknown
    raters = people.count
    let ours = labels.map { Preference.verdict($0.majority) }
    let theirs = labels.map { Preference.verdict($0.judge) }
    table = PairVerdict.allCases.map { row in
      PairVerdict.allCases.map { column in
        zip(ours, theirs).count { $0 == row && $1 == column }
      }
    }
    let clusters = RatedComparison.clusters(found.map { RatedComparison(prompt: $0.prompt) })
    let summary = AgreementSummary(
      zip(ours, theirs).map { [$0.rawValue, $1.rawValue] }, clusters: clusters,
      bootstrap: bootstrap)
    agreement = summary?.raw
    gwet = summary?.gwet
    kappa = CohenKappa.estimate(ours, theirs, clusters: clusters, bootstrap: bootstrap)
    let judged = files.preferences.filter { $0.rater == judge }
    let member = MatchUpSummary.Member(
      judge, judged, canaries: files.canaries.filter { $0.rater == judge })
    position = member.position
    fooledBy = member.fooledBy
    longerWins = Self.longer(found.map { ($0.prompt, $0.label.judge, $0.label.excess) })
    longerWinsByPeople = Self.longer(
      found.map { ($0.prompt, $0.label.majority, $0.label.excess) })
  }

  private static func longer(_ rows: [(prompt: ByteText, share: Double, excess: Int)]) -> Estimate?
  {
    let decided = rows.filter { $0.share != 0.5 && $0.excess != 0 }
    let prompts = Dictionary(grouping: decided, by: \.prompt).sorted { $0.key < $1.key }
    return Inference().share(
      prompts.map { $0.value.map { ($0.share > 0.5) == ($0.excess > 0) ? 1 : 0 } })
  }
}
