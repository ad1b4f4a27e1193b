import Foundation
import Runs
import Statistics
import Testing

@testable import Evaluation

@Suite struct OverOptimisationTests {
  static func row(kl: Double, reward: Double, heldOut: Double) -> SampleRow {
    SampleRow(
      tokens: [0], text: "", finished: true, logProbability: -1, referenceLogProbability: -1,
      divergence: kl, entropy: 1, reward: reward, heldOutReward: heldOut,
      scorerLogProbability: -1, scorerTokens: 1)
  }

  static func policy(_ group: String, seed: Int, step: Int) -> EvaluatedPolicy {
    EvaluatedPolicy(
      id: "\(group)/seed-\(seed)/step-\(step)", group: group, method: group, seed: seed,
      step: step, isFinal: step == 4, options: [:], weights: "")
  }

  /// The reference's rewards have a mean of 0 and a standard deviation of √(40/39), whichever is asked for.
  static let reference = (0..<20).map { prompt in
    PromptRows(
      prompt: "\(prompt)",
      samples: [-1.0, 1].map { row(kl: 0, reward: $0, heldOut: $0) }, pairs: [])
  }

  static func record(_ heldOut: (Double) -> Double) throws -> OverOptimisationRecord {
    var generator = SeededGenerator(seed: 4)
    let policies = (0..<2).flatMap { seed in
      [1, 2, 3, 4].map { step -> (policy: EvaluatedPolicy, rows: [PromptRows]) in
        let kl = Double(step * step)
        return (
          policy("dpo", seed: seed, step: step),
          (0..<20).map { prompt in
            let noise = 0.02 * generator.normal()
            return PromptRows(
              prompt: "\(prompt)",
              samples: [row(kl: kl, reward: kl.squareRoot() + noise, heldOut: heldOut(kl) + noise)],
              pairs: [])
          }
        )
      }
    }
    return try #require(
      OverOptimisation(inference: Inference(), reference: reference, policies: policies)
        .records.first)
  }

  @Test func aHeldOutRewardThatTurnsIsFound() throws {
    // d·(1 − 0.25·d) turns at d = 2, KL = 4; the trained reward rises as d.
    let record = try Self.record { $0.squareRoot() * (1 - 0.25 * $0.squareRoot()) }
    #expect(record.verdict == "turns")
    #expect(abs((record.turn ?? 0) - 4) < 0.3)
    #expect((record.low ?? 9) < 4 && (record.high ?? 0) > 4)
    #expect((record.group, record.seeds, record.prompts) == ("dpo", 2, 20))
    #expect(record.points.map(\.kl) == [1, 4, 9, 16] && record.reached == 16)
    // In standard deviations of the reference's completions.
    let unit = (40.0 / 39).squareRoot()
    #expect(abs(record.points[3].gain - 4 / unit) < 0.05)
    #expect(abs((record.proxy?.alpha ?? 0) - 1 / unit) < 0.05)
  }

  @Test func oneThatRisesToTheEndDoesNotTurn() throws {
    let record = try Self.record { $0.squareRoot() * (1 - 0.02 * $0.squareRoot()) }
    #expect(record.verdict == "does not turn")
    #expect(record.low == nil && record.high == nil)
  }

  /// 0.1 three times has a mean that rounding moves.
  @Test func aRewardThatGivesAllTheSameDepartsFromNothing() throws {
    let rows = Self.reference.map { row in
      var row = row
      for place in row.samples.indices { row.samples[place].reward = 0.1 }
      return row
    }
    let policies = [1, 2, 3].map { (policy: Self.policy("dpo", seed: 0, step: $0), rows: rows) }
    #expect(
      OverOptimisation(inference: Inference(), reference: rows, policies: policies).records == [])
  }

  @Test func withoutAHeldOutRewardOrWithTwoCheckpointsThereIsNone() throws {
    let rows = Self.reference.map { row in
      var row = row
      for place in row.samples.indices { row.samples[place].heldOutReward = nil }
      return row
    }
    let policies = [1, 2, 3].map { (policy: Self.policy("dpo", seed: 0, step: $0), rows: rows) }
    #expect(
      OverOptimisation(inference: Inference(), reference: rows, policies: policies).records == [])
    let two = [1, 2].map {
      (policy: Self.policy("dpo", seed: 0, step: $0), rows: Self.reference)
    }
    #expect(
      OverOptimisation(inference: Inference(), reference: Self.reference, policies: two).records
        == [])
  }
}
