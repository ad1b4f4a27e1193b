import Foundation

/// AlpacaEval's length-controlled win rate: what the win rate would be if the model's answers were
/// as long as the baseline's.
///
/// P(model preferred) = σ(β₁·tanh(Δ/sd) + β₂·difficulty + β₃); the win rate is the mean over the
/// model's prompts of σ(β₂·difficulty + β₃), the length term set to zero. Fitted with
/// C·Σ w·CE + ‖β‖₁ over the model's rows (weight 1) and the ``LengthAnchor`` (weight 0.1).
///
/// Without an anchor the model's own term is never penalised, which would shrink it to one half, and
/// the two others carry a ridge of ``ridge``.
///
/// Source: Dubois et al. 2024, "Length-controlled AlpacaEval".
/// Differs: solved to convergence, where liblinear stops at a tolerance of 1e-4.
public struct LengthControl: Sendable, Equatable {
  /// The ten values of C that cross-validation chooses from: 10⁻⁴ … 10⁴, evenly in the logarithm.
  public static let grid = (0..<10).map { pow(10, -4 + 8 * Double($0) / 9) }

  /// λ of the ridge on length and difficulty where no anchor holds them.
  public static let ridge = 1.0

  /// Of length, difficulty, and the model itself.
  public let coefficients: [Double]
  /// The chosen or given C; nil for a ridge.
  public let inversePenalty: Double?
  /// Over the model's prompts, 0 … 1.
  public let winRate: Double
  /// sd of the predicted preferences over √n: what AlpacaEval publishes as the standard error.
  ///
  /// It knows neither the noise of the judge nor the uncertainty of the fit, and is two to three
  /// times too small; ``estimate(_:anchor:inversePenalty:bootstrap:)`` is not.
  public let publishedStandardError: Double?

  /// - Parameters:
  ///   - rows: one per prompt with a preference.
  ///   - anchor: nil for prompts of one's own; the result is then not comparable to a leaderboard.
  ///   - inversePenalty: C; nil lets cross-validation choose it from ``grid``.
  ///   - start: coefficients to begin from.
  /// - Returns: nil below two rows, for a preference outside 0 … 1, where all lengths differ
  ///   equally, or where the fit has no solution.
  public init?(
    _ rows: [LengthComparison], anchor: LengthAnchor?, inversePenalty: Double? = nil,
    start: [Double]? = nil
  ) {
    guard let features = Self.features(rows) else { return nil }
    let chosen: Double?
    let penalty: LogisticFit.Penalty
    if anchor == nil, inversePenalty == nil {
      (chosen, penalty) = (nil, .ridge([Self.ridge, Self.ridge, 0]))
    } else {
      guard
        let found = inversePenalty
          ?? LengthValidation.inversePenalty(rows, features: features, anchor: anchor),
        found > 0, found.isFinite
      else { return nil }
      (chosen, penalty) = (found, .absolute(1 / found))
    }
    guard let fit = LogisticFit(Self.data(rows, features, anchor), penalty: penalty, start: start)
    else { return nil }
    let predicted = rows.map {
      Logistic.probability(fit.coefficients[1] * $0.difficulty + fit.coefficients[2])
    }
    guard let mean = Sample.mean(predicted) else { return nil }
    coefficients = fit.coefficients
    self.inversePenalty = chosen
    winRate = mean
    publishedStandardError = Sample.standardDeviation(predicted)
      .map { $0 / Double(rows.count).squareRoot() }
  }

