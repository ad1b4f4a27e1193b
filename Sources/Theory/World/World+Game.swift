import Foundation

/// The game of two players who each answer and are compared, regularised towards the reference:
/// J(π₁, π₂) = P(π₁ ≻ π₂) − τ KL(π₁ ∥ π_ref) + τ KL(π₂ ∥ π_ref).
extension World {
  /// P(y ≻ π) of every response.
  public func winRates(against policy: [Double]) -> [Double] {
    wins.map { Distribution.mean($0, under: policy) }
  }

  /// J(π₁, π₂).
  public func payoff(_ first: [Double], _ second: [Double], tau: Double) -> Double {
    Distribution.mean(winRates(against: second), under: first) - tau * divergence(first)
      + tau * divergence(second)
  }

  /// The best answer to a policy: π_ref exp(P(y ≻ π) / τ), normalised.
  public func bestResponse(to policy: [Double], tau: Double) -> [Double] {
    Distribution.normalised(
      zip(logReference, winRates(against: policy)).map { $0 + $1 / tau })
  }

  /// max J(·, π) − min J(π, ·): 0 at the Nash policy and nowhere else. In closed form, because best
  /// responses are known; with τ = 0, 2 (max P(y ≻ π) − ½).
  public func dualityGap(_ policy: [Double], tau: Double) -> Double {
    let rates = winRates(against: policy)
    guard tau > 0 else { return 2 * ((rates.max() ?? 0.5) - 0.5) }
    let best = tau * Distribution.logSum(zip(logReference, rates).map { $0 + $1 / tau })
    return 2 * (best + tau * divergence(policy) - 0.5)
  }

  /// The Nash policy: the fixed point of ``bestResponse(to:tau:)``, approached in damped steps,
  /// because undamped ones go round in circles, until the duality gap is below 1e-13.
  public func nash(tau: Double) -> [Double] {
    var policy = reference
    let damping = min(0.02, tau / 20)
    for step in 0..<200_000 {
      let best = zip(logReference, winRates(against: policy)).map { $0 + $1 / tau }
      policy = Distribution.normalised(
        zip(policy, best).map { (1 - damping) * log($0) + damping * $1 })
      if step % 100 == 0, dualityGap(policy, tau: tau) < 1e-13 { break }
    }
    return policy
  }

  /// One step of mirror descent as INPO takes it: π' ∝ exp(P(y ≻ π) / η) π_ref^{τ/η} π^{1−τ/η}.
  public func mirrorStep(_ policy: [Double], eta: Double, tau: Double) -> [Double] {
    let rates = winRates(against: policy)
    return Distribution.normalised(
      policy.indices.map {
        rates[$0] / eta + tau / eta * logReference[$0] + (1 - tau / eta) * log(policy[$0])
      })
  }

  /// One step of Nash mirror descent: against the geometric mixture with the reference.
  public func nashMirrorStep(_ policy: [Double], eta: Double, tau: Double) -> [Double] {
    let mixed = Distribution.normalised(
      policy.indices.map { (1 - eta * tau) * log(policy[$0]) + eta * tau * logReference[$0] })
    let rates = winRates(against: mixed)
    return Distribution.normalised(zip(mixed, rates).map { log($0) + eta * $1 })
  }

  /// One step of multiplicative weights: π' ∝ π exp(η P(y ≻ π)).
  public func multiplicativeStep(_ policy: [Double], eta: Double) -> [Double] {
    Distribution.normalised(
      zip(policy, winRates(against: policy)).map { log($0) + eta * $1 })
  }
}
