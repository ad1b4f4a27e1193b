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
  /// Ranks by mean: a system's rank lies between 1 + the number of surely better systems and m − the
  /// number of surely worse ones.
  ///
  /// Surely means a difference that ``difference(_:minus:)`` finds significant after Holm's
  /// correction over all pairs: with the given confidence no such statement is false, so all ranges
  /// hold together, and no rank contradicts the table of pairs.
  ///
  /// - Parameter systems: `[system][seed][prompt][row]`, the same prompts for all.
  public func ranks(_ systems: [[[[Double]]]]) -> Ranks {
    guard let prompts = systems.first?.first?.count,
      systems.allSatisfy({ $0.allSatisfy { $0.count == prompts } && !$0.isEmpty })
    else { return .cannotHold(reason: "the systems share no prompts") }
    let common = (0..<prompts).filter { prompt in
      systems.allSatisfy { $0.allSatisfy { !$0[prompt].isEmpty } }
    }
    let tables = systems.compactMap { system in
      PromptTable(system.map { seed in common.map { seed[$0] } })
    }
    guard tables.count == systems.count else {
      return .cannotHold(reason: "the systems share no prompts with finite values")
    }
    var pairs: [(first: Int, second: Int, difference: Difference)] = []
    for first in tables.indices {
      for second in tables.indices where first < second {
        guard let difference = difference(tables[first], minus: tables[second]) else {
          return .cannotHold(reason: "a difference is not finite")
        }
        pairs.append((first, second, difference))
      }
    }
    return ranks(
      of: tables.count, pairs: pairs, prompts: common.count,
      oneSeed: tables.allSatisfy { $0.seeds.count == 1 })
  }

  /// As ``ranks(_:)``, from differences that are known; `pairs` names systems by place.
  public func ranks(
    of systems: Int, pairs: [(first: Int, second: Int, difference: Difference)], prompts: Int,
    oneSeed: Bool
  ) -> Ranks {
    // The least p that so many signs can give, be all of them equal.
    let least = Double(sign: .plus, exponent: 1 - min(prompts, 1000), significand: 1)
    if systems > 1, oneSeed, least * Double(pairs.count) > 1 - confidence {
      return .cannotHold(
        reason: "\(prompts) prompt\(prompts == 1 ? "" : "s") cannot tell \(systems) systems apart")
    }
    guard let corrected = MultipleComparisons.holm(pairs.map(\.difference.pValue)) else {
      return .cannotHold(reason: "a difference is not finite")
    }
    var better = [Int](repeating: 0, count: systems)
    var worse = better
    for (pair, p) in zip(pairs, corrected) where p <= 1 - confidence {
      let firstWins = pair.difference.estimate.value > 0
      better[firstWins ? pair.second : pair.first] += 1
      worse[firstWins ? pair.first : pair.second] += 1
    }
    return .hold((0..<systems).map { 1 + better[$0]...systems - worse[$0] })
  }
}
