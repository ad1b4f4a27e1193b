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

  /// So many texts of 21 tokens, which predict 20 each.
  private func texts(_ count: Int) -> [ExampleSize] {
    Array(repeating: ExampleSize(kind: .sequence, first: 21), count: count)
  }

  /// What a part of so many rows of 20 has at its peak beside what stays: in the block norms twice, what
  /// the products have read (three of the width, one of 32) and three numbers of each gate; queries,
  /// keys and values where the projections are, and a sum for each head; angles of a head; the states twice;
  /// logits twice, or the gradient of the head and what passes through the block.
  private func pass(rows: Int, learnt: Int = 8 + 8 + 8 + 32) -> Double {
    let block: Int = 2 * 8 + learnt + 3 * 32 + 24 + 2
    let kept: Int = 4 * (block + 4 + 2 * 8)
    let logits: Int = 8 * 16 * min(256, rows)
    let back: Int = 4 * 16 * 8 + 4 * rows * (2 * 8 + 2 * 32)
    return Double(rows * kept + max(logits, back))
  }

  @Test func `a training costs six operations per weight and token, its reference two`() throws {
    #expect(shape.parameterCount == 1176)
    let training = try settings("{batch: 10, held_out: 0}")
    let alone = StageEstimate(training: training, shape, examples: texts(100))
    #expect(alone.steps == 20)
    #expect(alone.tokens == 4200)
    #expect(alone.operations == 6 * 1176 * 4200)
    // Weights and two moments; gradients come as what waits for them goes.
    #expect(alone.memory == 4 * 3 * 1176 + pass(rows: 200))
    let beside = StageEstimate(
      training: training, shape, examples: texts(100), hasReference: true)
    #expect(beside.operations == alone.operations + 2 * 1176 * 2100)
    let unscored = StageEstimate(
      training: training, shape, examples: texts(100), hasReference: true, isScored: false)
    #expect(unscored.memory == alone.memory + 4 * 1176)
    // 32 texts at a time, and logits of 256 of their rows.
    #expect(beside.memory > unscored.memory)
  }

  @Test func `accumulation shares the activations out, and gradients stay between parts`() throws {
    let parts = StageEstimate(
      training: try settings("{batch: 10, held_out: 0, accumulation: 5}"), shape,
      examples: texts(100))
    #expect(parts.memory == 4 * 4 * 1176 + pass(rows: 40))
  }

  @Test func `the largest of the parts that the steps are run in decides`() throws {
    let examples = (1...100).map { ExampleSize(kind: .sequence, first: $0 + 1) }
    let training = try settings("{batch: 10, held_out: 0, accumulation: 5}")
    let counted = StageEstimate(training: training, shape, examples: examples, order: 3)
    var order = Permutation(count: 100, seed: Generator.mix(3, "order"))
    let all = order.examples(from: 0, length: 200).map { examples[$0] }
    let memory = TrainingMemory(
      shape: shape, adapter: nil, precision: .full, recomputes: false, hasReference: false)
    let largest = stride(from: 0, to: 200, by: 2).map { start in
      memory.bytes(of: ExampleSize.together(all[start..<start + 2]), isWhole: false)
    }.max()
    #expect(counted.memory == largest)
  }

  @Test func `low memory keeps the inputs of layers, an adapter no moments of what is frozen`()
    throws
  {
    let low = StageEstimate(
      training: try settings("{batch: 10, held_out: 0, memory: low}"), shape, examples: texts(100))
    // One block is there all the same, and this model has no other.
    #expect(low.memory == 4 * 3 * 1176 + pass(rows: 200) + 4 * 8 * 200)
    let narrow = StageEstimate(
      training: try settings("{batch: 10, held_out: 0, moments: bfloat16}"), shape,
      examples: texts(100))
    let usual = StageEstimate(
      training: try settings("{batch: 10, held_out: 0}"), shape, examples: texts(100))
    #expect(usual.memory - narrow.memory == 2 * 2 * 1176)
    let adapter = AdapterSettings(rank: 2, alpha: 4, targets: .named(["q_proj"]))
    #expect(adapter.count(in: shape) == 32)
    let under = StageEstimate(
      training: try settings("{batch: 10, held_out: 0}"), shape, adapter: adapter,
      examples: texts(100), hasReference: true, isScored: false)
    // Its weights, moments and a reference's own; of products, what the one that moves has read, and what
    // it has made narrow.
    let held = 4.0 * (1176 + 4 * 32)
    let whole = pass(rows: 200, learnt: 8 + 2)
    #expect(under.memory == held + whole - 4 * 16 * 8)
  }

  @Test func `what does not fit is told what would`() throws {
    let examples = Array(repeating: ExampleSize(kind: .sequence, first: 31), count: 100)
    func estimate(_ accumulation: Int) throws -> StageEstimate {
      StageEstimate(
        training: try settings("{batch: 10, held_out: 0, accumulation: \(accumulation)}"), shape,
        examples: examples)
    }
    let (whole, parts) = (try estimate(1), try estimate(4))
    #expect(
      whole.largestSetting(in: parts.memory)
        == "training.accumulation: 4, which runs 3 examples at a time, fits")
    #expect(
      whole.largestSetting(in: 15_000)
        == "not even one example at a time fits with training.memory: low; an adapter takes less")
  }

  @Test func `sampling costs two operations per weight and token`() {
    let estimate = StageEstimate(
      sampling: shape, prompts: PromptSettings.Sizes(lengths: [4, 5, 6]), each: 4, maxTokens: 10,
      together: 12)
    #expect(estimate.tokens == 3 * 4 * 10 + 3 * 5)
    #expect(estimate.operations == 2 * 1176 * 135)
    // Weights twice; keys and values of one block, 2 × 8 numbers for each of 16 tokens; logits of 12 rows.
    let bytes: Int = 2 * 4 * 1176 + 4 * 16 * 12 * 16 + 4 * 3 * 12 * 16
    #expect(estimate.memory == Double(bytes))
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
