import Foundation

/// Looks for the strength of a method whose trained policy has a given KL, by bracketing on the
/// logarithm of both.
///
/// Every proposal follows from the trials so far alone, so that a search that was killed goes on to
/// the same ones. That KL falls with the strength, or rises with it, is only guessed for the second
/// trial; what follows goes where the trials say, also where KL turns inside the range.
///
/// Source: bracketing with false position, kept inside the middle of the bracket (Press et al. 2007,
/// "Numerical recipes", section 9.2).
public struct StrengthSearch: Sendable, Equatable {
  /// One training: the strength, and the KL that it came to.
  public struct Trial: Sendable, Equatable {
    public var value: Double
    /// In nats; nil where the training could not be finished with finite numbers, which is taken
    /// for too strong.
    public var kl: Double?

    public init(_ value: Double, kl: Double?) {
      self.value = value
      self.kl = kl
    }
  }

  /// In nats.
  public let target: Double
  /// A KL is near enough within this share of the target.
  public let tolerance: Double
  /// The first trial's value.
  public let start: Double
  /// Whether KL is guessed to fall as the value grows.
  public let falls: Bool
  /// Where values may lie.
  public let range: ClosedRange<Double>
  /// At most so many.
  public let trials: Int

  public init(
    target: Double, tolerance: Double, start: Double, falls: Bool, range: ClosedRange<Double>,
    trials: Int
  ) {
    self.target = target
    self.tolerance = tolerance
    self.start = start
    self.falls = falls
    self.range = range
    self.trials = trials
  }

  /// The trial nearest to the target, by the logarithm of KL; nil where none was finished.
  public func nearest(of trials: [Trial]) -> Trial? {
    trials.filter { $0.kl != nil }.min { abs(gap($0)) < abs(gap($1)) }
  }

  public func isReached(by trials: [Trial]) -> Bool {
    guard let kl = nearest(of: trials)?.kl else { return false }
    return abs(kl / target - 1) <= tolerance
  }

  /// Whether some trial has a larger KL than both its neighbours, or a smaller one, by more than the
  /// tolerance.
  public func turns(in trials: [Trial]) -> Bool {
    let gaps = trials.sorted { $0.value < $1.value }.map(gap)
    guard gaps.count > 2 else { return false }
    let least = log(1 + tolerance)
    return (1..<gaps.count - 1).contains { place in
      let (before, after) = (gaps[place] - gaps[place - 1], gaps[place] - gaps[place + 1])
      return min(before, after) > least || max(before, after) < -least
    }
  }

  /// The next value, of three digits; nil where the search is over.
  public func next(after done: [Trial]) -> Double? {
    guard !done.isEmpty else { return start }
    guard done.count < trials, !isReached(by: done) else { return nil }
    let sorted = done.sorted { $0.value < $1.value }
    let tried = Set(done.map(\.value))
    return proposals(sorted).lazy.map {
      Self.rounded(min(max($0, range.lowerBound), range.upperBound))
    }
    .first { range.contains($0) && !tried.contains($0) }
  }

  /// The value as it is written: three digits.
  public static func text(_ value: Double) -> String { String(format: "%.3g", value) }

  private static func rounded(_ value: Double) -> Double { Double(text(value)) ?? value }

  /// log(KL / target); infinite where a training failed.
  private func gap(_ trial: Trial) -> Double {
    guard let kl = trial.kl else { return .infinity }
    // An estimate of nothing is far below any target.
    return log(max(kl, 1e-6 * target) / target)
  }

  /// The best one first.
  private func proposals(_ sorted: [Trial]) -> [Double] {
    let brackets = zip(sorted, sorted.dropFirst()).filter { (gap($0) < 0) != (gap($1) < 0) }
    let near = brackets.sorted {
      min(abs(gap($0.0)), abs(gap($0.1))) < min(abs(gap($1.0)), abs(gap($1.1)))
    }
    let inside = near.flatMap {
      [falsePosition($0.0, $0.1), ($0.0.value * $0.1.value).squareRoot()]
    }
    return inside.isEmpty ? outside(sorted) : inside
  }

  private func falsePosition(_ low: Trial, _ high: Trial) -> Double {
    let (below, above) = (gap(low), gap(high))
    let share = below.isFinite && above.isFinite ? below / (below - above) : 0.5
    return at(min(max(share, 0.1), 0.9), between: low, high)
  }

  private func at(_ share: Double, between low: Trial, _ high: Trial) -> Double {
    exp(log(low.value) + share * (log(high.value) - log(low.value)))
  }

  /// Where all trials lie on one side of the target: beyond the end that is nearer to it, and where an
  /// inner trial is the nearest, on both sides of that.
  private func outside(_ sorted: [Trial]) -> [Double] {
    guard sorted.count > 1 else {
      let factor = step(abs(gap(sorted[0])))
      let isUp = (gap(sorted[0]) > 0) == falls
      let value = sorted[0].value
      return isUp ? [value * factor, value / factor] : [value / factor, value * factor]
    }
    let last = sorted.count - 1
    let nearest = sorted.indices.min { abs(gap(sorted[$0])) < abs(gap(sorted[$1])) } ?? 0
    let up = sorted[last].value * factor(from: sorted[last - 1], to: sorted[last])
    let down = sorted[0].value / factor(from: sorted[1], to: sorted[0])
    let ends = abs(gap(sorted[last])) <= abs(gap(sorted[0])) ? [up, down] : [down, up]
    guard nearest > 0, nearest < last else { return ends }
    return [
      at(0.5, between: sorted[nearest], sorted[nearest + 1]),
      at(0.5, between: sorted[nearest - 1], sorted[nearest]),
    ] + ends
  }

  /// As far as the line through two trials needs to the target.
  private func factor(from inner: Trial, to end: Trial) -> Double {
    let slope = (gap(end) - gap(inner)) / abs(log(end.value) - log(inner.value))
    let way = -gap(end) / slope
    return step(way.isFinite && way > 0 ? way : .infinity)
  }

  /// A factor from 2 to 10.
  private func step(_ logarithm: Double) -> Double { exp(min(max(logarithm, log(2)), log(10))) }
}
