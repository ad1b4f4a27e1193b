import Foundation
import Recipe
import Runs
import TestSupport
import Testing

@testable import Pipeline
@testable import Training

/// What a recipe with a `kl_target` stands for, and what it refuses.
@Suite struct KLTargetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func plan(
    _ settings: String, objective: String = "dpo-pref", more: String = ""
  ) throws -> RunRecipe {
    let text = """
      name: x
      seeds: [4, 5]
      data:
        reviews: {generate: {reviews: 64, seed: 1}}
        few: {generate: {reviews: 4, seed: 2}}
        other: {generate: {reviews: 16, seed: 3}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 2, positions: 64}
          training: {steps: 2, batch: 8, learning_rate: 1e-2}
        candidates: {kind: sample, policy: sft, prompts: reviews, max_tokens: 8, reward: synthetic}
        dpo: {kind: align, objective: \(objective), policy: sft, data: candidates, \(settings)}
      \(more)
      """
    return try RunRecipe(
      RecipeDocument.parse(text, name: "r.yaml", overrides: []), base: folder.url)
  }

  private func problem(_ settings: String, objective: String = "dpo-pref", more: String = "")
    -> String
  {
    message { _ = try plan(settings, objective: objective, more: more) }
  }

  private func target(
    _ settings: String, objective: String = "dpo-pref"
  ) throws -> KLTarget {
    let stage = try plan(settings, objective: objective).stages.last?.stage as? AlignStage
    return try #require(stage?.target)
  }

  /// `other` is neither trained nor tested on; prompts there are texts cut to four tokens.
  @Test(
    arguments: [
      ("5", "reviews", []),
      ("{nats: 5, prompts: other, prefix_tokens: 4}", "reviews", []),
      (
        "{nats: 5, prompts: other, prefix_tokens: 4}", "other",
        [
          "stages.dpo.kl_target.prompts: 16 of 16 are prompts of the evaluation too: the strength would be "
            + "chosen on the test; name others"
        ]
      ),
      (
        "{nats: 5, prompts: reviews, prefix_tokens: 4, limit: 8}", "other",
        [
          "stages.dpo.kl_target.prompts: 64 of 64 rows of reviews stand in training data, the first in "
            + "reviews, row synthetic/1/0: on them a policy moves otherwise; name others"
        ]
      ),
    ] as [(String, String, [String])])
  func promptsThatAreTrainedOrTestedOnAreRemarkedOn(
    _ target: String, _ asked: String, _ remarks: [String]
  ) throws {
    let plan = try plan(
      "kl_target: \(target)",
      more: "evaluation: {reference: sft, reward: synthetic, "
        + "prompts_from: {prompts: \(asked), prefix_tokens: 4}}")
    #expect(try plan.choosingRemarks() == remarks)
    // What measures a KL is not trained on.
    let overlap = try plan.audit().across.filter { $0.source == "other" }.map(\.text)
    #expect(!overlap.contains { $0.contains("stand in training data (other") }, "\(overlap)")
  }

  @Test func aSearchRunsOnceBeforeTheStage() throws {
    let plan = try plan("kl_target: 5")
    #expect(plan.stages.map(\.name) == ["words", "sft", "candidates", "dpo-search", "dpo"])
    #expect(plan.stages.map(\.repeats) == [false, false, true, false, true])
    #expect(plan.stages[4].inputs.contains(.stage("dpo-search")))
    #expect(plan.stages[3].inputs.contains(.stage("candidates")))
    // Without a target nothing is added.
    #expect(
      try self.plan("beta: 0.2").stages.map(\.name) == ["words", "sft", "candidates", "dpo"])
  }

  @Test(arguments: [
    ("dpo-pref", ["beta"]), ("exo-pref", ["beta_pi"]), ("ipo", ["tau"]),
    ("lire", ["list_temperature"]), ("best-of-m", ["training", "learning_rate"]),
  ])
  func theShortFormSearchesTheMethodsOwnStrength(objective: String, key: [String]) throws {
    let target = try target("kl_target: 5", objective: objective)
    #expect(target.nats == 5)
    #expect(target.key == key)
    #expect(target.trials == 6)
    #expect(target.tolerance == 0.1)
  }

  @Test func theValueThatWasFoundIsTheStages() throws {
    let plan = try plan("beta: 0.2, kl_target: 5")
    let stage = try #require(plan.stages.last?.stage as? AlignStage)
    let target = try #require(stage.target)
    #expect(target.start == 0.2)
    let found = stage.setting(target, to: "0.0123")
    #expect(found.options["beta"] == "0.0123")
    #expect(found.target == nil)
    #expect(found.training == stage.training)
  }

  @Test func aSweptTargetIsOneSearchEach() throws {
    let plan = try plan("kl_target: {nats: {sweep: [1, 4]}}")
    #expect(
      plan.stages.map(\.name).suffix(4) == [
        "dpo-nats=1-search", "dpo-nats=1", "dpo-nats=4-search", "dpo-nats=4",
      ])
  }

  @Test func mistakesAreToldByTheirKeys() {
    #expect(
      problem("beta: {sweep: [0.1, 0.3]}, kl_target: 5").contains(
        "stages.dpo.kl_target: searches beta, which is a sweep; take one of the two, or another key as over"
      ))
    #expect(
      problem("kl_target: {nats: 5, over: betta}").contains(
        "over: betta is no number that this method has; there is beta, label_smoothing, learning_rate"
      ))
    #expect(
      problem("kl_target: {nats: 5, over: label_smoothing}").contains(
        "over: searches label_smoothing on a logarithm from the stage's own value, and that is 0.0")
    )
    #expect(problem("kl_target: 0").contains("must be above 0"))
    #expect(
      problem("kl_target: {nats: 5, between: [0.3, 0.1]}").contains(
        "between: is two numbers, the lower one first"))
    #expect(
      problem("kl_target: {nats: 5, between: [0.3, 1]}").contains(
        "between: does not hold the stage's own beta, 0.1, where the search begins"))
    #expect(
      problem("kl_target: {nats: 5, over: learning_rate, between: [1e-7, 3]}").contains(
        "between: at its end 3: stages.dpo.training.learning_rate is 3; it must be"))
    #expect(problem("kl_target: {nats: 5, trails: 3}").contains("unknown key \"trails\""))
    #expect(
      problem(
        "kl_target: 5",
        more:
          "  dpo-search: {kind: align, objective: ipo, policy: sft, data: candidates}"
      ).contains("dpo-search"))
  }

  @Test func promptsThatTellNothingAreForeseen() throws {
    // 2 % of the pairs.
    let held = try Outlook(plan("kl_target: 5"))
    #expect(
      message { try held.check() }.contains(
        "stages.dpo.kl_target: 2 held-out examples cannot tell a KL; name kl_target.prompts, or raise "
          + "training.held_out"))
    let few = try Outlook(plan("kl_target: {nats: 5, prompts: few}"))
    #expect(
      message { try few.check() }.contains(
        "kl_target.prompts: there are 4, and a KL of fewer than 8 says little"))
    #expect(
      message { try Outlook(plan("kl_target: {nats: 5, prompts: reviews}")).check() }
        == "nothing was thrown")
  }
}
