/// What the error of a mean, in standard errors, is taken to follow.
public enum SamplingDistribution: Sendable, Equatable {
  case normal
  /// Student's t with one degree of freedom less than there are independent groups; the honest
  /// choice when groups are few.
  case studentT

  /// Standard errors on each side of an interval; nil where `confidence` is not inside (0, 1) or
  /// `degrees` of freedom are missing.
  func factor(confidence: Double, degrees: Double) -> Double? {
    guard confidence > 0, confidence < 1 else { return nil }
    let tail = (1 + confidence) / 2
    switch self {
    case .normal: return Normal.quantile(tail)
    case .studentT: return StudentT.quantile(tail, degrees: degrees)
    }
  }
}
