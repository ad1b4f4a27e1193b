import Foundation
import Training

/// The minimum of a smooth function of few numbers, to the digits that float64 has.
public enum Descent {
  /// Quasi-Newton steps (BFGS) with backtracking, until the gradient is below 1e-12 or no step helps.
  ///
  /// - Parameters:
  ///   - steps: the most there may be.
  ///   - function: value and gradient at a point.
  ///
  /// Source: Nocedal and Wright 2006, "Numerical optimization", algorithm 6.1.
  /// Differs: backtracking alone; a step along which the slope does not rise is not learned from.
  public static func minimum<Failure: Error>(
    from start: [Double], steps: Int = 300,
    _ function: ([Double]) throws(Failure) -> Slope
  ) throws(Failure) -> [Double] {
    let places = start.indices
    var point = start
    var here = try function(point)
    var inverse = identity(start.count)
    for _ in 0..<steps {
      guard Vector.length(here.gradient) > 1e-12 else { break }
      var direction = places.map { -Vector.inner(inverse[$0], here.gradient) }
      if Vector.inner(direction, here.gradient) >= 0 {
        inverse = identity(start.count)
        direction = here.gradient.map { -$0 }
      }
      let slope = Vector.inner(direction, here.gradient)
      var share = 1.0
      var next: (point: [Double], slope: Slope)?
      for _ in 0..<60 {
        let there = places.map { point[$0] + share * direction[$0] }
        let found = try function(there)
        // Where values no longer differ in any digit, gradients still do.
        let level = abs(found.value - here.value) <= 1e-14 * max(1, abs(here.value))
        if found.value <= here.value + 1e-4 * share * slope
          || level && Vector.length(found.gradient) < Vector.length(here.gradient)
        {
          next = (there, found)
          break
        }
        share /= 2
      }
      guard let next else { break }
      learn(
        &inverse, Vector.difference(next.point, point),
        Vector.difference(next.slope.gradient, here.gradient))
      (point, here) = (next.point, next.slope)
    }
    return point
  }

  private static func identity(_ count: Int) -> [[Double]] {
    (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } }
  }

  /// H ← (1 − ρ s yᵀ) H (1 − ρ y sᵀ) + ρ s sᵀ.
  private static func learn(_ inverse: inout [[Double]], _ step: [Double], _ rise: [Double]) {
    let curvature = Vector.inner(step, rise)
    guard curvature > 1e-14 * Vector.length(step) * Vector.length(rise) else { return }
    let moved = inverse.map { Vector.inner($0, rise) }
    let scale = (1 + Vector.inner(rise, moved) / curvature) / curvature
    for row in step.indices {
      for column in step.indices {
        inverse[row][column] +=
          scale * step[row] * step[column]
          - (moved[row] * step[column] + step[row] * moved[column]) / curvature
      }
    }
  }
}

extension Population {
  /// The policy at which the expected loss of an objective is least.
  public func minimiser(of objective: some Objective, from start: [Double]) throws -> [Double] {
    Distribution.normalised(
      try Descent.minimum(from: start) { try expected(objective, at: $0) })
  }
}
