import Foundation

/// A logistic regression without intercept, with no, an absolute, or a quadratic penalty.
///
/// Minimises Σ w·CE(y, σ(β·x)) + λ‖β‖₁, or + λ‖β‖²/2, by Newton's method; for the absolute penalty
/// each step minimises the quadratic model coordinate by coordinate. Steps are halved until the
/// objective falls, so that it converges from everywhere.
///
/// Source: Lee, Sun and Saunders 2014, "Proximal Newton-type methods".
public struct LogisticFit: Sendable, Equatable {
  public enum Penalty: Sendable, Equatable {
    case none
    /// λ‖β‖₁; liblinear's C is 1/λ.
    case absolute(Double)
    /// λ‖β‖²/2.
    case quadratic(Double)
    /// Σ λ·β²/2, each coefficient with its own λ.
    case ridge([Double])
  }

  /// Beyond this, in logits, a coefficient is on its way to infinity.
  static let limit = 1e3

  public let coefficients: [Double]
  public let penalty: Penalty

  /// Nil where there is no finite minimum (one side always wins and nothing is penalised), where
  /// features do not determine the coefficients, or where a number is not finite.
  ///
  /// - Parameter start: a first guess, such as the fit of nearly the same rows; zero without.
  public init?(_ rows: LogisticRows, penalty: Penalty = .none, start: [Double]? = nil) {
    guard rows.count > 0, rows.isFinite else { return nil }
    var current = start ?? [Double](repeating: 0, count: rows.dimension)
    guard current.count == rows.dimension else { return nil }
    var objective = Self.objective(rows, penalty, current)
    for _ in 0..<200 {
      guard let step = Self.step(rows, penalty, current) else { return nil }
      var scale = 1.0
      var next = current
      var reached = objective
      while true {
        next = zip(current, step).map { $0 + scale * $1 }
        reached = Self.objective(rows, penalty, next)
        if reached <= objective + 1e-13 * abs(objective) { break }
        scale /= 2
        if scale < 1e-10 { break }
      }
      guard scale >= 1e-10 else {
        // At the minimum only rounding is left to gain; far from it a step that gains nothing
        // means that the objective falls for ever.
        guard step.allSatisfy({ abs($0) < 1e-5 }) else { return nil }
        break
      }
      let moved = zip(current, next).reduce(0) { max($0, abs($1.0 - $1.1)) }
      (current, objective) = (next, reached)
      guard current.allSatisfy({ abs($0) < Self.limit }) else { return nil }
      if moved < 1e-11 { break }
    }
    coefficients = current
    self.penalty = penalty
  }

  private static func objective(
    _ rows: LogisticRows, _ penalty: Penalty, _ coefficients: [Double]
  ) -> Double {
    let loss = rows.loss(coefficients)
    switch penalty {
    case .none: return loss
    case .absolute(let strength):
      return loss + strength * coefficients.reduce(0) { $0 + abs($1) }
    case .quadratic(let strength):
      return loss + strength / 2 * coefficients.reduce(0) { $0 + $1 * $1 }
    case .ridge(let strengths):
      return loss + zip(strengths, coefficients).reduce(0) { $0 + $1.0 / 2 * $1.1 * $1.1 }
    }
  }

  private static func step(
    _ rows: LogisticRows, _ penalty: Penalty, _ coefficients: [Double]
  ) -> [Double]? {
    var (gradient, curvature) = rows.derivatives(coefficients)
    switch penalty {
    case .none: break
    case .quadratic(let strength):
      for index in gradient.indices {
        gradient[index] += strength * coefficients[index]
        curvature[index, index] += strength
      }
    case .ridge(let strengths):
      for (index, strength) in zip(gradient.indices, strengths) {
        gradient[index] += strength * coefficients[index]
        curvature[index, index] += strength
      }
    case .absolute(let strength):
      return shrunken(gradient, curvature, coefficients, strength)
    }
    return curvature.solve(gradient.map { -$0 })
  }

  /// The minimum of the quadratic model plus the absolute penalty, as a step.
  private static func shrunken(
    _ gradient: [Double], _ curvature: SymmetricMatrix, _ coefficients: [Double],
    _ strength: Double
  ) -> [Double]? {
    let size = gradient.count
    var step = [Double](repeating: 0, count: size)
    for _ in 0..<1000 {
      var moved = 0.0
      for index in 0..<size {
        let bend = curvature[index, index]
        // A feature that no row has: the penalty alone decides, for zero.
        guard bend > 0 else {
          step[index] = -coefficients[index]
          continue
        }
        var slope = gradient[index]
        for other in 0..<size { slope += curvature[index, other] * step[other] }
        let old = coefficients[index] + step[index]
        let target = old - slope / bend
        let size = max(abs(target) - strength / bend, 0)
        let new = target < 0 ? -size : size
        step[index] += new - old
        moved = max(moved, abs(new - old))
      }
      if moved < 1e-13 { break }
    }
    return step.allSatisfy(\.isFinite) ? step : nil
  }
}
