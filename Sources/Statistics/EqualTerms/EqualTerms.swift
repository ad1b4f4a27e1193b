/// Methods at equal terms: what mixtures that were chosen on some prompts and seeds give on others.
///
/// Simulated for 8 settings × 4 checkpoints, 5 seeds and 512 prompts (`benchmarks/equal-kl`), a hull
/// read on the data that drew it promises too much; chosen on other prompts of the same seeds it still
/// does; chosen on other prompts and other seeds the readings are unbiased and their intervals hold.
public struct EqualTerms: Sendable, Equatable {
  public var inference: Inference
  /// Differences of no more than this are of no interest; nil where nobody said.
  public var margin: Double?

  public init(_ inference: Inference = Inference(), margin: Double? = nil) {
    self.inference = inference
    self.margin = margin
  }

  /// Estimates whose intervals hold all together, by Bonferroni: neighbouring caps are nearly one
  /// question, so that they are wide rather than narrow.
  ///
  /// - Parameter tables: `[seed][prompt]`, one for each question; nil where there is no number.
  public func readings(
    _ quantity: Inference.Quantity, _ tables: [[[Double]]?]
  ) -> [Estimate?] {
    let inference = simultaneous(tables.count { $0 != nil })
    return tables.map { table in
      table.flatMap { table in
        inference.estimate(quantity, seeds: table.map { seed in seed.map { [$0] } })
      }
    }
  }

  /// The inference for one of several statements that are to hold together.
  func simultaneous(_ count: Int) -> Inference {
    var inference = inference
    inference.confidence = 1 - (1 - inference.confidence) / Double(max(1, count))
    return inference
  }

  /// What a paired difference of two methods says.
  public enum Verdict: String, Sendable, Equatable {
    case higher = "higher"
    case lower = "lower"
    case equivalent = "equivalent"
    case notResolved = "not resolved"
  }

  /// Two methods at one cap.
  public struct Contrast: Sendable, Equatable {
    public let first: Int
    public let second: Int
    /// Place of the cap.
    public let question: Int
    /// First minus second on the same prompts.
    public let difference: Estimate
    public let pValue: Double
    /// After Holm's correction over all pairs and caps.
    public let correctedPValue: Double
    public let verdict: Verdict
  }

  /// All pairs of methods at all caps that both have a number for.
  ///
  /// Higher and lower are said where Holm's correction over the whole table leaves p at most α, so that
  /// with the confidence no such word is false. Equivalent is said where the interval that holds for
  /// the whole table lies within ± ``margin``. All else is not resolved, and its interval then holds 0.
  ///
  /// - Parameters:
  ///   - methods: `[method][question][seed][prompt]`, the same prompts for all.
  ///   - luck: of choosing, as variances, `[method][question]` (``ChoiceLuck``): with it the words are
  ///     about methods, without it about what was chosen of them. Empty for none.
  public func contrasts(
    _ methods: [[[[Double]]?]], luck: [[Double]] = []
  ) -> [Contrast] {
    struct Pair {
      let first: Int
      let second: Int
      let question: Int
      let tables: ([[[Double]]], [[[Double]]])
      let luck: Double
      let found: Difference
    }
    var pairs: [Pair] = []
    for question in (methods.map(\.count).min() ?? 0 > 0 ? methods[0].indices : 0..<0) {
      for first in methods.indices {
        for second in methods.indices.dropFirst(first + 1) {
          guard let ours = methods[first][question], let theirs = methods[second][question] else {
            continue
          }
          let tables = (Self.rows(ours), Self.rows(theirs))
          let extra = [first, second].reduce(0) { sum, method in
            sum + (luck.indices.contains(method) ? luck[method][question] : 0)
          }
          guard let found = inference.difference(tables.0, minus: tables.1, luck: extra) else {
            continue
          }
          pairs.append(
            Pair(
              first: first, second: second, question: question, tables: tables, luck: extra,
              found: found))
        }
      }
    }
    let corrected = MultipleComparisons.holm(pairs.map(\.found.pValue)) ?? []
    let together = simultaneous(pairs.count)
    return zip(pairs, corrected).map { pair, corrected in
      var estimate = pair.found.estimate
      var verdict = Verdict.notResolved
      if corrected <= 1 - inference.confidence {
        verdict = estimate.value > 0 ? .higher : .lower
      } else {
        estimate.interval = estimate.interval.map { $0.hull(Interval(0, 0)) }
        if let margin,
          let whole = together.difference(
            pair.tables.0, minus: pair.tables.1, luck: pair.luck)?.estimate.interval,
          whole.low >= -margin, whole.high <= margin
        {
          verdict = .equivalent
        }
      }
      return Contrast(
        first: pair.first, second: pair.second, question: pair.question, difference: estimate,
        pValue: pair.found.pValue, correctedPValue: corrected, verdict: verdict)
    }
  }

  private static func rows(_ table: [[Double]]) -> [[[Double]]] {
    table.map { seed in seed.map { [$0] } }
  }
}
