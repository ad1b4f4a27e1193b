import Foundation
import Torch

/// How far a policy has moved from the one that drew a rollout, under TRL's names.
///
/// `policy/approxkl_avg` is k2 and `policy/k3_avg` k3 of log π_old − log π, per token;
/// `policy/clipfrac_avg` the share of actions for which the clipped side of the surrogate decides;
/// `val/ratio` the mean of π / π_old.
struct RatioMetrics {
  /// The largest |π / π_sampler − 1| of all tokens, against what the sampler recorded when it drew them:
  /// before the first update 0 up to rounding, unless sampler and trainer disagree about the policy.
  ///
  /// - Parameters:
  ///   - scored: log π of each token now, `[sample][time]`.
  ///   - recorded: as drawn, likewise.
  static func largestError(_ scored: [[Double]], _ recorded: [[Double]]) -> Double {
    // Of a completion that a server told nothing of nothing is recorded.
    zip(scored, recorded).flatMap { zip($0, $1).map { abs(exp($0 - $1) - 1) } }.max() ?? 0
  }

  var metrics = Metrics()
  /// k3 summed over tokens.
  var divergence = 0.0
  init(_ rollout: Rollout, _ surrogate: ClippedSurrogate?) throws {
    let ratios: [Double] = try rollout.logRatios().values()
    let valid: [Bool] = try rollout.valid.values()
    let present = zip(ratios, valid).filter(\.1).map(\.0)
    let count = Double(present.count)
    var (squares, sum) = (0.0, 0.0)
    for logRatio in present {
      let ratio = exp(logRatio)
      squares += logRatio * logRatio / 2
      sum += ratio
      // Samples are of the old policy, so its divergence to the new one is measured.
      divergence += ratio - 1 - logRatio
    }
    metrics.add("policy/approxkl_avg", mean: squares / count, count: count)
    metrics.add("val/ratio", mean: sum / count, count: count)
    guard let surrogate else { return }
    let (logRatios, advantages) = try surrogate.actions(of: rollout)
    let clipped = try surrogate.isClipped(logRatios, advantages).converted(to: .float64).sum()
    let actions = surrogate.level == .token ? count : Double(rollout.policy.sizes[0])
    metrics.add("policy/clipfrac_avg", mean: try clipped.item() / actions, count: actions)
  }
}
