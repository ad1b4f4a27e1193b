import Foundation

/// Sums over distributions on a finite set, in plain numbers: the side of a comparison that shares no
/// code with what is compared.
enum Distribution {
  /// The distribution of these logarithms, normalised; stable for any size of them.
  static func normalised(_ logarithms: [Double]) -> [Double] {
    let most = logarithms.max() ?? 0
    let weights = logarithms.map { exp($0 - most) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// log Σ exp.
  static func logSum(_ logarithms: [Double]) -> Double {
    let most = logarithms.max() ?? 0
    return most + log(logarithms.reduce(0) { $0 + exp($1 - most) })
  }

  static func mean(_ values: [Double], under policy: [Double]) -> Double {
    zip(policy, values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// KL(p ∥ q) in nats; where p is 0 nothing is added.
  static func divergence(of p: [Double], from q: [Double]) -> Double {
    zip(p, q).reduce(0) { $1.0 > 0 ? $0 + $1.0 * log($1.0 / $1.1) : $0 }
  }

  /// −Σ p log p, in nats.
  static func entropy(_ p: [Double]) -> Double {
    p.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
  }

  /// ∇ of E[f] in the logits of a softmax, for f that is constant: p (f − E f).
  static func slope(of values: [Double], under policy: [Double]) -> [Double] {
    let mean = mean(values, under: policy)
    return zip(policy, values).map { $0 * ($1 - mean) }
  }

  static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// log σ(x).
  static func logSigmoid(_ x: Double) -> Double { min(x, 0) - log1p(exp(-abs(x))) }
}

/// What claims do with lists of numbers.
enum Vector {
  static func length(_ a: [Double]) -> Double { inner(a, a).squareRoot() }

  static func inner(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  static func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }

  static func scaled(_ a: [Double], _ factor: Double) -> [Double] { a.map { $0 * factor } }

  /// The largest difference of two entries; not a number where the lists do not match.
  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? difference(a, b).map(abs).max() ?? 0 : .nan
  }

  /// |a − b| / |b|.
  static func relativeError(_ a: [Double], _ b: [Double]) -> Double {
    length(difference(a, b)) / length(b)
  }

  static func cosine(_ a: [Double], _ b: [Double]) -> Double {
    inner(a, b) / (length(a) * length(b))
  }

  /// ∇ f by central differences; right to about ten digits.
  static func numericalSlope(
    at point: [Double], _ value: ([Double]) -> Double
  ) -> [Double] {
    point.indices.map { place in
      func moved(_ step: Double) -> Double {
        var point = point
        point[place] += step
        return value(point)
      }
      // Two steps cancel the error of third order.
      let (near, far) = (2e-4, 4e-4)
      return (8 * (moved(near) - moved(-near)) - (moved(far) - moved(-far))) / (12 * near)
    }
  }
}
