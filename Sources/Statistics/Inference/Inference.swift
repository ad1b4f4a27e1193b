import Foundation

/// The one place that puts intervals around means, shares, differences and ranks, whoever asks.
///
/// Values come as `[prompt][row]`: rows of one prompt (its completions, its judgments) are alike, so
/// the prompt is the unit, each counts once with the mean of its rows, and those without rows are
/// left out. Where trainings were repeated they come as `[seed][prompt][row]`, the same prompts for
/// all seeds; a prompt that some seed lacks is left out.
///
/// | quantity | one seed | several seeds |
/// |---|---|---|
/// | share | ``ExactShare``; of values between, ``BoundedMean`` | ``CrossedVariance``, and no narrower than the prompts alone allow |
/// | mean | Student's t; no narrower than bootstrap-t where skewed, and than an exact one for values of five kinds or fewer | ``CrossedVariance``, and no narrower than the prompts alone allow |
/// | quantity not below 0 | Student's t on the logarithm; no narrower than bootstrap-t where skewed | ``CrossedVariance`` on the logarithm, and no narrower than the prompts alone allow |
///
/// Wilson's interval, a little narrower, covers 0.90 to 0.93 for some shares of 5 to 100 prompts.
public struct Inference: Sendable, Equatable {
  /// What is estimated, and so which values are possible.
  public enum Quantity: Sendable, Equatable {
    case real
    /// Values in 0 … 1.
    case share
    /// Values not below 0, such as a KL.
    case nonnegative
    /// exp of the mean of what is given, such as a perplexity.
    case exponential
  }

  /// Fewer prompts than this are too few to tell how far Student's t can be trusted.
  public static let few = 10

  public var confidence: Double
  /// Of bootstrap-t.
  public var resamples: Int
  /// Of the resampling.
  public var seed: UInt64

  public init(confidence: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 1) {
    self.confidence = confidence
    self.resamples = resamples
    self.seed = seed
  }

  // MARK: Questions

  /// The mean of values in 0 … 1, `[prompt][row]`; nil without values, or for one outside.
  public func share(_ rows: [[Double]]) -> Estimate? { estimate(.share, seeds: [rows]) }

  /// The same, with an interval that holds at every moment at once, where after each prompt it was
  /// asked whether more are needed.
  ///
  /// - Parameter rows: in the order in which they were looked at, which is random.
  public func share(lookedAt rows: [[Double]]) -> Estimate? {
    guard var found = share(rows), var sequence = ConfidenceSequence(confidence: confidence)
    else { return nil }
    for row in rows { if let mean = Sample.mean(row) { sequence.add(mean) } }
    // Where every mean was rejected nothing is known, which is rarer than 1 − confidence.
    found.interval = sequence.interval?.hull(Interval(found.value, found.value)) ?? Interval(0, 1)
    found.basis = IntervalBasis(confidence: confidence, method: .betting)
    return found
  }

  /// The mean of values of any size, `[prompt][row]`; nil without values or where one is not finite.
  public func mean(_ rows: [[Double]]) -> Estimate? { estimate(.real, seeds: [rows]) }

  /// The mean of values not below 0, `[prompt][row]`.
  public func nonnegative(_ rows: [[Double]]) -> Estimate? {
    estimate(.nonnegative, seeds: [rows])
  }

  /// Any quantity over seeds × prompts, `[seed][prompt][row]`; one seed is a question about prompts
  /// alone.
  ///
  /// - Returns: nil without common prompts, for seeds of different prompts, or for a value that is
  ///   not possible.
  public func estimate(_ quantity: Quantity, seeds rows: [[[Double]]]) -> Estimate? {
    guard let table = PromptTable(rows) else { return nil }
    return estimate(
      quantity, prompts: table.means, sides: [table.seeds], rows: table.rows, ends: table.ends)
  }

