import Foundation
import Recipe
import Runs
import TestSupport
import Testing

@testable import Pipeline

@Suite struct SelectionPlanTests {
  private func recipe(_ selection: String, evaluation: String = "reward: synthetic") throws
    -> RunRecipe
  {
    let text = """
      name: x
      seeds: [4, 5]
      data:
        reviews: {generate: {reviews: 64, seed: 1}}
        validation: {generate: {reviews: 64, seed: 2}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 2, positions: 64}
          training: {steps: 2, batch: 8, learning_rate: 1e-2}
        candidates: {kind: sample, policy: sft, prompts: reviews, max_tokens: 8, reward: synthetic}
        dpo: {kind: align, objective: dpo-pref, policy: sft, data: candidates, beta: {sweep: [0.1, 0.3]}}
        exo: {kind: align, objective: exo-pref, policy: sft, data: candidates}
      evaluation:
        reference: sft
        \(evaluation)
        prompts_from: {prompts: reviews, prefix_tokens: 4}
        selection: {prompts: validation\(selection)}

      """
    return try RunRecipe(
      RecipeDocument.parse(text, name: "r.yaml"), base: URL(filePath: "/nowhere"))
  }

  @Test func `a KL whose whole interval lies above its cap is remarked on`() {
    func reading(_ cap: Double, _ low: Double, _ value: Double) -> EqualTermsRecord.Reading {
      var reading = EqualTermsRecord.Reading(question: .kl, at: cap, parts: [])
      reading.kl = Measurement(
        name: "kl", subject: "dpo", value: value, low: low, high: value + 1, count: 8, clusters: 8,
        unit: "nats", direction: .neutral, method: "")
      return reading
    }
    func method(_ readings: [EqualTermsRecord.Reading]) -> EqualTermsRecord.Method {
      EqualTermsRecord.Method(
        name: "dpo", title: "DPO", settings: 1, trials: [], readings: readings)
    }
    #expect(Selection.overshoot(method([reading(1, 0.9, 1.4), reading(2, 2, 2.4)])) == nil)
    let words = Selection.overshoot(method([reading(1, 1.2, 1.51), reading(4, 3, 4.2)]))
    #expect(words?.contains("is above the cap of 1 (1.51) nats, interval and all") == true)
  }

  @Test func `as many seeds as the recipe has choose, and they are others`() throws {
    let plan = try #require(try recipe("").evaluation?.selection)
    #expect(plan.terms.seeds == [6, 7])
    #expect(plan.terms.caps == [1, 2, 4, 8, 16])
    #expect(plan.terms.by == .reward)
  }

  @Test func `what is chosen is trained again with what it is made from, and nothing else`() throws
  {
    let recipe = try recipe(", seeds: [9]")
    #expect(
      recipe.stages(following: ["dpo-beta=0.3"]).map(\.name) == [
        "words", "sft", "candidates", "dpo-beta=0.3",
      ])
    #expect(recipe.stages(following: []).map(\.name) == ["words", "sft", "candidates"])
  }

  @Test func `settings that nobody chooses among are remarked on`() throws {
    #expect(try recipe("").idleRemarks == [])
    let some = try recipe("", evaluation: "reward: synthetic\n  policies: [exo]")
    #expect(
      some.idleRemarks == [
        "stages.dpo: 2 settings are trained that the selection does not choose among and nothing "
          + "measures; name dpo in evaluation.policies, or take the stage out"
      ])
  }

  @Test func `check prices what follows`() throws {
    let recipe = try recipe(", seeds: [9, 10, 11], at: {kl: [1]}")
    let estimate = try CostEstimate(recipe, Outlook(recipe))
    #expect(estimate.counted?.trainings == 10)
    #expect(estimate.counted?.following == 6)
    let lines = estimate.notes(on: recipe.device)
    #expect(lines.contains { $0.hasPrefix("10 trainings: dpo 2 settings × 3 seeds") })
    // Two settings of one method and one of the other, at two fresh seeds.
    #expect(
      lines.contains {
        $0.hasPrefix("Then at most 6 more of what the selection chooses, with 2 fresh seeds each")
      })
  }

  @Test(arguments: [
    (
      ", seeds: [5, 9]",
      "5 is one of the recipe's seeds; trainings that chose are lucky, and only seeds that did not "
        + "measure without bias"
    ),
    (", seeds: []", "is empty; a selection needs a seed, as in [10]"),
    (", at: {kl: [2, 2]}", "2 stands there twice"),
    (", at: {kl: [-1]}", "each must be above 0"),
    (
      ", by: held_out_reward",
      "held_out_reward is none of this evaluation; name one, or take reward"
    ),
    (", by: best", "it must be one of reward, held_out_reward"),
    (", kl: 3", "unknown key \"kl\""),
  ])
  func `a selection that cannot be is refused`(_ settings: String, _ problem: String) {
    let found = message { _ = try recipe(settings) }
    #expect(found.contains(problem), "\(found)")
    #expect(found.split(separator: "\n").count == 1, "\(found)")
  }

  @Test func `without a reward nothing can be chosen`() {
    let found = message { _ = try recipe("", evaluation: "samples: 4") }
    #expect(found.contains("evaluation.selection: chooses by a reward, and there is none"))
  }
}
