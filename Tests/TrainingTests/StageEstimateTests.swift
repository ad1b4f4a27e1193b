import Corpus
import Foundation
import Policy
import Recipe
import Testing
import Torch

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
    // Weights, gradients and two moments; logits of 256 rows three times, and the gradient of the head;
    // of each of 300 tokens in the block 5 · 8 + 1.5 · (2 · 8 + 2 · 8) + 4 · 32 numbers, and 4 · 8
    // outside of it.
    let head = 4.0 * (256 * 3 * 16 + 16 * 8)
    #expect(alone.memory == 4 * 4 * 1176 + head + 4 * (216 + 32) * 300)
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
    let head = 4.0 * (256 * 3 * 16 + 16 * 8)
    #expect(parts.memory == 4 * 4 * 1176 + head + 4 * 248 * 60)
    // The largest of the parts that the steps are run in, in the order of the seed.
    let lengths = (1...100).map(Double.init)
    let counted = StageEstimate(
      training: try settings("{batch: 10, held_out: 0, accumulation: 5}"), shape, examples: 100,
      mean: 50.5, longest: 100, lengths: lengths, order: 3)
    var order = Permutation(count: 100, seed: Generator.mix(3, "order"))
    let all = order.examples(from: 0, length: 200).map { lengths[$0] }
    let largest = stride(from: 0, to: 200, by: 2).map { all[$0] + all[$0 + 1] }.max() ?? 0
    #expect(counted.memory == 4 * 4 * 1176 + head + 4 * 248 * largest)
  }

  @Test func `low memory keeps the inputs of layers, an adapter no moments of what is frozen`()
    throws
  {
    let low = StageEstimate(
      training: try settings("{batch: 10, held_out: 0, memory: low}"), shape, examples: 100,
      mean: 20, longest: 30)
    let head = 4.0 * (256 * 3 * 16 + 16 * 8)
    #expect(low.memory == 4 * 4 * 1176 + head + 4 * (8 + 2 * 216) * 300)
    let adapter = AdapterSettings(rank: 2, alpha: 4, targets: .named(["q_proj"]))
    #expect(adapter.count(in: shape) == 32)
    let under = StageEstimate(
      training: try settings("{batch: 10, held_out: 0}"), shape, adapter: adapter, examples: 100,
      mean: 20, longest: 30, hasReference: true)
    // Its weights, gradients and moments, and a reference's own.
    let held = 4.0 * (1176 + 5 * 32)
    let logits = 4.0 * 256 * 3 * 16
    #expect(under.memory == held + logits + 4 * 248 * 300)
  }

  @Test func `what does not fit is told what would`() throws {
    func setting(_ text: String, _ bytes: Double) throws -> String? {
      StageEstimate(
        training: try settings(text), shape, examples: 100, mean: 30, longest: 30
      ).largestSetting(in: bytes)
    }
    // 68,480 bytes whatever the part, and 29,760 for each example.
    #expect(
      try setting("{batch: 10, held_out: 0}", 170_000)
        == "training.accumulation: 4, which runs 3 examples at a time, fits")
    #expect(
      try setting("{batch: 10, held_out: 0}", 30_000)
        == "not even one example at a time fits with training.memory: low; an adapter takes less")
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