  /// The share of comparisons that the first side wins, over combinations of a prompt's rows and of
  /// both sides' seeds, a tie counting one half; see ``WinRate``.
  ///
  /// - Parameters:
  ///   - first: scores of the side that wins when higher, `[seed][prompt][row]`; one that is not
  ///     finite holds a place and is compared with nothing.
  ///   - second: scores of the other side, of any number of seeds and rows.
  ///   - areCoupled: rows of one place were drawn with common random numbers.
  /// - Returns: nil without a prompt that all seeds can be compared on.
  public func winRate(
    _ first: [[[Double]]], against second: [[[Double]]], areCoupled: Bool = false
  ) -> Estimate? {
    guard let prompts = first.first?.count, !second.isEmpty,
      (first + second).allSatisfy({ $0.count == prompts })
    else { return nil }
    // `[seed of one][seed of the other][prompt]`
    let tallies = first.map { ours in
      second.map { theirs in
        zip(ours, theirs).map { WinRate.wins($0, against: $1, areCoupled: areCoupled) }
      }
    }
    let kept = (0..<prompts).filter { prompt in
      tallies.allSatisfy { $0.allSatisfy { $0[prompt].of > 0 } }
    }
    func mean(_ lists: [[[(wins: Double, of: Int)]]]) -> [Double] {
      let all = lists.flatMap { $0 }
      return kept.map { prompt in
        all.reduce(0) { $0 + $1[prompt].wins / Double($1[prompt].of) } / Double(all.count)
      }
    }
    let rows = kept.reduce(0) { total, prompt in
      total + tallies.joined().reduce(0) { $0 + $1[prompt].of }
    }
    return estimate(
      .share, prompts: mean(tallies),
      sides: [
        tallies.map { mean([$0]) },
        second.indices.map { other in mean(tallies.map { [$0[other]] }) },
      ], rows: rows)
  }

  // MARK: Answers

  /// - Parameters:
  ///   - prompts: each prompt's value, mean over all seeds.
  ///   - sides: `[side][seed][prompt]`.
  ///   - ends: the least and the greatest value there can be, where values are of few kinds.
  func estimate(
    _ quantity: Quantity, prompts: [Double], sides: [[[Double]]], rows: Int, ends: Interval? = nil
  ) -> Estimate? {
    guard let mean = Sample.mean(prompts), confidence > 0, confidence < 1 else { return nil }
    if quantity == .share, !prompts.allSatisfy({ $0 >= 0 && $0 <= 1 }) { return nil }
    if quantity == .nonnegative, mean <= 0 {
      // An unbiased estimate of what is not below 0 may be: it has no logarithm, and is cut at 0.
      var found = estimate(.real, prompts: prompts, sides: sides, rows: rows, ends: ends)
      let whole = found?.interval
      found?.interval = whole?.clipped(to: 0...Double.infinity)
      return found
    }
    let seeds = sides.map(\.count).max() ?? 1
    var (interval, basis) = self.interval(quantity, prompts, mean, sides, ends)
    let several = sides.map(\.count).filter { $0 > 1 }
    if several.contains(2) { basis.caveats.append(.twoSeeds) }
    if !several.isEmpty, sides.contains(where: { $0.count == 1 }) {
      basis.caveats.append(.oneSeed)
    }
    let value = quantity == .exponential ? exp(mean) : mean
    guard value.isFinite else { return nil }
    if quantity == .exponential { interval = interval.map { Interval(exp($0.low), exp($0.high)) } }
    if let found = interval, !found.low.isFinite || !found.high.isFinite { interval = nil }
    if interval == nil { basis.method = .none }
    return Estimate(
      value: value, interval: interval, count: rows, clusters: prompts.count, seeds: seeds,
      basis: basis)
  }

