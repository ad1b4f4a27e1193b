import Statistics

@testable import Published

/// LLMBar's summary of a judge: accuracy in each order, and how far the orders agree.
struct LLMBarStatistics: Sendable, Equatable {
  let count: Int
  /// Right answers with the pair in order, swapped, and in both.
  let correctDirect: Int
  let correctSwapped: Int
  let correctBoth: Int
  /// Pairs with the same choice in both orders, no choice twice being one of them.
  let equal: Int
  /// Cohen's κ between the orders, no choice a category of its own; nil where it is not defined.
  let kappa: Double?
  /// The same over pairs with a choice in both orders.
  let decidedKappa: Double?

  init(_ results: [LLMBarResult]) {
    count = results.count
    correctDirect = results.count { $0.direct == $0.label }
    correctSwapped = results.count { $0.swapped == $0.label }
    correctBoth = results.count { $0.direct == $0.label && $0.swapped == $0.label }
    equal = results.count { $0.direct == $0.swapped }
    kappa = CohenKappa.value(results.map { $0.direct ?? 0 }, results.map { $0.swapped ?? 0 })
    let decided = results.filter { $0.direct != nil && $0.swapped != nil }
    decidedKappa = CohenKappa.value(decided.map(\.direct), decided.map(\.swapped))
  }

  /// Mean accuracy of the two orders.
  var accuracy: Double {
    Double(correctDirect + correctSwapped) / Double(2 * max(count, 1))
  }
}
