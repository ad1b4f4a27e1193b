import Published
import Statistics

/// One model against its baseline, from a file of judgments.
struct LeaderboardEntry {
  let model: String
  let baseline: String
  /// By prompt, 0 … 1.
  let scores: [String: Double]
  let winRate: Estimate
  /// Where answers and their lengths are in the file.
  let lengthControlled: Estimate?
  /// Judgments without a verdict.
  let missing: Int

  /// The models of a file, mostly one.
  ///
  /// - Throws: ``PublishedError`` where the file holds no comparisons with a baseline.
  static func read(_ file: String, control: LengthSettings) throws -> [LeaderboardEntry] {
    switch try JudgmentFormat(path: file) {
    case .alpacaEval: return [try LeaderboardEntry(alpacaEval: file, control)]
    case .arenaHard: return [try LeaderboardEntry(arenaHard: file)]
    case .mtBench, .judging, .comparisons: return try entries(ofPairs: file)
    case .scores, .annotation, .annotationKey:
      throw PublishedError.content(
        file: file, problem: "holds no judge's comparisons with a baseline",
        advice: "plumb judge --import reads it")
    }
  }

  /// MT-bench's pairs, and what Plumb keeps: the baseline is what all comparisons share, the second of
  /// them where they share both.
  private static func entries(ofPairs file: String) throws -> [LeaderboardEntry] {
    let all = try PreferenceFiles([file]).preferences
    // The first is the judge; behind a jury stand its members.
    let judge = all.first?.rater
    let preferences = all.filter { $0.rater == judge }
    let matchUps = preferences.map(\.matchUp).reduce(into: [MatchUp]()) { known, one in
      if !known.contains(one) { known.append(one) }
    }
    let turned: [MatchUp: MatchUp]
    if Set(matchUps.map(\.second)).count == 1 {
      turned = Dictionary(uniqueKeysWithValues: matchUps.map { ($0, $0) })
    } else if Set(matchUps.map(\.first)).count == 1 {
      turned = Dictionary(uniqueKeysWithValues: matchUps.map { ($0, $0.flipped) })
    } else {
      throw PublishedError.content(
        file: file, problem: "has comparisons that share no baseline",
        advice: "give a file of comparisons with one model")
    }
    return try matchUps.map { matchUp in
      let own = preferences.filter { $0.matchUp == matchUp }
      let isTurned = turned[matchUp] != matchUp
      return try LeaderboardEntry(isTurned ? own.map(\.flipped) : own, file)
    }
  }

  private init(_ preferences: [Preference], _ file: String) throws {
    model = preferences.first?.matchUp.first ?? ""
    baseline = preferences.first?.matchUp.second ?? ""
    missing = preferences.count { $0.share == nil }
    let clusters = Dictionary(grouping: preferences, by: \.prompt)
      .mapValues { $0.compactMap(\.share) }.filter { !$0.value.isEmpty }
    scores = clusters.mapValues { $0.reduce(0, +) / Double($0.count) }
    winRate = try Self.required(
      ClusterBootstrap().mean(clusters.sorted { $0.key < $1.key }.map(\.value)), file)
    lengthControlled = nil
  }

  private init(alpacaEval file: String, _ control: LengthSettings) throws {
    let annotations = try AlpacaAnnotation.read(file)
    let score = try AlpacaScore(annotations, file: file)
    model = score.model
    baseline = score.baseline
    missing = score.missing
    var scores: [String: Double] = [:]
    for annotation in annotations {
      if let preference = annotation.preference { scores[annotation.instruction] = preference }
    }
    self.scores = scores
    winRate = try Self.required(
      ClusterBootstrap().mean(annotations.compactMap(\.preference).map { [$0] }), file)
    lengthControlled = LengthControl.estimate(
      try AlpacaScore.comparisons(annotations, difficulty: control.difficulty, file: file),
      anchor: control.anchor, bootstrap: ClusterBootstrap(resamples: 500))
  }

  private init(arenaHard file: String) throws {
    let judgments = try ArenaJudgment.read(file)
    guard let first = judgments.first,
      judgments.allSatisfy({ $0.model == first.model && $0.judge == first.judge })
    else {
      throw PublishedError.content(
        file: file, problem: "does not hold the judgments of one model by one judge",
        advice: "give one file for each")
    }
    model = first.model
    baseline = first.baseline ?? "the baseline"
    missing = judgments.reduce(0) { $0 + $1.verdicts.count { $0 == nil } }
    var scores: [String: Double] = [:]
    for judgment in judgments {
      scores[judgment.question] = ArenaHard.score([judgment.verdicts])?.value
    }
    self.scores = scores
    winRate = try Self.required(ArenaHard.score(judgments.map(\.verdicts)), file)
    lengthControlled = nil
  }

  private static func required(_ estimate: Estimate?, _ file: String) throws -> Estimate {
    guard let estimate else {
      throw PublishedError.content(
        file: file, problem: "holds no verdict", advice: "judge it again")
    }
    return estimate
  }
}
