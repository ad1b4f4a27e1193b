import Foundation
import Recipe
import TestSupport
import Testing

@testable import Pipeline

/// What `plumb check` foresees, and `plumb run` refuses before anything is trained.
@Suite struct OutlookTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func outlook(
    sample: String = ", max_tokens: 8", rate: String = "1e-3", memory: Double = 1e15
  ) throws -> Outlook {
    let recipe = """
      name: x
      data:
        reviews: {generate: {reviews: 64, seed: 1}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 2, positions: 64}
          training: {steps: 2, batch: 8, learning_rate: 1e-2}
        candidates:
          {kind: sample, policy: sft, prompts: reviews, prefix_tokens: 4, reward: synthetic\(sample)}
        dpo:
          kind: align
          objective: dpo-pref
          policy: sft
          data: candidates
          training: {epochs: 1, batch: 8, learning_rate: \(rate)}

      """
    let document = try RecipeDocument.parse(recipe, name: "r.yaml")
    return try Outlook(
      RunRecipe(document, base: folder.url), memory: MachineMemory(bytes: memory))
  }

  private func problems(_ outlook: Outlook) -> String { message { try outlook.check() } }

  @Test func `a recipe that can work is left alone`() throws {
    let outlook = try outlook(sample: ", max_tokens: 59")
    try outlook.check()
    #expect(outlook.remarks == [])
    #expect(outlook.parts.map(\.name) == ["words", "sft", "candidates", "dpo"])
  }

  @Test func `completions that exceed the context are named with the key to change`() throws {
    #expect(
      problems(try outlook(sample: ", max_tokens: 60"))
        == "stages.candidates.max_tokens: 60 new tokens behind a prompt of 5 exceed the model's "
        + "context of 64 positions; lower max_tokens or prefix_tokens")
  }

  @Test func `a rate that moves nothing is remarked on`() throws {
    let slow = try outlook(rate: "1e-6")
    try slow.check()
    // 64 prompts with two pairs each, 2 held out: 16 steps, whose rates fall from 1e-6 to 0.
    #expect(
      slow.remarks == [
        "stages.dpo.training.learning_rate: 16 steps at 1e-06 move no weight by more than 8.0e-06, "
          + "and weights are about 0.02 large: the policy will hardly change; raise it (small "
          + "models want 1e-4 to 1e-3), or steps"
      ])
  }

  @Test func `memory that is not there is a problem, and where it is in doubt a remark`() throws {
    let needed = try outlook().parts.map(\.estimate.memory).max() ?? 0
    let doubtful = try outlook(memory: needed / 1.5)
    try doubtful.check()
    #expect(!doubtful.remarks.isEmpty)
    #expect(
      doubtful.remarks.allSatisfy { $0.contains("; lower it") || $0.contains("decides: lower it") })
    let said = problems(try outlook(memory: needed / 3))
    #expect(said.contains("of memory, and this process may have"))
  }
}
