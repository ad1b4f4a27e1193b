/// Whether a value agrees with an expected one to so many units of its last printed digit.
func isClose(_ value: Double?, _ expected: Double, within tolerance: Double) -> Bool {
  guard let value else { return false }
  return abs(value - expected) <= tolerance
}
