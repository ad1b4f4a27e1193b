import Foundation
import Recipe
import Testing

@testable import Pipeline

/// One cause is one message: what follows from a mistake is not told.
@Suite struct OneCauseTests {
  private func mistakes(oracle: String = "kind: longer", judging: String = "") throws -> [String] {
    let text = """
      name: x
      data: {reviews: {generate: {reviews: 8, seed: 1}}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 1, positions: 64}
          training: {steps: 4}
        game:
          kind: on-policy
          method: nash-md
          policy: sft
          prompts: reviews
          oracle: {\(oracle)}
      evaluation: {reference: sft, reward: synthetic, prompts_from: {prompts: reviews}}
      judging: {judges: [longer]\(judging)}
      """
    do {
      _ = try RunRecipe(RecipeDocument.parse(text, name: "r"), base: URL(fileURLWithPath: "/"))
      return []
    } catch let error as RecipeError {
      return error.mistakes.map(\.message)
    }
  }

  @Test func `an unknown oracle is no oracle without a reward, nor its keys unknown`() throws {
    let found = try mistakes(oracle: "kind: juge, judges: [longer], template: summary")
    #expect(
      found == [
        "stages.game.oracle.kind is \"juge\"; it must be one of bradley-terry, greater, longer, shorter, "
          + "cyclic, judge; did you mean \"judge\"?"
      ])
    // What is known is still read.
    #expect(try mistakes(oracle: "kind: greater").count == 1)
  }

  @Test func `a mixture in a mixture is told once`() throws {
    #expect(
      try mistakes(
        oracle:
          "mixture: {a: {weight: 1, kind: longer}, b: {weight: 1, mixture: {c: {weight: 1, kind: "
          + "longer}, d: {weight: 1, kind: shorter}}}}") == [
          "stages.game.oracle.mixture.b.mixture: stands in a member of a mixture; give its members to the "
            + "mixture itself"
        ])
  }

  @Test func `pairs that are none are told once`() throws {
    #expect(
      try mistakes(judging: ", pairs: game") == [
        "judging.pairs: expected a pair of texts, as in [\"a\", \"b\"], found \"game\""
      ])
    #expect(
      try mistakes(judging: ", pairs: []") == [
        "judging.pairs: names nothing; give pairs, as in [[exo, dpo]]"
      ])
  }

  @Test func `draws that are no whole numbers are told once`() throws {
    let text = """
      name: x
      data: {reviews: {generate: {reviews: 8, seed: 1}}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 1, positions: 64}
          training: {steps: {sweep: {uniform: [2, 40], trials: 4}}}
      """
    let error = #expect(throws: RecipeError.self) {
      try RunRecipe(RecipeDocument.parse(text, name: "r"), base: URL(fileURLWithPath: "/"))
    }
    #expect(
      error?.mistakes.map(\.message) == [
        "stages.sft.training.steps: expected a whole number, and what is drawn at random has three digits; "
          + "list values, as in {sweep: [2, 8, 32]}"
      ])
  }
}
