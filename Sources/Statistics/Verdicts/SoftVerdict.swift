import Foundation

/// The preference of a judge that answers with one of two tokens, from their log-probabilities.
///
/// P(first) = e^{ℓ₁}/(e^{ℓ₁} + e^{ℓ₂}); the tokens' own mass among all others drops out.
public enum SoftVerdict {
  /// P(the answer shown first is better); nil where neither token was among those returned.
  ///
  /// - Parameters:
  ///   - first: log-probability of the token that means "the first", in nats; nil where absent.
  ///   - second: of the token that means "the second".
  public static func firstIsBetter(_ first: Double?, _ second: Double?) -> Double? {
    switch (first, second) {
    case (nil, nil): return nil
    case (.some(let value), nil): return value.isNaN ? nil : 1
    case (nil, .some(let value)): return value.isNaN ? nil : 0
    case (.some(let first), .some(let second)):
      let probability = Logistic.probability(first - second)
      return probability.isNaN ? nil : probability
    }
  }

  /// The model's preference in 0 … 1 when the baseline has the first slot unless `isSwitched`.
  public static func preference(first: Double?, second: Double?, isSwitched: Bool) -> Double? {
    firstIsBetter(first, second).map { isSwitched ? $0 : 1 - $0 }
  }
}
