import Foundation

/// The learning rate along training.
public struct Schedule: Equatable, Sendable {
  public enum Shape: String, CaseIterable, Sendable {
    case constant, linear, cosine
  }

  public var shape: Shape
  /// The highest learning rate.
  public var peak: Double
  /// Steps of linear warm-up from 0.
  public var warmup: Int
  /// Steps in all.
  public var steps: Int

  public init(shape: Shape, peak: Double, warmup: Int, steps: Int) {
    self.shape = shape
    self.peak = peak
    self.warmup = warmup
    self.steps = steps
  }

  /// The rate of a step, counted from 0. After warm-up, `linear` and `cosine` fall to 0 at `steps`.
  public func rate(at step: Int) -> Double {
    if step < warmup { return peak * Double(step + 1) / Double(warmup) }
    let left = Double(max(1, steps - warmup))
    let progress = min(1, Double(step - warmup) / left)
    switch shape {
    case .constant: return peak
    case .linear: return peak * (1 - progress)
    case .cosine: return peak * 0.5 * (1 + cos(Double.pi * progress))
    }
  }
}
