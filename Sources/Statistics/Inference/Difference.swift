/// Two systems on the same prompts.
public struct Difference: Sendable, Equatable {
  /// First minus second.
  public let estimate: Estimate
  /// Two-sided p-value of no difference.
  public let pValue: Double
  public let test: Test

  public enum Test: String, Sendable, Equatable {
    case signFlip = "sign-flip test over prompts, exact"
    case studentT = "Student's t over prompts"
    case mcNemar = "McNemar's exact test"
    case randomSigns = "sign-flip test over items"
    case crossed = "Student's t over seeds and prompts, Satterthwaite"
  }
}

extension Inference {
  /// Up to so many prompts that differ, all patterns of signs are counted.
  public static let exactSigns = 14

  /// Random patterns of signs over items, of which there may be ten thousand.
  private static let randomSigns = 20_000

  /// The difference of two systems' means: prompts are paired, seeds are each side's own.
  ///
  /// With one seed a side the test flips signs, exactly, where up to ``exactSigns`` prompts differ, and
  /// is Student's t beyond; with more it is that of ``CrossedVariance``.
  ///
  /// - Parameters:
  ///   - first: `[seed][prompt][row]`.
  ///   - second: the same prompts, any number of seeds.
  /// - Returns: nil without a common prompt, or where a value is not finite.
  public func difference(_ first: [[[Double]]], minus second: [[[Double]]]) -> Difference? {
    guard let prompts = first.first?.count, !second.isEmpty,
      (first + second).allSatisfy({ $0.count == prompts })
    else { return nil }
    let common = (0..<prompts).filter { prompt in
      (first + second).allSatisfy { !$0[prompt].isEmpty }
    }
    guard let ours = PromptTable(first.map { side in common.map { side[$0] } }),
      let theirs = PromptTable(second.map { side in common.map { side[$0] } })
    else { return nil }
    return difference(ours, minus: theirs)
  }

  /// The difference where each side was chosen among several by luck as well as by merit.
  ///
  /// - Parameter luck: the variance that choosing adds; the interval gets wider by as much as the standard
  ///   error does, and p follows.
  func difference(
    _ first: [[[Double]]], minus second: [[[Double]]], luck: Double
  ) -> Difference? {
    let found = difference(first, minus: second)
    guard let found, luck > 0, let ours = PromptTable(first), let theirs = PromptTable(second)
    else { return found }
    let differences = zip(ours.means, theirs.means).map { $0 - $1 }
    let crossed = CrossedVariance(prompts: differences, sides: [ours.seeds, theirs.seeds])
    let alone = (Sample.variance(differences) ?? 0) / Double(differences.count)
    let variance = crossed?.variance ?? alone
    let degrees = crossed?.degrees ?? Double(differences.count - 1)
    let value = found.estimate.value
    var estimate = found.estimate
    let factor = variance > 0 ? (1 + luck / variance).squareRoot() : 1
    estimate.interval = estimate.interval.map {
      Interval(value - factor * (value - $0.low), value + factor * ($0.high - value))
    }
    let p = StudentT.twoSided(value / (variance + luck).squareRoot(), degrees: degrees)
    return difference(estimate, pValue: max(found.pValue, p ?? 1), test: found.test)
  }

  func difference(_ ours: PromptTable, minus theirs: PromptTable) -> Difference? {
    let differences = zip(ours.means, theirs.means).map { $0 - $1 }
    guard
      let estimate = estimate(
        .real, prompts: differences, sides: [ours.seeds, theirs.seeds],
        rows: ours.rows + theirs.rows)
    else { return nil }
    if let crossed = CrossedVariance(prompts: differences, sides: [ours.seeds, theirs.seeds]) {
      let fewest = min(
        differences.count, [ours, theirs].map(\.seeds.count).filter { $0 > 1 }.min() ?? 2)
      return difference(
        estimate, pValue: Self.pValue(estimate.value, crossed, fewest), test: .crossed)
    }
    let moving = differences.count { $0 != 0 }
    if moving > Self.exactSigns, let error = standardError(differences),
      let p = StudentT.twoSided(estimate.value / error, degrees: Double(differences.count - 1))
    {
      return difference(estimate, pValue: p, test: .studentT)
    }
    return SignFlipTest.pValue(differences, seed: seed).map {
      difference(estimate, pValue: $0, test: .signFlip)
    }
  }

  /// As ``difference(_:minus:)``, for items of an examination: with one seed a side and grades of 0 and
  /// 1 the test is McNemar's, exact, and else flips signs, at random where there are too many to count.
  public func itemDifference(
    _ first: [[[Double]]], minus second: [[[Double]]]
  ) -> Difference? {
    guard let found = difference(first, minus: second) else { return nil }
    guard found.test != .crossed, first.count == 1, second.count == 1 else { return found }
    let pairs = zip(first[0], second[0]).filter { !$0.0.isEmpty && !$0.1.isEmpty }
    if pairs.allSatisfy({
      ($0 + $1).allSatisfy { $0 == 0 || $0 == 1 } && $0.count == 1 && $1.count == 1
    }) {
      let gained = pairs.count { $0[0] > $1[0] }
      let lost = pairs.count { $0[0] < $1[0] }
      return BinomialTest.pValue(gained, lost).map {
        difference(found.estimate, pValue: $0, test: .mcNemar)
      }
    }
    let differences = pairs.compactMap { ours, theirs -> Double? in
      guard let one = Sample.mean(ours), let other = Sample.mean(theirs) else { return nil }
      return one - other
    }
    return SignFlipTest.pValue(differences, resamples: Self.randomSigns, seed: seed).map {
      difference(found.estimate, pValue: $0, test: .randomSigns)
    }
  }

  /// One verdict: where the test does not tell the two apart, the interval holds 0.
  private func difference(
    _ estimate: Estimate, pValue: Double, test: Difference.Test
  ) -> Difference {
    var estimate = estimate
    if pValue > 1 - confidence, let interval = estimate.interval {
      estimate.interval = interval.hull(Interval(0, 0))
    }
    return Difference(estimate: estimate, pValue: pValue, test: test)
  }

  private static func pValue(_ value: Double, _ crossed: CrossedVariance, _ fewest: Int) -> Double {
    if value == 0 { return 1 }
    guard crossed.variance > 0,
      let p = StudentT.twoSided(
        value / crossed.variance.squareRoot(), degrees: crossed.degrees)
    else {
      // Every seed and prompt says the same: as telling as so many equal signs, and no more.
      return Double(sign: .plus, exponent: 1 - fewest, significand: 1)
    }
    return p
  }

  private func standardError(_ values: [Double]) -> Double? {
    guard let deviation = Sample.standardDeviation(values), deviation > 0 else { return nil }
    return deviation / Double(values.count).squareRoot()
  }
}