  /// The win rate with an interval from refitting.
  ///
  /// With an anchor prompts are resampled, and the scale of lengths and all coefficients fitted anew; C
  /// stays as chosen on all prompts, and the anchor is held. Without one each prompt is left out in turn
  /// (``LengthJackknife``), and the interval is Student's t on the log-odds of the rate.
  /// Where one side won everything there is no length to control for: the plain share. Nil where
  /// ``objection(to:)`` says why.
  ///
  /// - Parameter clusters: the prompt of each row: rows of one prompt are drawn and left out together;
  ///   nil where each row is a prompt of its own.
  public static func estimate(
    _ rows: [LengthComparison], clusters: [String]? = nil, anchor: LengthAnchor?,
    inversePenalty: Double? = nil, bootstrap: ClusterBootstrap = ClusterBootstrap(resamples: 500)
  ) -> Estimate? {
    guard clusters.map({ $0.count == rows.count }) ?? true, objection(to: rows) == nil else {
      return nil
    }
    let prompts = Self.canonical(Self.prompts(rows, clusters))
    // Cross-validation draws its parts by the order of the file, as published.
    let rows = anchor == nil ? prompts.flatMap { $0 } : rows
    let preferences = prompts.map { $0.map(\.preference) }
    let inference = Inference(confidence: bootstrap.confidence)
    let all = preferences.joined()
    if anchor == nil, all.allSatisfy({ $0 == 0 }) || all.allSatisfy({ $0 == 1 }) {
      return inference.share(preferences)
    }
    guard let whole = LengthControl(rows, anchor: anchor, inversePenalty: inversePenalty) else {
      return nil
    }
    guard anchor == nil, inversePenalty == nil else {
      return bootstrap.estimate(clusters: prompts.count, rows: rows.count) { chosen in
        let fit = LengthControl(
          chosen.flatMap { prompts[$0] }, anchor: anchor, inversePenalty: whole.inversePenalty,
          start: whole.coefficients)
        return fit?.winRate ?? .nan
      }
    }
    let refitted = LengthJackknife(fit: whole, prompts: prompts)
      .interval(confidence: bootstrap.confidence)
    // Where one prompt decides that there is a fit at all, lengths are too much to ask of it.
    let interval =
      refitted
      ?? inference.share(preferences)?.interval?.hull(Interval(whole.winRate, whole.winRate))
    return Estimate(
      value: whole.winRate, interval: interval, count: rows.count, clusters: prompts.count,
      basis: IntervalBasis(
        confidence: bootstrap.confidence,
        method: refitted == nil ? .bounded : .lengthControlled,
        caveats: refitted == nil || prompts.count < Inference.few ? [.tooFew] : []))
  }

  /// Why nothing can be said at equal length, whoever won; nil where something can.
  public static func objection(to rows: [LengthComparison]) -> String? {
    guard rows.count > 1 else { return "one comparison shows no difference in length at work" }
    return LengthComparison.lengthFeatures(rows.map(\.excess)) == nil
      ? "all answers differ in length from the baseline's by the same" : nil
  }

  /// Rows of one prompt together, in the order of the first of each.
  private static func prompts(
    _ rows: [LengthComparison], _ clusters: [String]?
  ) -> [[LengthComparison]] {
    guard let clusters else { return rows.map { [$0] } }
    var places: [[UInt8]: Int] = [:]
    var prompts: [[LengthComparison]] = []
    for (row, cluster) in zip(rows, clusters) {
      let bytes = Array(cluster.utf8)
      if let place = places[bytes] {
        prompts[place].append(row)
      } else {
        places[bytes] = prompts.count
        prompts.append([row])
      }
    }
    return prompts
  }

  /// Sorted by what is in them: resampling does not depend on the order of the rows.
  private static func canonical(_ prompts: [[LengthComparison]]) -> [[LengthComparison]] {
    func words(_ row: LengthComparison) -> [Double] {
      [row.preference, row.excess, row.difficulty]
    }
    return
      prompts
      .map { $0.sorted { words($0).lexicographicallyPrecedes(words($1)) } }
      .sorted { $0.flatMap(words).lexicographicallyPrecedes($1.flatMap(words)) }
  }

  /// The win rate that stored coefficients predict at equal length, and the published error.
  public static func predicted(
    difficulties: [Double], difficultyCoefficient: Double, modelCoefficient: Double
  ) -> (winRate: Double, standardError: Double)? {
    let values = difficulties.map {
      Logistic.probability(difficultyCoefficient * $0 + modelCoefficient)
    }
    guard let mean = Sample.mean(values), let deviation = Sample.standardDeviation(values) else {
      return nil
    }
    return (mean, deviation / Double(values.count).squareRoot())
  }

  /// P(this model beats another at equal length), from the two fits against one baseline.
  public func winRate(over other: LengthControl, difficulties: [Double]) -> Double? {
    Self.predicted(
      difficulties: difficulties,
      difficultyCoefficient: coefficients[1] - other.coefficients[1],
      modelCoefficient: coefficients[2] - other.coefficients[2])?.winRate
  }

  // MARK: Rows

  static func features(_ rows: [LengthComparison]) -> [[Double]]? {
    guard rows.allSatisfy({ $0.preference >= 0 && $0.preference <= 1 }),
      let lengths = LengthComparison.lengthFeatures(rows.map(\.excess))
    else { return nil }
    return zip(rows, lengths).map { [$1, $0.difficulty, 1] }
  }

  static func data(
    _ rows: [LengthComparison], _ features: [[Double]], _ anchor: LengthAnchor?
  ) -> LogisticRows {
    var data = LogisticRows(dimension: 3)
    if let anchor {
      for row in anchor.rows {
        data.append([row.length, row.difficulty, 0], weight: LengthAnchor.weight)
      }
      data.addTargets(
        [anchor.sums.length, anchor.sums.difficulty, 0], weight: LengthAnchor.weight)
    }
    for (row, features) in zip(rows, features) { data.append(features, target: row.preference) }
    return data
  }
}
