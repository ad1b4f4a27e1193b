/// Whether a judge that was asked again says the same as before often enough.
public enum DriftTest {
  /// Whether so few agreements are rarer than `level` for one that agrees with a chance of `expected`:
  /// P(X ≤ agreed) < level for X binomial.
  ///
  /// - Returns: false without questions, or for a chance outside (0, 1).
  public static func isAlarming(
    agreed: Int, of asked: Int, expected: Double, level: Double = 0.05
  ) -> Bool {
    guard asked > 0, (0..<asked).contains(agreed), expected > 0, expected < 1 else { return false }
    // P(X ≤ k) = I_{1−p}(n − k, k + 1).
    return IncompleteBeta.regularized(
      1 - expected, complement: expected, Double(asked - agreed), Double(agreed + 1)) < level
  }
}
