import Foundation

/// How much a gambler of ``BettingTest`` bets, from the values before.
///
/// λ_s = min(√(2 ln(2/α)/(v̂_{s−1}·s·ln(s + 1))), ¾/max(m, 1 − m)), v̂ the running variance begun
/// at ¼ as if by one value.
struct BettingStake: Sendable, Equatable {
  private let reach: Double
  private var step = 1.0
  private var sum = 0.5
  private var squares = 0.25

  init(significance: Double) {
    reach = 2 * log(2 / significance)
  }

  func bet(against mean: Double) -> Double {
    let variance = squares / step
    // Values that never vary leave the variance to shrink; the cap then decides.
    let wish = variance > 0 ? (reach / (variance * step * log(step + 1))).squareRoot() : .infinity
    return min(wish, 0.75 / max(mean, 1 - mean))
  }

  mutating func add(_ value: Double) {
    step += 1
    sum += value
    let running = sum / step
    squares += (value - running) * (value - running)
  }
}
