import Runs
import Statistics

/// All numbers that follow from imported judgments.
public struct PreferenceReport: Sendable {
  /// In the order in which the files name them.
  public let matchUps: [MatchUpSummary]
  /// Of people over all match-ups together, resampling prompts; nil below two match-ups or people.
  public let agreementOfPeople: RaterAgreement?
  /// Mean single scores by model and judge; empty without such files.
  public let scores: [SingleSummary]
  /// What has to be known about the rows that all this comes from.
  public let remarks: [RowRemark]

  public init(
    _ files: PreferenceFiles, bootstrap: ClusterBootstrap = ClusterBootstrap()
  ) throws(PublishedError) {
    let preferences = Dictionary(grouping: files.preferences, by: \.matchUp)
    let canaries = Dictionary(grouping: files.canaries, by: \.matchUp)
    var known: Set<MatchUp> = []
    let order = files.preferences.map(\.matchUp).filter { known.insert($0).inserted }
    matchUps = order.map { matchUp in
      MatchUpSummary(
        matchUp, preferences[matchUp] ?? [], canaries: canaries[matchUp] ?? [],
        bootstrap: bootstrap)
    }
    let human = files.preferences.filter(\.rater.isHuman)
    let people = human.map(\.rater).reduce(into: [Preference.Rater]()) { known, one in
      if !known.contains(one) { known.append(one) }
    }
    agreementOfPeople =
      Set(human.map(\.matchUp)).count > 1 && people.count > 1
      ? RaterAgreement(RatedComparison.all(human), of: people, bootstrap: bootstrap) : nil
    struct Scored: Hashable {
      let model: ByteText
      let judge: ByteText?
    }
    func scored(_ score: SingleScore) -> Scored {
      Scored(model: ByteText(score.model), judge: score.judge.map { ByteText($0) })
    }
    let groups = Dictionary(grouping: files.scores, by: scored)
    var seen: Set<Scored> = []
    scores = try files.scores.map(scored).filter { seen.insert($0).inserted }.map {
      group throws(PublishedError) in
      try SingleSummary(groups[group] ?? [], file: "the files of scores")
    }
    remarks = files.remarks + matchUps.flatMap(\.remarks)
  }
}
