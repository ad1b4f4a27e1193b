import Foundation
import Policy
import Testing

@testable import Training

/// What every oracle promises, and what each of them says.
@Suite struct OracleTests {
  static let texts = [
    "the dog.", "a cat!", "rain", "", "The end of it", "a catfish", "it was awful",
  ]

  static var oracles: [any PreferenceOracle] {
    [
      RewardOracle(SyntheticReward(), temperature: 1),
      RewardOracle(LengthReward(isLongerBetter: true), temperature: 0),
      RewardOracle(LengthReward(isLongerBetter: false), temperature: 3),
      CyclicOracle(seed: 4), CyclicOracle(seed: 1, classes: 5, strength: 1),
    ]
  }

  @Test func theTwoProbabilitiesOfAPairSumToOneAndATextTiesWithItself() throws {
    for oracle in Self.oracles {
      let pairs = Self.texts.flatMap { first in Self.texts.map { (first, $0) } }
      func asked(_ pairs: [(String, String)]) throws -> [Double] {
        try oracle.preferences(
          pairs.map { PreferenceQuestion(prompt: "so: ", first: $0.0, second: $0.1) }
        ).map { try #require($0) }
      }
      let ahead = try asked(pairs)
      let back = try asked(pairs.map { ($0.1, $0.0) })
      for (pair, (one, other)) in zip(pairs, zip(ahead, back)) {
        #expect(abs(one + other - 1) < 1e-12, "\(oracle.name): \(pair)")
        if pair.0 == pair.1 { #expect(one == 0.5, "\(oracle.name): \(pair)") }
      }
      #expect(Set(ahead).count > 1, "\(oracle.name) must prefer something")
    }
  }

  @Test func aRewardIsPreferredWithBradleyAndTerrysProbabilities() throws {
    /// "wonderful" and "awful" are words of the generator; the exact reward is theirs.
    let question = PreferenceQuestion(prompt: "it was ", first: "wonderful", second: "awful")
    let rewards = SyntheticReward().rewards(of: ["it was wonderful", "it was awful"])
    #expect(rewards[0] > rewards[1])
    for temperature in [0.5, 1, 4] {
      let found = try RewardOracle(SyntheticReward(), temperature: temperature)
        .preferences([question])
      #expect(found == [1 / (1 + exp(-(rewards[0] - rewards[1]) / temperature))])
    }
    #expect(try RewardOracle(SyntheticReward(), temperature: 0).preferences([question]) == [1])
  }

  @Test func aRewardScoresEveryTextOnce() throws {
    final class Counting: Reward {
      let name = "counting"
      var seen: [String] = []
      func rewards(of texts: [String]) -> [Double] {
        seen += texts
        return texts.map { Double($0.count) }
      }
    }
    let reward = Counting()
    let questions = [("a", "bb"), ("bb", "ccc"), ("ccc", "a")].map {
      PreferenceQuestion(prompt: "x", first: $0.0, second: $0.1)
    }
    #expect(try RewardOracle(reward, temperature: 0).preferences(questions) == [0, 0, 1])
    #expect(reward.seen == ["xa", "xbb", "xccc"])
  }

  @Test(arguments: [3, 5, 7]) func classesBeatOneAnotherInACycle(_ classes: Int) {
    let oracle = CyclicOracle(seed: 1, classes: classes, strength: 0.8)
    for one in 0..<classes {
      // Beats the one behind it, loses to the one before it.
      #expect(oracle.preference(of: (one + 1) % classes, over: one) == 0.8)
      #expect(abs(oracle.preference(of: one, over: (one + 1) % classes) - 0.2) < 1e-12)
      let all = (0..<classes).map { oracle.preference(of: one, over: $0) }
      #expect(abs(all.reduce(0, +) / Double(classes) - 0.5) < 1e-12, "even against all alike")
    }
  }

  @Test func noRewardExplainsACycleOfCompletions() throws {
    let oracle = CyclicOracle(seed: 3)
    let words = (0..<40).map { "word\(Character(UnicodeScalar(97 + UInt8($0 % 26))))" }
    let kinds = Dictionary(grouping: words, by: oracle.kind)
    #expect(kinds.count == 3, "a seed must use every class")
    let members = try (0..<3).map { try #require(kinds[$0]?.first) }
    let questions = [(1, 0), (2, 1), (0, 2)].map {
      PreferenceQuestion(prompt: "", first: members[$0.0], second: members[$0.1])
    }
    #expect(oracle.preferences(questions) == [0.9, 0.9, 0.9])
    // The class is that of the first word, whatever follows and however it is written.
    #expect(oracle.kind(of: " \(members[0].uppercased()), and more") == 0)
    let other = CyclicOracle(seed: 4)
    #expect(words.contains { other.kind(of: $0) != oracle.kind(of: $0) }, "a seed of its own")
  }
}
