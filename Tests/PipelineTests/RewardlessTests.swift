import Foundation
import Recipe
import Testing
import Tracking

@testable import Pipeline

/// Where a judge ranks the policies, or nothing does, no reward is asked for.
@Suite struct RewardlessTests {
  private func recipe(_ evaluation: String, _ more: String = "") throws -> RunRecipe {
    let text = """
      name: x
      data: {reviews: {generate: {reviews: 8, seed: 1}}}
      evaluation:
        {reference: ./a, policies: [./b, ./c], prompts_from: {prompts: reviews}\(evaluation)}
      \(more)
      """
    return try RunRecipe(
      RecipeDocument.parse(text, name: "r"), base: URL(fileURLWithPath: "/"))
  }

  private func mistakes(_ evaluation: String, _ more: String = "") throws -> [String] {
    let error = #expect(throws: RecipeError.self) { try recipe(evaluation, more) }
    return error?.said.map(\.message) ?? []
  }

  @Test func `an evaluation needs no reward`() throws {
    let plan = try recipe("", "judging: {judges: [longer]}")
    #expect(plan.evaluation?.reward == nil)
    #expect(plan.evaluation?.settings.bestOf == [])
    #expect(plan.evaluation?.chosen == EvaluationPlan.Chosen.none)
    // There is nothing chosen to compare with.
    #expect(plan.judging?.against == [.reference])
    #expect(
      try recipe(", reward: synthetic", "judging: {judges: [longer]}").judging?.against
        == [.reference, .chosen])
  }

  @Test func `what a reward decides is refused without one`() throws {
    #expect(
      try mistakes(", held_out_reward: synthetic, best_of: [2], density_beta: 1, chosen: sampled")
        == [
          "evaluation.held_out_reward: stands beside a reward, and there is none; name one as reward",
          "evaluation.best_of: needs a reward; name one, or leave it out",
          "evaluation.density_beta: needs a reward; name one, or leave it out",
          "evaluation.chosen: sampled takes the better of two samples by the reward, and there is none; "
            + "take data or none, or name a reward",
        ])
  }

  @Test func `policies are judged against each other`() throws {
    let plan = try recipe("", "judging: {judges: [longer], against: [./b, reference]}")
    #expect(plan.judging?.against == [.group("./b"), .reference])
    let named = try recipe("", "judging: {judges: [longer], against: [./a]}")
    #expect(named.judging?.against == [.reference])
    // c against b, b and c against the reference.
    let asked = plan.judging?.questions(policies: ["./b": 1, "./c": 1], prompts: 10)
    #expect(asked?.local == 0 && asked?.remote == 0)
    let local = try recipe(
      "", "judging: {judges: [\"model:./j\"], against: [./b, reference], canaries: 0}")
    #expect(local.judging?.questions(policies: ["./b": 1, "./c": 1], prompts: 10).local == 60)
    let one = try recipe(
      "", "judging: {judges: [\"model:./j\"], policies: [./c], against: [./b], canaries: 0}")
    #expect(one.judging?.questions(policies: ["./b": 1, "./c": 1], prompts: 10).local == 20)
    #expect(
      try mistakes("", "judging: {judges: [longer], against: [./d], policies: [e]}") == [
        "judging.against: ./d is none of reference, chosen, ./b, ./c",
        "judging.policies: e is none of the evaluation's policies (there is ./b, ./c)",
      ])
  }

  @Test func `log names forms of other programs`() throws {
    #expect(try recipe("", "log: [csv, tensorboard]").logs == [.csv, .tensorboard])
    #expect(
      try mistakes("", "log: [csv, wandb]") == [
        "log: holds \"wandb\"; it takes tensorboard, csv, trackio"
      ])
  }
}
