/// Two of several systems on the same prompts, beside all other pairs.
public struct PairedContrast: Sendable, Equatable {
  /// Places of the systems.
  public let first: Int
  public let second: Int
  /// First minus second.
  public let difference: Difference
  /// The p-value after Holm's correction over everything that was asked together.
  public let correctedPValue: Double
  /// How many prompts would show a difference as large as the one that was found, with a power of 80 %;
  /// nil where it is shown already, where none was found, and where trainings with other seeds count too.
  public let promptsNeeded: Int?

  /// Whether the interval leaves out 0.
  public var isResolved: Bool {
    difference.estimate.interval.map { $0.low > 0 || $0.high < 0 } ?? false
  }
}

extension Inference {
  /// The power that ``PairedContrast/promptsNeeded`` is asked for.
  public static let power = 0.8

  /// The paired differences of all pairs of several families of systems, Holm's correction over all of
  /// them.
  ///
  /// - Parameters:
  ///   - families: `[family][system][seed][prompt][row]`; within a family the same prompts for all, of
  ///     which those count that all systems answered.
  ///   - pairs: ``differences(_:)`` of each family, where these are known.
  /// - Returns: the pairs of each family; none of one whose systems share no prompt.
  public func contrasts(
    _ families: [[[[[Double]]]]], pairs: [[Pair]]? = nil
  ) -> [[PairedContrast]] {
    let pairs = pairs ?? families.map { differences($0) }
    let corrected = MultipleComparisons.holm(pairs.joined().map(\.difference.pValue)) ?? []
    var place = 0
    return zip(families, pairs).map { systems, pairs in
      pairs.map { pair in
        defer { place += 1 }
        return PairedContrast(
          first: pair.first, second: pair.second, difference: pair.difference,
          correctedPValue: corrected[place], promptsNeeded: promptsNeeded(pair, of: systems))
      }
    }
  }

  private func promptsNeeded(_ pair: Pair, of systems: [[[[Double]]]]) -> Int? {
    let (ours, theirs) = (systems[pair.first], systems[pair.second])
    guard ours.count == 1, theirs.count == 1, pair.difference.pValue > 1 - confidence else {
      return nil
    }
    let differences = zip(ours[0], theirs[0]).compactMap { one, other -> Double? in
      guard let one = Sample.mean(one), let other = Sample.mean(other) else { return nil }
      return one - other
    }
    guard let deviation = Sample.standardDeviation(differences),
      let plan = ComparisonPlan(deviation: deviation, significance: 1 - confidence),
      let needed = plan.prompts(difference: pair.difference.estimate.value, power: Self.power)
    else { return nil }
    return max(needed, differences.count + 1)
  }
}
