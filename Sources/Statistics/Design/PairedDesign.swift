/// How pairing two systems on the same prompts narrows their difference.
public enum PairedDesign {
  /// sd of the per-prompt difference: √(sd_A² + sd_B² − 2ρ·sd_A·sd_B); nil for a negative deviation
  /// or a correlation outside −1 … 1.
  public static func standardDeviation(
    _ first: Double, _ second: Double, correlation: Double
  ) -> Double? {
    guard first >= 0, second >= 0, abs(correlation) <= 1 else { return nil }
    let variance = first * first + second * second - 2 * correlation * first * second
    return max(variance, 0).squareRoot()
  }

  /// Pearson's correlation of two systems' values on the same prompts; nil below two prompts, for
  /// lists of different length, or where one does not vary.
  public static func correlation(_ first: [Double], _ second: [Double]) -> Double? {
    guard first.count == second.count, let one = Sample.mean(first),
      let other = Sample.mean(second), let spread = Sample.standardDeviation(first),
      let otherSpread = Sample.standardDeviation(second), spread > 0, otherSpread > 0
    else { return nil }
    var sum = 0.0
    for (value, partner) in zip(first, second) { sum += (value - one) * (partner - other) }
    return sum / (Double(first.count - 1) * spread * otherSpread)
  }
}
