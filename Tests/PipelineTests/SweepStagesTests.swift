import Foundation
import Recipe
import Runs
import TestSupport
import Testing

@testable import Pipeline

/// What stages stand for that have lists of settings, and stages that name those.
@Suite struct SweepStagesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let sft = """
      sft:
        kind: language-model
        data: reviews
        tokenizer: words
        model: {layers: 1, hidden: 8, heads: 2, positions: 64}
        training: {steps: 2, batch: 8, learning_rate: 1e-2}

    """
  private static let candidates = """
      candidates: {kind: sample, policy: sft, prompts: reviews, max_tokens: 8, reward: synthetic}

    """

  private func text(_ stages: String, _ more: String = "") -> String {
    """
    name: x
    seeds: [4, 5]
    data:
      reviews: {generate: {reviews: 64, seed: 1}}
    stages:
      words: {kind: tokenizer, data: reviews, vocabulary: 300}
    \(stages)\(more)
    """
  }

  private func planned(
    _ stages: String, _ more: String = "", overrides: [String] = []
  ) throws -> RunRecipe {
    try RunRecipe(
      RecipeDocument.parse(text(stages, more), name: "r.yaml", overrides: overrides),
      base: folder.url)
  }

  private func problem(_ stages: String, _ more: String = "") -> String {
    message { _ = try planned(stages, more) }
  }

  private func align(_ settings: String, as name: String = "dpo") -> String {
    "  \(name): {kind: align, objective: dpo-pref, policy: sft, data: candidates, \(settings)}\n"
  }

  @Test func `a stage stands for one of each setting, and what is above it is made once`() throws {
    let plan = try planned(
      Self.sft + Self.candidates
        + align("beta: {sweep: [0.1, 0.3]}, training: {learning_rate: {sweep: [1e-4, 3e-4]}}"))
    #expect(
      plan.stages.map(\.name) == [
        "words", "sft", "candidates", "dpo-beta=0.1-learning_rate=1e-4",
        "dpo-beta=0.1-learning_rate=3e-4", "dpo-beta=0.3-learning_rate=1e-4",
        "dpo-beta=0.3-learning_rate=3e-4",
      ])
    #expect(plan.stages.last?.sweep == "dpo")
    #expect(plan.stages.last?.settings.map(\.key) == ["beta", "learning_rate"])
    #expect(plan.stages.allSatisfy { RunDirectory.problem(withStage: $0.name) == nil })
    let seals = StageSeals(plan)
    let (first, second) = (plan.stages[3], plan.stages[5])
    let changes = try seals.seal(of: second, seed: 4)
      .difference(from: seals.seal(of: first, seed: 4))
    #expect(changes == "beta was 0.1 and is 0.3")
  }

  @Test func `a stage that names a swept one crosses with it`() throws {
    let plan = try planned(
      Self.sft.replacing("learning_rate: 1e-2", with: "learning_rate: {sweep: [1e-2, 1e-3]}")
        + Self.candidates + align("beta: {sweep: [0.1, 0.3]}"))
    #expect(
      plan.stages.map(\.name) == [
        "words", "sft-learning_rate=1e-2", "sft-learning_rate=1e-3",
        "candidates-sft.learning_rate=1e-2", "candidates-sft.learning_rate=1e-3",
        "dpo-sft.learning_rate=1e-2-beta=0.1", "dpo-sft.learning_rate=1e-3-beta=0.1",
        "dpo-sft.learning_rate=1e-2-beta=0.3", "dpo-sft.learning_rate=1e-3-beta=0.3",
      ])
    // A policy and the samples of it come from one setting.
    let last = try #require(plan.stages.last)
    #expect(
      Set(last.inputs) == [
        .stage("sft-learning_rate=1e-3"), .stage("candidates-sft.learning_rate=1e-3"),
      ])
    // Records name what was meant.
    let settings = plan.document.resolved["stages"]?[last.name]
    #expect(settings?["policy"] == .string("sft-learning_rate=1e-3"))
    #expect(settings?["data"] == .string("candidates-sft.learning_rate=1e-3"))
  }

  @Test func `policies that are swept themselves inherit only what they come from`() throws {
    let plan = try planned(
      Self.sft.replacing("learning_rate: 1e-2", with: "learning_rate: {sweep: [1e-2, 1e-3]}")
        + Self.sft.replacing("  sft:", with: "  plain:")
        + "  c: {kind: sample, policy: {sweep: [sft, plain]}, prompts: reviews}\n"
        + "  d: {kind: sample, policy: plain, prompts: reviews}\n"
        + "  e: {kind: align, objective: dpo-pref, policy: plain, data: c}\n")
    #expect(
      plan.stages.map(\.name).suffix(7)
        == [
          "c-sft.learning_rate=1e-2-policy=sft", "c-sft.learning_rate=1e-3-policy=sft",
          "c-policy=plain", "d", "e-c.policy=sft-sft.learning_rate=1e-2",
          "e-c.policy=sft-sft.learning_rate=1e-3", "e-c.policy=plain",
        ].map { $0.replacing("e-c.policy=sft-sft", with: "e-sft") }.map {
          $0.hasPrefix("e-sft") ? $0 + "-c.policy=sft" : $0
        })
  }

  @Test func `one of several can be named, and a swept name that must be one is refused`() throws {
    let swept = Self.sft.replacing(
      "learning_rate: 1e-2", with: "learning_rate: {sweep: [1e-2, 1e-3]}")
    let evaluation =
      "evaluation: {reference: %, reward: synthetic, prompts_from: {prompts: reviews}}\n"
    #expect(
      problem(swept, evaluation.replacing("%", with: "sft")).contains(
        "evaluation.reference: sft is swept and stands for 2 stages; name one of them, as in "
          + "sft-learning_rate=1e-2"))
    let plan = try planned(
      swept, evaluation.replacing("%", with: "sft-learning_rate=1e-3"))
    #expect(plan.evaluation?.reference == .stage("sft-learning_rate=1e-3"))
  }

  @Test func `an evaluation measures all of a swept stage by its name`() throws {
    let plan = try planned(
      Self.sft + Self.candidates + align("beta: {sweep: [0.1, 0.3]}")
        + align("beta: 0.2", as: "other"),
      "evaluation: {reference: sft, policies: [dpo], reward: synthetic, prompts_from: {prompts: reviews}}\n"
    )
    #expect(plan.evaluation?.policies == ["dpo-beta=0.1", "dpo-beta=0.3"])
  }

  @Test func `mistakes stand at the sweep and are told once`() {
    #expect(
      problem(Self.sft + Self.candidates + align("beta: {sweep: [0.1, -1]}"))
        == "r.yaml:14:94: stages.dpo.beta is -1; it must be above 0")
    #expect(
      problem(Self.sft + Self.candidates + align("beta: {sweep: [0.1, 0.2]}, bta: 1")).split(
        separator: "\n"
      ).count == 1)
  }

  @Test func `a name that another stage has is refused`() {
    #expect(
      problem(
        Self.sft + Self.candidates + align("beta: {sweep: [0.1, 0.2]}")
          + align("beta: 1", as: "dpo-beta=0.1")
      ).hasSuffix(
        "stages.dpo: stands for a stage dpo-beta=0.1, and another one has that name"))
  }

  @Test func `the command line sweeps`() throws {
    let plan = try planned(
      Self.sft + Self.candidates + align("beta: 0.1"),
      overrides: ["stages.dpo.beta={sweep: [0.1, 0.2, 0.3]}"])
    #expect(plan.stages.map(\.name).suffix(3) == ["dpo-beta=0.1", "dpo-beta=0.2", "dpo-beta=0.3"])
  }

  @Test func `names that are too long are numbered`() throws {
    let shares = (1...6).map { "0.\($0)" }.joined(separator: ", ")
    let counts = (11...16).map(String.init).joined(separator: ", ")
    let keys = ["beta", "temperature"].map { "\($0): {sweep: [\(shares)]}" }
    let whole = ["max_length", "groups", "probe_prompts"].map { "\($0): {sweep: [\(counts)]}" }
    let training = ["learning_rate", "weight_decay", "warmup"].map { "\($0): {sweep: [\(shares)]}" }
    let plan = try planned(
      Self.sft + Self.candidates
        + align(
          (["sweep: zip"] + keys + whole + ["training: {\(training.joined(separator: ", "))}"])
            .joined(separator: ", ")))
    #expect(plan.stages.map(\.name).suffix(6) == (1...6).map { "dpo-setting=\($0)" })
  }

  @Test func `five hundred stages are read and estimated at once`() throws {
    let values = (1...500).map { "\(Double($0) / 1000)" }.joined(separator: ", ")
    let clock = ContinuousClock()
    let start = clock.now
    let plan = try planned(
      Self.sft + Self.candidates + align("beta: {sweep: [\(values)]}"))
    let outlook = try Outlook(plan)
    let seals = StageSeals(plan)
    let keys = try plan.stages.map { try seals.seal(of: $0, seed: nil).key }
    #expect(plan.stages.count == 503)
    #expect(Set(keys).count == 503)
    #expect(outlook.parts.count == 503)
    // Far from what reading everything again for each would take.
    #expect(clock.now - start < .seconds(30))
  }

  @Test func `check counts the trainings of a sweep in one row`() throws {
    let plan = try planned(
      Self.sft + Self.candidates + align("beta: {sweep: [0.1, 0.2, 0.3]}"))
    let estimate = try CostEstimate(plan, Outlook(plan))
    let lines = estimate.table.lines + estimate.notes(on: plan.device)
    #expect(lines.contains { $0.hasPrefix("dpo, 3 settings") })
    #expect(!lines.contains { $0.hasPrefix("dpo-beta") })
    #expect(lines.contains { $0.hasPrefix("7 trainings: dpo 3 settings × 2 seeds, about ") })
  }
}