  private func interval(
    _ quantity: Quantity, _ prompts: [Double], _ mean: Double, _ sides: [[[Double]]],
    _ ends: Interval?
  ) -> (Interval?, IntervalBasis) {
    let crossed = CrossedVariance(prompts: prompts, sides: sides)
    let unit: IntervalBasis.Unit = crossed == nil ? .prompts : .seedsAndPrompts
    func basis(
      _ method: IntervalBasis.Method, _ caveats: [IntervalBasis.Caveat] = []
    ) -> IntervalBasis {
      IntervalBasis(confidence: confidence, method: method, unit: unit, caveats: caveats)
    }
    if quantity == .share {
      let (alone, method) = shareInterval(prompts)
      guard let alone, let crossed else { return (alone, basis(method)) }
      let whole = half(crossed).map { Interval(mean - $0, mean + $0).clipped(to: 0...1) }
      return (whole?.hull(alone) ?? alone, basis(.crossed))
    }
    guard prompts.count > 1 else { return (nil, basis(.none, [.oneGroup])) }
    let (alone, method, caveats) = overPrompts(quantity, prompts, mean, ends)
    guard let crossed else { return (alone, basis(method, caveats)) }
    guard let half = half(crossed), half > 0 else { return (nil, basis(.none, [.noSpread])) }
    let whole = symmetric(quantity, mean, half)
    return (
      alone.map(whole.hull) ?? whole,
      basis(
        quantity == .nonnegative ? .crossedLogarithmic : .crossed,
        caveats.filter { $0 == .tooFew })
    )
  }

  /// The interval for other prompts alone.
  private func overPrompts(
    _ quantity: Quantity, _ prompts: [Double], _ mean: Double, _ ends: Interval?
  ) -> (Interval?, IntervalBasis.Method, [IntervalBasis.Caveat]) {
    guard let half = half(prompts), half > 0 else { return (nil, .none, [.noSpread]) }
    var found = symmetric(quantity, mean, half)
    if quantity == .real, let coarse = coarse(prompts, ends) { found = found.hull(coarse) }
    let method: IntervalBasis.Method = quantity == .nonnegative ? .logarithmic : .studentT
    let caveats: [IntervalBasis.Caveat] = prompts.count < Self.few ? [.tooFew] : []
    guard BootstrapT.isNeeded(prompts) else { return (found, method, caveats) }
    guard
      let skewed = BootstrapT.interval(
        prompts, confidence: confidence, resamples: resamples, seed: seed)
    else { return (found, method, [.tooFew]) }
    let range = quantity == .nonnegative ? 0...Double.infinity : -Double.infinity...Double.infinity
    return (found.hull(skewed.clipped(to: range)), .bootstrapT, caveats)
  }

  private func symmetric(_ quantity: Quantity, _ mean: Double, _ half: Double) -> Interval {
    guard quantity == .nonnegative else { return Interval(mean - half, mean + half) }
    // Half the width of log x is half/x to first order.
    let factor = exp(half / mean)
    return Interval(mean / factor, mean * factor)
  }

  /// Of values of at most five kinds, as rewards of 0 and 1 are: the exact interval between the least
  /// and the greatest. Student's t misses where one kind is rare.
  private func coarse(_ values: [Double], _ ends: Interval?) -> Interval? {
    guard let ends = ends ?? PromptTable.ends(of: Set(values)) else { return nil }
    let size = ends.high - ends.low
    return shareInterval(values.map { min(1, max(0, ($0 - ends.low) / size)) }).0
      .map { Interval(ends.low + size * $0.low, ends.low + size * $0.high) }
  }

  private func shareInterval(_ values: [Double]) -> (Interval?, IntervalBasis.Method) {
    guard values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      return (BoundedMean.interval(values, confidence: confidence), .bounded)
    }
    let wins = values.count { $0 == 1 }
    return (
      ExactShare.interval(successes: wins, of: values.count, confidence: confidence), .exact
    )
  }

  private func half(_ crossed: CrossedVariance) -> Double? {
    StudentT.quantile((1 + confidence) / 2, degrees: crossed.degrees)
      .map { $0 * crossed.variance.squareRoot() }
  }

  /// Student's t interval; nil where values do not vary.
  func student(_ values: [Double]) -> Interval? {
    guard let mean = Sample.mean(values), let half = half(values), half > 0 else { return nil }
    return Interval(mean - half, mean + half)
  }

  private func half(_ prompts: [Double]) -> Double? {
    guard let deviation = Sample.standardDeviation(prompts),
      let factor = StudentT.quantile((1 + confidence) / 2, degrees: Double(prompts.count - 1))
    else { return nil }
    // The deviation of equal numbers is rounding.
    let size = prompts.reduce(0) { max($0, abs($1)) }
    return deviation <= 1e-14 * size ? 0 : factor * deviation / Double(prompts.count).squareRoot()
  }
}
