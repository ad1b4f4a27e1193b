import Foundation

/// A Gaussian kernel estimate of a density on the line.
public struct KernelDensity: Sendable {
  public let values: [Double]
  /// Sum to 1.
  public let weights: [Double]
  public let bandwidth: Double

  /// Nil for no values, a bandwidth that is not above 0, values or weights that are not finite,
  /// negative weights, or none above 0.
  ///
  /// - Parameter weights: relative; nil for equal ones.
  public init?(_ values: [Double], weights: [Double]? = nil, bandwidth: Double) {
    let weights = weights ?? [Double](repeating: 1, count: values.count)
    let total = weights.reduce(0, +)
    guard !values.isEmpty, weights.count == values.count, bandwidth > 0, bandwidth.isFinite,
      values.allSatisfy(\.isFinite), weights.allSatisfy({ $0 >= 0 }), total > 0, total.isFinite
    else { return nil }
    self.values = values
    self.weights = weights.map { $0 / total }
    self.bandwidth = bandwidth
  }

  /// Silverman's rule, 0.9 · min(sd, IQR/1.34) · M^(−1/5); sd alone where the quartiles agree. Nil
  /// for fewer than two values, equal values, or one that is not finite.
  public static func silverman(_ values: [Double]) -> Double? {
    guard let deviation = Sample.standardDeviation(values), deviation > 0,
      let lower = Sample.quantile(0.25, of: values), let upper = Sample.quantile(0.75, of: values)
    else { return nil }
    let spread = (upper - lower) / 1.34
    let scale = spread > 0 ? min(deviation, spread) : deviation
    return 0.9 * scale * pow(Double(values.count), -0.2)
  }

  /// Evenly spaced points over the values and `margin` bandwidths on either side; at least two.
  public func grid(points: Int = 200, margin: Double = 3) -> [Double] {
    let low = (values.min() ?? 0) - margin * bandwidth
    let high = (values.max() ?? 0) + margin * bandwidth
    let steps = max(points, 2) - 1
    return (0...steps).map { low + (high - low) * Double($0) / Double(steps) }
  }

  public func density(at point: Double) -> Double {
    var sum = 0.0
    for (value, weight) in zip(values, weights) {
      let z = (point - value) / bandwidth
      sum += weight * exp(-z * z / 2)
    }
    return sum / (bandwidth * (2 * Double.pi).squareRoot())
  }

  public func density(at points: [Double]) -> [Double] { points.map { density(at: $0) } }

  /// This density over another of the same values and bandwidth; nil where the other is below
  /// `floor` times its largest value on the grid, where a ratio would say nothing.
  public func ratio(
    to reference: KernelDensity, at points: [Double], floor: Double = 1e-6
  ) -> [Double?] {
    let densities = reference.density(at: points)
    let least = floor * (densities.max() ?? 0)
    return zip(points, densities).map { point, density in
      density > least ? self.density(at: point) / density : nil
    }
  }
}
