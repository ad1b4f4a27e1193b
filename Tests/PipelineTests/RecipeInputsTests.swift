import Foundation
import Recipe
import Testing
import Training

@testable import Pipeline

@Suite struct RecipeInputsTests {
  private func inputs(of stage: String, in text: String) throws -> [StageInput] {
    let document = try RecipeDocument.parse(text, name: "recipe.yaml")
    let recipe = try RunRecipe(document, base: URL(filePath: "/place"))
    return try #require(recipe.stages.first { $0.name == stage }).inputs
  }

  private static let world = """
    name: world
    data:
      reviews: {generate: {reviews: 64}}
      openings: {generate: {reviews: 32, seed: 2}}
    stages:
      words: {kind: tokenizer, data: reviews}
      sft:
        kind: language-model
        data: reviews
        tokenizer: words
        model: {layers: 1, hidden: 16, heads: 2, positions: 64}
      oracle:
        kind: classifier
        data: reviews
        test: openings
        tokenizer: ../other/words
        model: {layers: 1, hidden: 16, heads: 2, positions: 64}

    """

  @Test func `a stage declares every stage, folder and data that its settings name`() throws {
    #expect(try inputs(of: "words", in: Self.world) == [.data("reviews")])
    #expect(try inputs(of: "sft", in: Self.world) == [.data("reviews"), .stage("words")])
    #expect(
      try inputs(of: "oracle", in: Self.world)
        == [.data("reviews"), .data("openings"), .folder("../other/words")])
  }

  @Test func `rounds declare their reward, and an oracle's judges`() throws {
    let text =
      Self.world + """
          online:
            kind: rounds
            method: online-dpo
            policy: sft
            prompts: openings
            rounds: 2
            reward: oracle
            oracle: {kind: judge, judges: ["reward:oracle", "model:../judges/one", "longer"]}
            training: {steps: 4, batch: 4}

        """
    #expect(
      try Set(inputs(of: "online", in: text))
        == [.stage("sft"), .data("openings"), .stage("oracle"), .folder("../judges/one")])
  }
}
