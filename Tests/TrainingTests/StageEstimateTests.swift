import Corpus
import Foundation
import Policy
import Recipe
import Testing

@testable import Training

@Suite struct StageEstimateTests {
  /// Embedding 16 × 8; in the block two norms of 8, four products of 8 × 8 for attention, three of
  /// 8 × 32 behind it; a norm of 8: 128 + 16 + 256 + 768 + 8.
  private let shape = ModelConfiguration(
    architecture: .llama, vocab: 16, hidden: 8, layers: 1, heads: 2, positions: 64)

  private func settings(_ text: String) throws -> OptimisationSettings {
    let document = try RecipeDocument.parse(text, name: "test")
    return OptimisationSettings(from: document.root, learningRate: 1e-3, epochs: 2)
  }

  @Test func `a training costs six operations per weight and token, its reference two`() throws {
    #expect(shape.parameterCount == 1176)
    let training = try settings("{batch: 10, held_out: 0}")
    let alone = StageEstimate(training: training, shape, examples: 100, mean: 20, longest: 30)
    #expect(alone.steps == 20)
    #expect(alone.tokens == 4000)
    #expect(alone.operations == 6 * 1176 * 4000)
    // Weights, gradients and two moments; 4 bytes × (10 · 8 + 3 · 32) for each of 300 tokens.
    #expect(alone.memory == 4 * 4 * 1176 + 4 * 176 * 300)
    let beside = StageEstimate(
      training: training, shape, examples: 100, mean: 20, longest: 30, hasReference: true)
    #expect(beside.operations == alone.operations + 2 * 1176 * 2000)
    #expect(beside.memory == alone.memory + 4 * 1176)
  }

  @Test func `accumulation shares the activations out`() throws {
    let whole = StageEstimate(
      training: try settings("{batch: 10, held_out: 0}"), shape, examples: 100, mean: 20,
      longest: 30)
    let parts = StageEstimate(
      training: try settings("{batch: 10, held_out: 0, accumulation: 5}"), shape, examples: 100,
      mean: 20, longest: 30)
    #expect(parts.operations == whole.operations)
    #expect(parts.memory == 4 * 4 * 1176 + 4 * 176 * 60)
  }

  @Test func `sampling costs two operations per weight and token`() {
    let estimate = StageEstimate(
      sampling: shape, prompts: 3, each: 4, promptTokens: 5, maxTokens: 10, together: 12)
    #expect(estimate.tokens == 3 * 4 * 10 + 3 * 5)
    #expect(estimate.operations == 2 * 1176 * 135)
    // Keys and values of one block: 2 × 8 numbers for each of 15 tokens.
    #expect(estimate.memory == 4 * 1176 + 4 * 16 * 12 * 15)
  }

  @Test func `tokens follow from bytes and the size of the vocabulary`() {
    let known: [(bytes: Double, vocabulary: Int)] = [
      (220, 512), (220, 257), (330, 4096), (440, 150_000),
    ]
    for (bytes, vocabulary) in known {
      #expect(abs(StageSizes.tokens(bytes: bytes, vocabulary: vocabulary) - 100) < 1e-9)
    }
  }

  @Test func `a recipe is estimated from top to bottom`() throws {
    let document = try RecipeDocument.parse(
      """
      made: {generate: {reviews: 50, seed: 1}}
      tok: {kind: tokenizer, data: made, vocabulary: 512}
      sft:
        kind: language-model
        data: made
        tokenizer: tok
        model: {layers: 1, hidden: 8, heads: 2, positions: 64}
      drawn: {kind: sample, policy: sft, prompts: made, limit: 6, per_prompt: 4, max_tokens: 10}
      dpo: {kind: align, objective: dpo-pref, policy: sft, data: drawn, training: {held_out: 0}}
      """, name: "test")
    let made = DataSource(from: document.root.section("made"), directory: ".")
    var names = RecipeNames(data: ["made": made], stages: [])
    var sizes = StageSizes(base: URL(filePath: "/"))
    var found: [String: StageEstimate] = [:]
    for name in document.root.keys where name != "made" {
      let section = document.root.section(name)
      let stage = try #require(StageRegistry.stage(from: section, names))
      names.stages.append((name, type(of: stage).product))
      found[name] = try stage.estimate(name, &sizes)
    }
    try document.finish()
    #expect(found["tok"] == StageEstimate(examples: 50))
    #expect(found["sft"]?.parameters == 1176 + 496 * 8)
    #expect(found["drawn"]?.examples == 6)
    // Four candidates make two pairs.
    #expect(found["dpo"]?.examples == 12)
    #expect(found["dpo"]?.steps == 1)
  }
}
