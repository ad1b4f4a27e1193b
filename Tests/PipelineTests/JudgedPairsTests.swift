import Foundation
import Recipe
import Testing

@testable import Pipeline

/// What a recipe's judging may compare: stages, their checkpoints, folders, the best of n.
@Suite struct JudgedPairsTests {
  private func recipe(_ judging: String, seeds: String = "[0, 1]") throws -> RunRecipe {
    let text = """
      name: x
      seeds: \(seeds)
      data: {reviews: {generate: {reviews: 8, seed: 1}}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 1, positions: 64}
          training: {steps: 4, checkpoints: 2}
        more:
          kind: language-model
          data: reviews
          from: sft
          training: {steps: 40, checkpoints: 2}
        rest:
          kind: language-model
          data: reviews
          from: sft
          per_seed: true
          training: {epochs: 1, checkpoints: 2}
      evaluation:
        {reference: sft, reward: synthetic, policies: [more, rest, ./other], best_of: [1, 8],
         best_of_pool: 8, prompts_from: {prompts: reviews}}
      judging: {\(judging.contains("judges:") ? "" : "judges: [longer], ")\(judging)}
      """
    return try RunRecipe(
      RecipeDocument.parse(text, name: "r"), base: URL(fileURLWithPath: "/"))
  }

  private func mistakes(_ pairs: String) throws -> [String] {
    let error = #expect(throws: RecipeError.self) { try recipe("pairs: \(pairs)") }
    return error?.said.map(\.message) ?? []
  }

  @Test func `sides are called as results print them`() throws {
    let plan = try recipe(
      "pairs: [[more, rest], [more/step-20, more/step-40], [best-of-8, sft], [./other, reference], "
        + "[rest/seed-1, chosen], [rest/seed-1/step-3, more]]")
    let judging = try #require(plan.judging)
    #expect(
      judging.pairs == [
        .init(first: .group("more"), second: .group("rest")),
        .init(
          first: .policy(group: "more", seed: nil, step: 20),
          second: .policy(group: "more", seed: nil, step: 40)),
        .init(first: .bestOf(8), second: .reference),
        .init(first: .group("./other"), second: .reference),
        .init(first: .policy(group: "rest", seed: 1, step: nil), second: .chosen),
        .init(first: .policy(group: "rest", seed: 1, step: 3), second: .group("more")),
      ])
    // Who names pairs says what is judged, and what judges read of best of n is kept.
    #expect(judging.against == [])
    #expect(plan.evaluation?.settings.keptBests == [8])
    let both = try recipe("against: [reference, best-of-8], pairs: [[more, rest]]")
    #expect(both.judging?.against == [.reference, .bestOf(8)])
    #expect(try recipe("prompts: 3").evaluation?.settings.keptBests == [])
  }

  @Test func `what is judged is counted before anything runs`() throws {
    func questions(_ pairs: String) throws -> Int? {
      let plan = try recipe("pairs: \(pairs), canaries: 0, prompts: 5, judges: [\"model:./j\"]")
      return plan.judging?.questions(
        policies: plan.evaluation?.finals(plan) ?? [:], prompts: 8
      ).local
    }
    // 5 prompts in both orders; a side of two seeds meets the other twice.
    #expect(try questions("[[best-of-8, sft]]") == 10)
    #expect(try questions("[[more, rest], [best-of-8, sft]]") == 30)
    #expect(try questions("[[rest/seed-1, more]]") == 10)
  }

  @Test func `what the run will not have is refused by name`() throws {
    #expect(
      try mistakes("[[more, dpo]]") == [
        "judging.pairs: dpo is nothing that is judged; there is reference, chosen, more, rest, ./other, "
          + "best-of-N"
      ])
    #expect(
      try mistakes("[[more/step-30, sft]]") == [
        "judging.pairs: more/step-30: checkpoints of more are at step 20, 40"
      ])
    #expect(
      try mistakes("[[rest/seed-7, sft]]") == [
        "judging.pairs: rest/seed-7: rest is trained with seeds 0, 1"
      ])
    #expect(
      try mistakes("[[more/seed-0, sft]]") == [
        "judging.pairs: more/seed-0: more is trained with no seeds of its own"
      ])
    #expect(
      try mistakes("[[./other/step-3, sft]]") == [
        "judging.pairs: ./other/step-3: ./other is a model as it is, without seeds and steps"
      ])
    #expect(
      try mistakes("[[best-of-4, sft]]") == [
        "judging.pairs: best-of-4 is no size of evaluation.best_of, which has 1, 8"
      ])
    #expect(
      try mistakes("[[more, sft], [reference, more]]") == [
        "judging.pairs: [reference, more] stands there twice"
      ])
    #expect(
      try mistakes("[[sft, reference]]") == [
        "judging.pairs: [sft, reference] compares something with itself"
      ])
    #expect(
      try mistakes("[]") == ["judging.pairs: names nothing; give pairs, as in [[exo, dpo]]"])
  }
}
