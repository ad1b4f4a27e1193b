import Foundation

/// The logistic function and its companions, in their stable forms.
public enum Logistic {
  /// σ(z) = 1/(1 + e^−z), without overflow.
  public static func probability(_ logit: Double) -> Double {
    if logit >= 0 { return 1 / (1 + exp(-logit)) }
    let odds = exp(logit)
    return odds / (1 + odds)
  }

  /// log(1 + e^z), without overflow.
  static func softplus(_ logit: Double) -> Double { max(logit, 0) + log1p(exp(-abs(logit))) }
}
