import Foundation

extension DensityEstimator {
  /// Sums over weighted draws of several policies, of which the mean of a term under the target, less
  /// the log of the weights' sum, is taken with its error.
  struct WeightedSums {
    /// Σw, of all policies.
    private(set) var total = 0.0
    private var weighted = 0.0
    /// Of each policy that drew: Σw, Σwt, Σw², Σw²t, Σw²t², and how many draws.
    private var drawers: [(w: Double, t: Double, ww: Double, wt: Double, tt: Double, n: Double)] =
      []

    /// - Parameters:
    ///   - weights: of one policy's draws.
    ///   - terms: what is averaged; what has no weight may be infinite.
    ///   - times: how often each draw counts; nil for once.
    mutating func add(_ weights: [Double], _ terms: [Double], times: [Double]? = nil) {
      var (w, t, ww, wt, tt) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for index in weights.indices where weights[index] > 0 {
        let count = times?[index] ?? 1
        guard count > 0 else { continue }
        let weight = weights[index]
        let product = weight * terms[index]
        w += count * weight
        t += count * product
        ww += count * weight * weight
        wt += count * weight * product
        tt += count * product * product
      }
      total += w
      weighted += t
      drawers.append((w, t, ww, wt, tt, Double(weights.count)))
    }

    /// Of the term, under the target.
    var mean: Double { weighted / total }

    /// Standard error of ``mean`` − log ``total``, linearised: a draw moves it by w(t − mean − 1)/total.
    var error: Double {
      let centre = mean + 1
      let variance = drawers.reduce(0.0) { sum, drawer in
        guard drawer.n > 1 else { return sum }
        let squares = drawer.tt - 2 * centre * drawer.wt + centre * centre * drawer.ww
        let whole = drawer.t - centre * drawer.w
        return sum + drawer.n / (drawer.n - 1) * max(0, squares - whole * whole / drawer.n)
      }
      return variance.squareRoot() / total
    }
  }
}
