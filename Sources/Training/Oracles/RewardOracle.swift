import Foundation
import Policy

/// A preference that follows a reward: with Bradley and Terry's probabilities, or without doubt.
///
/// Source: Bradley and Terry 1952.
public struct RewardOracle: PreferenceOracle {
  public let reward: any Reward
  /// T in P(a ≻ b) = σ((r(a) − r(b)) / T), in units of the reward; at 0 the larger reward always
  /// wins and equal ones tie.
  public let temperature: Double

  public init(_ reward: any Reward, temperature: Double) {
    self.reward = reward
    self.temperature = temperature
  }

  public var name: String {
    temperature == 0
      ? "greater \(reward.name)" : "Bradley–Terry of \(reward.name) at \(temperature)"
  }

  /// Every text is scored once, however often it is asked about.
  public func preferences(_ questions: [PreferenceQuestion]) throws -> [Double?] {
    try reward.rewards(of: questions.map { [$0.first, $0.second] }, after: questions.map(\.prompt))
      .map { RewardOracle.preference($0[0], over: $0[1], temperature: temperature) }
  }

  /// P(a ≻ b) from the rewards of a and b.
  static func preference(_ a: Double, over b: Double, temperature: Double) -> Double {
    guard temperature > 0 else { return a > b ? 1 : a == b ? 0.5 : 0 }
    return 1 / (1 + exp(-(a - b) / temperature))
  }
}
