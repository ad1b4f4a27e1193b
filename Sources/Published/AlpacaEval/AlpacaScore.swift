import Runs
import Statistics

/// Everything that AlpacaEval prints for one model, from its annotations; rates are shares.
public struct AlpacaScore: Sendable, Equatable {
  public let model: String
  public let baseline: String
  public let annotator: String
  public let summary: PreferenceSummary
  /// Annotations without a preference; they count for nothing.
  public let missing: Int
  /// Mean length of the model's answers in characters, cut to a whole number.
  public let averageLength: Int

  /// - Throws: ``PublishedError`` for no annotations, those of several models or annotators, or
  ///   none with a preference.
  public init(_ annotations: [AlpacaAnnotation], file: String) throws(PublishedError) {
    guard let first = annotations.first else {
      throw .content(file: file, problem: "holds no annotations", advice: "give another file")
    }
    guard
      [\AlpacaAnnotation.model, \.baseline, \.annotator].allSatisfy({ name in
        annotations.map { $0[keyPath: name] }.distinctTexts.count == 1
      })
    else {
      throw .content(
        file: file, problem: "holds more than one model, baseline or annotator",
        advice: "give one file for each")
    }
    let preferences = annotations.compactMap(\.preference)
    guard let summary = PreferenceSummary(preferences) else {
      throw .content(
        file: file, problem: "no annotation has a preference", advice: "judge it again")
    }
    model = first.model
    baseline = first.baseline
    annotator = first.annotator
    self.summary = summary
    missing = annotations.count - preferences.count
    averageLength =
      annotations.reduce(0) { $0 + $1.modelOutput.unicodeScalars.count } / annotations.count
  }

  /// The rows of a length-controlled fit.
  ///
  /// - Parameter difficulty: pairs row k of the file with value k, as AlpacaEval does, also where a
  ///   file lacks instructions; nil for prompts of one's own, whose difficulty is taken as 0.
  /// - Throws: ``PublishedError`` where there are more annotations than difficulties.
  public static func comparisons(
    _ annotations: [AlpacaAnnotation], difficulty: AlpacaDifficulty?, file: String
  ) throws(PublishedError) -> [LengthComparison] {
    if let difficulty, annotations.count > difficulty.values.count {
      throw .content(
        file: file,
        problem: "\(annotations.count) annotations and \(difficulty.values.count) difficulties",
        advice: "give the difficulties of these instructions")
    }
    return annotations.enumerated().compactMap { place, annotation in
      annotation.preference.map {
        LengthComparison(
          preference: $0, baselineLength: annotation.baselineOutput.unicodeScalars.count,
          modelLength: annotation.modelOutput.unicodeScalars.count,
          difficulty: difficulty?.values[place] ?? 0)
      }
    }
  }

  /// A row of the leaderboard, in percent.
  public func row(lengthControl: LengthControl? = nil, mode: String = "") -> AlpacaLeaderboard.Row {
    AlpacaLeaderboard.Row(
      model: model, winRate: 100 * summary.winRate,
      standardError: summary.standardError.map { 100 * $0 }, wins: summary.wins,
      losses: summary.losses, draws: summary.draws, count: summary.count,
      discreteWinRate: 100 * summary.discreteWinRate, mode: mode, averageLength: averageLength,
      lengthControlledWinRate: lengthControl.map { 100 * $0.winRate },
      lengthControlledError: lengthControl?.publishedStandardError.map { 100 * $0 })
  }
}
