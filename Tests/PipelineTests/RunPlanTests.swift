import Command
import Foundation
import Recipe
import Runs
import TestSupport
import Testing

@testable import Pipeline

@Suite struct RunPlanTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func recipe(_ selection: String = "") throws -> RunRecipe {
    let text = """
      name: x
      seeds: [4, 5]
      threads: 1
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
      evaluation:
        reference: sft
        reward: synthetic
        prompts_from: {prompts: reviews, prefix_tokens: 4}
        max_tokens: 8
        \(selection)

      """
    return try RunRecipe(
      RecipeDocument.parse(text, name: "r.yaml"), base: URL(filePath: "/nowhere"))
  }

  private func plan(
    _ selection: String = "", output: String? = nil, overrides: [String] = [],
    of file: String = "r.yaml"
  ) throws -> RunPlan {
    try RunPlan(
      recipe(selection), recipe: file, output: output ?? folder.url.appending(path: "run").path,
      overrides: overrides, threads: 2)
  }

  @Test func `each training comes after what it is made from`() throws {
    let plan = try plan()
    #expect(
      plan.jobs.map(\.training.label) == [
        "words", "sft", "candidates seed 4", "candidates seed 5", "dpo-beta=0.1 seed 4",
        "dpo-beta=0.1 seed 5",
        "dpo-beta=0.3 seed 4", "dpo-beta=0.3 seed 5",
      ])
    for (place, job) in plan.jobs.enumerated() { #expect(job.needs.allSatisfy { $0 < place }) }
    #expect(plan.jobs[5].needs == [1, 3])
    #expect(plan.end == .run)
    #expect(plan.threads == 1)
    // Four trainings wait for one chain, and not for one another.
    let seconds = plan.jobs.map { $0.seconds ?? 0 }
    #expect(abs(plan.longestChain - (seconds[1] + seconds[2] + seconds[4])) < 1e-9)
    #expect(plan.seconds > plan.longestChain)
  }

  @Test func `a selection ends the plan, and its choice the next one`() throws {
    let selection = "selection: {prompts: validation, seeds: [9]}"
    let before = try plan(selection)
    #expect(before.end == .selection)
    #expect(
      before.jobs.map(\.training.label).suffix(2) == ["dpo-beta=0.1 seed 9", "dpo-beta=0.3 seed 9"])
    #expect(before.lastCommand.contains("selection"))
    let part = EqualTermsRecord.Part(group: "dpo-beta=0.3", step: 2, weight: 1)
    let method = EqualTermsRecord.Method(
      name: "dpo", title: "DPO-pref", settings: 2, trials: [],
      readings: [EqualTermsRecord.Reading(question: .kl, at: 1, parts: [part])])
    let choice = EqualTermsRecord(
      by: "reward", selectionPrompts: 8, selectionSeeds: [9], prompts: 0, seeds: [4, 5],
      margin: nil, methods: [method], remarks: [])
    let run = before.run
    try FileManager.default.createDirectory(
      at: run.choice.deletingLastPathComponent(), withIntermediateDirectories: true)
    try RecordFile.write(choice, to: run.choice)
    let after = try plan(selection)
    #expect(after.end == .run)
    #expect(
      after.jobs.map(\.training.label).suffix(2) == ["dpo-beta=0.3 seed 4", "dpo-beta=0.3 seed 5"])
    #expect(!after.lastCommand.contains("selection"))
  }

  @Test func `commands are what a user would write, and a shell reads them as they are`() throws {
    let plan = try plan(
      output: "runs/x", overrides: ["name=a b", "data.reviews.where={label: 1}", "x='$HOME'"],
      of: "my recipe.yaml")
    let make = try plan.text(as: .make)
    #expect(
      make.contains(
        "\t$(PLUMB) run 'my recipe.yaml' --only dpo-beta=0.1 --seed 4 -o runs/x --set 'name=a b' "
          + "--set 'data.reviews.where={label: 1}' --set 'x='\\''$$HOME'\\'''\n"))
    #expect(make.contains("runs/x/.plan/sft: runs/x/.plan/words\n"))
    #expect(!make.contains("runs/x/.plan/dpo-beta=0.1"), "make would read an assignment")
    let snake = try plan.text(as: .snakemake)
    #expect(snake.contains("{{label: 1}}"))
    #expect(snake.contains("rule job1:\n    input: \"runs/x/.plan/words\"\n"))
    let slurm = try plan.text(as: .slurm)
    #expect(slurm.contains("--dependency=\"afterok:$j1:$j2\" <<'END'"))
    #expect(slurm.contains("x='\\''$HOME'\\'''\nEND\n"))
  }

  @Test(arguments: ["runs/a b", "runs/a:b", "runs/$x", "runs/a=b"])
  func `a folder that make cannot name is refused`(folder: String) throws {
    let plan = try plan(output: folder)
    #expect(throws: CommandError.self) { try plan.text(as: .make) }
    #expect(throws: CommandError.self) { try plan.text(as: .snakemake) }
    #expect(try plan.text(as: .slurm).contains(ShellWord.quoted(folder)))
  }

  @Test func `what is made alone is a stage, or all settings of a swept one`() throws {
    let plain = try recipe()
    #expect(try plain.trainings(only: "sft", seed: nil).map(\.label) == ["sft"])
    #expect(
      try plain.trainings(only: "dpo-beta=0.3", seed: nil).map(\.label) == [
        "dpo-beta=0.3 seed 4", "dpo-beta=0.3 seed 5",
      ])
    #expect(
      try plain.trainings(only: "dpo", seed: 5).map(\.label) == [
        "dpo-beta=0.1 seed 5", "dpo-beta=0.3 seed 5",
      ])
    let chosen = try recipe("selection: {prompts: validation, seeds: [9]}")
    #expect(
      try chosen.trainings(only: "dpo", seed: nil).map(\.label) == [
        "dpo-beta=0.1 seed 9", "dpo-beta=0.3 seed 9",
      ])
    // What it will choose is trained with the recipe's seeds, which may be asked for at any time.
    #expect(try chosen.trainings(only: "dpo-beta=0.1", seed: 4).map(\.seed) == [4])
  }
}
