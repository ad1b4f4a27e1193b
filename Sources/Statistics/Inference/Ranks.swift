import Foundation

/// Which ranks each of several systems may have, all statements holding together, 1 being best.
public enum Ranks: Sendable, Equatable {
  case hold([ClosedRange<Int>])
  /// No ranks can be told apart on what there is, and why.
  case cannotHold(reason: String)

  public var ranges: [ClosedRange<Int>]? {
    if case .hold(let ranges) = self { return ranges }
    return nil
  }
}

extension Inference {
  /// Two of several systems, by place.
  public typealias Pair = (first: Int, second: Int, difference: Difference)

  /// The differences of all pairs of systems, `[system][seed][prompt][row]`, on the prompts that all
  /// seeds of all systems have; empty where there are none, or a value is not finite.
  public func differences(_ systems: [[[[Double]]]]) -> [Pair] {
    guard let prompts = systems.first?.first?.count,
      systems.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.count == prompts } })
    else { return [] }
    let common = (0..<prompts).filter { prompt in
      systems.allSatisfy { $0.allSatisfy { !$0[prompt].isEmpty } }
    }
    let tables = systems.compactMap { system in
      PromptTable(system.map { seed in common.map { seed[$0] } })
    }
    guard tables.count == systems.count else { return [] }
    return tables.indices.flatMap { first in
      tables.indices.dropFirst(first + 1).compactMap { second in
        difference(tables[first], minus: tables[second]).map { (first, second, $0) }
      }
    }
  }

  /// Ranks by mean: a system's rank lies between 1 + the number of surely better systems and m − the
  /// number of surely worse ones.
  ///
  /// Surely means a difference that ``difference(_:minus:)`` finds significant after Holm's
  /// correction over all pairs: with the given confidence no such statement is false, so all ranges
  /// hold together, and no rank contradicts the table of pairs.
  ///
  /// - Parameters:
  ///   - systems: `[system][seed][prompt][row]`, the same prompts for all.
  ///   - pairs: their ``differences(_:)``, where these are known.
  public func ranks(_ systems: [[[[Double]]]], pairs: [Pair]? = nil) -> Ranks {
    let pairs = pairs ?? differences(systems)
    guard pairs.count == systems.count * (systems.count - 1) / 2,
      let corrected = MultipleComparisons.holm(pairs.map(\.difference.pValue))
    else { return .cannotHold(reason: "the systems share no prompts with finite values") }
    // The least p that the signs of so few prompts can give, be they all equal.
    if let prompts = pairs.map(\.difference.estimate.clusters).min(),
      systems.allSatisfy({ $0.count == 1 }),
      pow(0.5, Double(prompts - 1)) * Double(pairs.count) > 1 - confidence
    {
      let counted = "\(prompts) prompt\(prompts == 1 ? "" : "s")"
      return .cannotHold(reason: "\(counted) cannot tell \(systems.count) systems apart")
    }
    var better = [Int](repeating: 0, count: systems.count)
    var worse = better
    for (pair, p) in zip(pairs, corrected) where p <= 1 - confidence {
      let firstWins = pair.difference.estimate.value > 0
      better[firstWins ? pair.second : pair.first] += 1
      worse[firstWins ? pair.first : pair.second] += 1
    }
    return .hold(systems.indices.map { 1 + better[$0]...systems.count - worse[$0] })
  }
}
