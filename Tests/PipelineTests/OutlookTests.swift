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
    sample: String = ", max_tokens: 8", reward: String = "reward: synthetic",
    align: String = "objective: dpo-pref", rate: String = "1e-3", memory: Double = 1e15
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
          {kind: sample, policy: sft, prompts: reviews, prefix_tokens: 4, \(reward)\(sample)}
        dpo:
          kind: align
          \(align)
          policy: sft
          data: candidates
          training: {epochs: 1, batch: 8, learning_rate: \(rate)}

      """
    let document = try RecipeDocument.parse(recipe, name: "r.yaml")
    return try Outlook(
      RunRecipe(document, base: folder.url), memory: MachineMemory(bytes: memory))
  }

  /// What is wrong, without the places in the recipe.
  private func problems(_ outlook: Outlook) -> String {
    message { try outlook.check() }.replacing(#/r.yaml:\d+:\d+: /#, with: "")
  }

  @Test func `a recipe that can work is left alone`() throws {
    let outlook = try outlook(sample: ", max_tokens: 59")
    try outlook.check()
    #expect(outlook.remarks == [])
    #expect(outlook.parts.map(\.name) == ["words", "sft", "candidates", "dpo"])
  }

  @Test func `completions that exceed the context are named with the key to change`() throws {
    let placed = message { try outlook(sample: ", max_tokens: 60").check() }
    #expect(placed.hasPrefix("r.yaml:13:100: stages.candidates.max_tokens: "), "\(placed)")
    #expect(
      problems(try outlook(sample: ", max_tokens: 60"))
        == "stages.candidates.max_tokens: 60 new tokens behind a prompt of 5 exceed the model's "
        + "context of 64 positions; lower max_tokens or prefix_tokens")
  }

  @Test func `samples that give no example are known before they are drawn`() throws {
    #expect(
      problems(try outlook(reward: "per_prompt: 4"))
        == "stages.dpo.data: the samples of stage candidates have no rewards; set reward in it")
    #expect(
      problems(try outlook(sample: ", max_tokens: 8, per_prompt: 2", align: "objective: exo-rw"))
        == "stages.dpo.candidates: exo-rw takes 4 samples of a prompt, and stage candidates draws 2; "
        + "raise its per_prompt, or lower candidates")
    for (method, needed) in [("dpo-pref", 2), ("kto", 2)] {
      #expect(
        problems(
          try outlook(sample: ", max_tokens: 8, per_prompt: 1", align: "objective: \(method)"))
          == "stages.dpo.data: \(method) takes \(needed) samples of a prompt, and stage candidates "
          + "draws 1; raise its per_prompt")
    }
  }

  @Test func `a ranking with ties in a file is refused by its row`() throws {
    try folder.write(
      "groups.jsonl",
      #"{"prompt": "a", "completions": [" b", " c", " d"], "scores": [1, 2, 2]}"# + "\n")
    let recipe = """
      name: x
      data:
        reviews: {generate: {reviews: 64, seed: 1}}
        groups: {files: groups.jsonl}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 2, positions: 64}
        pl: {kind: align, objective: pl-dpo, candidates: 3, policy: sft, data: groups}

      """
    let document = try RecipeDocument.parse(recipe, name: "r.yaml")
    let plan = try RunRecipe(document, base: folder.url)
    let said = message { _ = try Outlook(plan, memory: MachineMemory(bytes: 1e15)) }
    #expect(said.hasPrefix("row groups.jsonl:1: "), "\(said)")
    #expect(said.contains("pl-dpo needs a ranking"), "\(said)")
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
    let whole = needed + MachineMemory(bytes: nil).program
    let doubtful = try outlook(memory: whole / 1.5)
    try doubtful.check()
    #expect(!doubtful.remarks.isEmpty)
    #expect(
      doubtful.remarks.allSatisfy {
        $0.contains("decides: lower it") || $0.contains("not even one example at a time fits")
      })
    let said = problems(try outlook(memory: whole / 3))
    #expect(said.contains("of memory, and this process may have"))
  }
}
