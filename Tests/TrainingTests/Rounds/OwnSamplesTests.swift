import Foundation
import Policy
import Runs
import Testing
import Torch

@testable import Training

/// One sample of its own for each prompt selects nothing: whatever the reward, a policy fitted to them
/// writes no shorter and no longer than before.
@Suite struct OwnSamplesTests {
  /// By how much the mean number of tokens changed in three rounds, of 64 prompts with 16 completions
  /// each.
  private func change(_ normalisation: String, seed: Int) throws -> Double {
    let bench = try RoundsBench()
    let needs = """
      prompts: reviews
      limit: 256
      prefix_tokens: 8
      max_tokens: 48
      reward: synthetic
      candidates: 1
      normalisation: \(normalisation)
      """
    let recipe = try RoundsBench.recipe("best-of-m", needs, training: "epochs: 2, batch: 32")
      .replacing("rounds: 2", with: "rounds: 3")
    try bench.play(recipe, seed: seed)
    let directory = bench.directory("best-of-m", seed: seed)
    let rows = try Journal<CandidateRow>.read(
      directory.url.appending(path: "round-0001/rows.jsonl")
    ).records.prefix(64)
    let last = try #require(try CheckpointStore(directory.checkpoints).newest().checkpoint)
    func length(_ folder: URL) throws -> Double {
      let model = try LanguageModel.load(folder)
      let uniform = try Generator(seed: UInt64(seed), stream: "lengths")
        .uniform([rows.count * 16, 48])
      let drawn = try Sampler(
        model.decoder, model.sampling(temperature: 1, maxTokens: 48)
      ).sample(rows.map(\.promptTokens), count: 16, uniform: uniform).joined()
      return Double(drawn.reduce(0) { $0 + $1.tokens.count }) / Double(drawn.count)
    }
    return try length(last.url) - length(RoundsBench.start.get().policy)
  }

  /// Mean and half the width of Student's 95 % interval over three seeds (4.303 with two degrees of
  /// freedom).
  private func interval(_ normalisation: String) throws -> (mean: Double, half: Double) {
    let changes = try [0, 1, 2].map { try change(normalisation, seed: $0) }
    let mean = changes.reduce(0, +) / 3
    let variance = changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2
    return (mean, 4.303 * (variance / 3).squareRoot())
  }

  @Test func `the sum keeps the length, and a mean over tokens would not`() throws {
    let sum = try interval("sum")
    #expect(abs(sum.mean) <= sum.half, "\(sum)")
    // The same trainings see what the mean over tokens does, so that their noise hides nothing.
    let mean = try interval("mean")
    #expect(mean.mean + mean.half < 0, "\(mean)")
    #expect(mean.mean < sum.mean - 3, "\(mean), \(sum)")
  }
}
