import Statistics

/// All numbers that follow from imported judgments.
public struct PreferenceReport: Sendable {
  /// In the order in which the files name them.
  public let matchUps: [MatchUpSummary]
  /// Of people over all match-ups together, resampling prompts; nil below two match-ups or people.
  public let agreementOfPeople: RaterAgreement?
  /// Mean single scores by model; empty without such files.
  public let scores: [SingleSummary]

  public init(
    _ files: PreferenceFiles, bootstrap: ClusterBootstrap = ClusterBootstrap()
  ) throws(PublishedError) {
    let order = files.preferences.map(\.matchUp).reduce(into: [MatchUp]()) { known, one in
      if !known.contains(one) { known.append(one) }
    }
    matchUps = order.map { matchUp in
      MatchUpSummary(
        matchUp, files.preferences.filter { $0.matchUp == matchUp }, bootstrap: bootstrap)
    }
    let human = files.preferences.filter(\.rater.isHuman)
    let people = human.map(\.rater).reduce(into: [Preference.Rater]()) { known, one in
      if !known.contains(one) { known.append(one) }
    }
    agreementOfPeople =
      Set(human.map(\.matchUp)).count > 1 && people.count > 1
      ? RaterAgreement(RatedComparison.all(human), of: people, bootstrap: bootstrap) : nil
    let models = files.scores.map(\.model).reduce(into: [String]()) { known, one in
      if !known.contains(one) { known.append(one) }
    }
    var scores: [SingleSummary] = []
    for model in models {
      scores.append(
        try SingleSummary(files.scores.filter { $0.model == model }, file: "the files of scores"))
    }
    self.scores = scores
  }
}
