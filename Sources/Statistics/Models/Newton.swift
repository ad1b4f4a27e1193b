import Foundation

/// Newton's method for the maximum of a concave function, with steps that are halved until they do not
/// lead down.
enum Newton {
  /// - Parameters:
  ///   - limit: a coordinate beyond it is on its way to infinity.
  ///   - tolerance: the largest change of a coordinate at which it ends; the error is of the order of its
  ///     square.
  ///   - derivatives: the gradient and the negative curvature.
  /// - Returns: the last point, and whether a step within the tolerance led to it; nil where the curvature
  ///   is singular or the maximum infinite.
  static func maximum(
    from start: [Double], limit: Double, tolerance: Double, of value: ([Double]) -> Double,
    derivatives: ([Double]) -> (gradient: [Double], curvature: SymmetricMatrix)
  ) -> (point: [Double], hasConverged: Bool)? {
    var point = start
    var height = value(point)
    for _ in 0..<200 {
      let (gradient, curvature) = derivatives(point)
      guard let step = curvature.solve(gradient) else { return nil }
      var scale = 1.0
      var next = point
      var reached = height
      repeat {
        next = zip(point, step).map { $0 + scale * $1 }
        reached = value(next)
        scale /= 2
      } while reached < height - 1e-13 * abs(height) && scale > 1e-10
      let moved = zip(point, next).reduce(0) { max($0, abs($1.0 - $1.1)) }
      (point, height) = (next, reached)
      guard point.allSatisfy({ abs($0) < limit }) else { return nil }
      if moved < tolerance { return (point, true) }
    }
    return (point, false)
  }
}
