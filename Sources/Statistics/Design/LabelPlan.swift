/// How many labels of people a win rate needs that a judge's verdicts on all prompts make more precise.
///
/// Of N judged prompts n are labelled. With the best λ of ``PredictionPowered`` the variance is
/// σ²·((1 − ρ²)/n + ρ²/N), ρ the correlation of people's verdicts with the judge's: of decided verdicts,
/// both as often won as lost, ρ = 2a − 1 at an agreement a. Tested by Student's t with n − 1 degrees of
/// freedom.
///
/// Source: Angelopoulos et al. 2023, "PPI++"; the closed form is ours.
public struct LabelPlan: Sendable, Equatable {
  /// Prompts that the judge sees, labelled ones among them.
  public let prompts: Int
  /// Share of prompts on which judge and people decide alike, 0 … 1.
  public let agreement: Double
  /// Standard deviation of one verdict.
  public let deviation: Double
  public let significance: Double

  /// - Returns: nil unless there are two prompts, the agreement lies in 0 … 1, the deviation is above 0
  ///   and the significance inside (0, 1).
  public init?(
    prompts: Int, agreement: Double, deviation: Double = 0.5, significance: Double = 0.05
  ) {
    guard prompts > 1, (0...1).contains(agreement), deviation > 0, deviation.isFinite,
      significance > 0, significance < 1
    else { return nil }
    self.prompts = prompts
    self.agreement = agreement
    self.deviation = deviation
    self.significance = significance
  }

  /// The standard error with so many labels; nil below two, or for more than there are prompts.
  public func error(labels: Int) -> Double? {
    guard labels > 1, labels <= prompts else { return nil }
    let correlation = 2 * agreement - 1
    let shared = correlation * correlation
    return deviation
      * ((1 - shared) / Double(labels) + shared / Double(prompts)).squareRoot()
  }

  /// The chance that a win rate `difference` away from one half is found with so many labels.
  public func power(difference: Double, labels: Int) -> Double? {
    plan(labels)?.power(difference: difference, prompts: labels)
  }

  /// The least difference from one half that so many labels find with the given power.
  public func difference(labels: Int, power: Double) -> Double? {
    plan(labels)?.difference(prompts: labels, power: power)
  }

  /// The fewest labels that find `difference` with the given power; nil where those of all prompts do
  /// not.
  public func labels(difference: Double, power: Double) -> Int? {
    func isEnough(_ labels: Int) -> Bool {
      (self.power(difference: difference, labels: labels) ?? 0) >= power
    }
    guard isEnough(prompts) else { return nil }
    var (low, high) = (1, prompts)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if isEnough(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// One training whose spread gives the same standard error over the labels alone.
  private func plan(_ labels: Int) -> ComparisonPlan? {
    guard let error = error(labels: labels), error > 0 else { return nil }
    return ComparisonPlan(
      deviation: error * Double(labels).squareRoot(), significance: significance)
  }
}
