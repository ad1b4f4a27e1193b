import Foundation

/// What the verdicts on two systems say of which one is preferred, valid however often one looks.
///
/// Values are shares of the first, 0 … 1, of prompts in random order. Gamblers bet against a mean of at
/// most m, each the same part f of what cannot be lost: K = Π(1 + f·(y − m)/m). Where the mean is at most m,
/// none can be expected to grow, so the mean of all reaches c with probability at most 1/c, ever. So too
/// against a mean of at least m.
///
/// Source: Waudby-Smith and Ramdas 2023, "Estimating means of bounded random variables by betting"; the same
/// gamblers as ``ConfidenceSequence``, at single means.
struct DuelEvidence: Sendable, Equatable {
  /// log of the largest mean wealth so far, against: a mean of at most ½, of at least ½, and, with a
  /// margin, of at most ½ − margin, and of at least ½ + margin.
  private(set) var largest: [Double]
  private var logs: [[Double]]
  private let bets: [(mean: Double, isAbove: Bool)]

  static func == (one: DuelEvidence, other: DuelEvidence) -> Bool {
    one.largest == other.largest && one.logs == other.logs
  }

  init(margin: Double?) {
    bets =
      [(0.5, true), (0.5, false)]
      + (margin.map { [(0.5 - $0, true), (0.5 + $0, false)] } ?? [])
    logs = bets.map { _ in [Double](repeating: 0, count: ConfidenceSequence.parts.count) }
    largest = bets.map { _ in 0 }
  }

  mutating func add(_ value: Double) {
    for (place, bet) in bets.enumerated() {
      let gain = bet.isAbove ? (value - bet.mean) / bet.mean : (bet.mean - value) / (1 - bet.mean)
      for (gambler, part) in ConfidenceSequence.parts.enumerated() {
        logs[place][gambler] += log1p(part * gain)
      }
      let top = logs[place].max() ?? 0
      let sum = logs[place].reduce(0) { $0 + exp($1 - top) }
      largest[place] = max(largest[place], top + log(sum / Double(logs[place].count)))
    }
  }
}
