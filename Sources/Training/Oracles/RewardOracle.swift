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
    var places: [String: Int] = [:]
    var texts: [String] = []
    for text in questions.flatMap({ [$0.prompt + $0.first, $0.prompt + $0.second] })
    where places[text] == nil {
      places[text] = texts.count
      texts.append(text)
    }
    let rewards = try reward.rewards(of: texts)
    func score(_ text: String) -> Double { places[text].map { rewards[$0] } ?? .nan }
    return questions.map {
      RewardOracle.preference(
        score($0.prompt + $0.first), over: score($0.prompt + $0.second), temperature: temperature)
    }
  }

  /// P(a ≻ b) from the rewards of a and b.
  static func preference(_ a: Double, over b: Double, temperature: Double) -> Double {
    guard temperature > 0 else { return a > b ? 1 : a == b ? 0.5 : 0 }
    return 1 / (1 + exp(-(a - b) / temperature))
  }
}
