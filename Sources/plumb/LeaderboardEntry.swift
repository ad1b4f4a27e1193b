import Published
import Statistics

/// One file of judgments: one model against its baseline.
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

  /// - Throws: ``PublishedError`` where the file is neither AlpacaEval's nor Arena-Hard's.
  init(file: String, control: LengthSettings) throws {
    switch try JudgmentFormat(path: file) {
    case .alpacaEval: try self.init(alpacaEval: file, control)
    case .arenaHard: try self.init(arenaHard: file)
    }
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
