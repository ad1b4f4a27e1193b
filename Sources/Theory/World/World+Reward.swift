import Foundation
import Statistics

/// Quantities of reward under a pull towards the reference.
extension World {
  var logReference: [Double] { reference.map { log($0) } }

  /// π*_β ∝ π_ref exp(r / β).
  public func optimum(_ beta: Double) -> [Double] {
    Distribution.normalised(zip(logReference, rewards).map { $0 + $1 / beta })
  }

  /// log Z_β = log Σ π_ref exp(r / β).
  public func logNormaliser(_ beta: Double) -> Double {
    Distribution.logSum(zip(logReference, rewards).map { $0 + $1 / beta })
  }

  public func expectedReward(_ policy: [Double]) -> Double {
    Distribution.mean(rewards, under: policy)
  }

  /// Mean tokens of a response.
  public func expectedLength(_ policy: [Double]) -> Double {
    Distribution.mean(lengths.map(Double.init), under: policy)
  }

  /// KL(π ∥ π_ref) in nats.
  public func divergence(_ policy: [Double]) -> Double {
    Distribution.divergence(of: policy, from: reference)
  }

  /// J_β(π) = E[r] − β KL(π ∥ π_ref).
  public func value(_ policy: [Double], _ beta: Double) -> Double {
    expectedReward(policy) - beta * divergence(policy)
  }

  /// ∇ J_β in the logits of a softmax.
  public func valueSlope(at logits: [Double], _ beta: Double) -> [Double] {
    let policy = Distribution.normalised(logits)
    let worth = policy.indices.map { rewards[$0] - beta * log(policy[$0] / reference[$0]) }
    return Distribution.slope(of: worth, under: policy)
  }

  /// π^{β_π} ∝ π^{β_π} π_ref^{1−β_π}, the smoothed policy of EXO.
  public func smoothed(_ logits: [Double], _ betaPi: Double) -> [Double] {
    Distribution.normalised(
      zip(logits, logReference).map { betaPi * $0 + (1 - betaPi) * $1 })
  }

  /// Best of n draws from the reference.
  public func bestOf(_ n: Int) -> [Double] {
    BestOf.distribution(n, probabilities: reference, rewards: rewards) ?? []
  }

  /// The chance that a draw of `policy` has a higher reward than one of the reference; a tie is half.
  public func winRate(_ policy: [Double]) -> Double {
    policy.indices.reduce(0) { sum, own in
      sum
        + policy[own]
        * reference.indices.reduce(0) { part, other in
          let won =
            rewards[own] > rewards[other] ? 1 : rewards[own] == rewards[other] ? 0.5 : 0
          return part + won * reference[other]
        }
    }
  }

  /// The β whose optimal policy is this far from the reference, by bisection; the divergence falls
  /// as β grows.
  public func beta(atDivergence divergence: Double) -> Double {
    var (low, high) = (1e-3, 1e3)
    for _ in 0..<200 {
      let middle = (low * high).squareRoot()
      if self.divergence(optimum(middle)) > divergence { low = middle } else { high = middle }
    }
    return (low * high).squareRoot()
  }
}
