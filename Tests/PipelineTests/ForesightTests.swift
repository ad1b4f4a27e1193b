import Command
import Foundation
import Recipe
import Runs
import TestSupport
import Testing

@testable import Pipeline
@testable import Training

/// What `plumb check` says of a recipe is what running its stages says.
@Suite struct ForesightTests {
  private let folder: TemporaryFolder
  /// A language model with a context of 160 tokens, as recipes name it.
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "groups.jsonl",
      (1...8).map {
        #"{"prompt": "the film", "completions": [" is good \#($0)", " is bad"], "scores": [1, 0]}"#
      }.joined(separator: "\n"))
    let stages = """
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 2, positions: 160}
          training: {steps: 1, batch: 4}

      """
    let run = folder.url.appending(path: "made")
    try Self.run(Self.plan(stages, folder.url), in: run)
    let store = CheckpointStore(RunDirectory(run).stage("sft").checkpoints)
    let checkpoint = try #require(try store.newest().checkpoint?.url)
    model = "./model"
    try FileManager.default.copyItem(at: checkpoint, to: folder.url.appending(path: "model"))
  }

  private static func plan(_ stages: String, _ base: URL) throws -> RunRecipe {
    let recipe = """
      name: x
      data:
        reviews: {generate: {reviews: 24, seed: 1}}
        praise: {generate: {reviews: 8, seed: 5, label: 1}}
        groups: {files: groups.jsonl}
        labels: {files: labels.jsonl}
        mixed: {files: mixed.jsonl}
      stages:

      """
    return try RunRecipe(RecipeDocument.parse(recipe + stages, name: "r.yaml"), base: base)
  }

  private func plan(_ stage: String) throws -> RunRecipe {
    try Self.plan("  it: \(stage)\n", folder.url)
  }

  private static func run(_ plan: RunRecipe, in folder: URL) throws {
    for planned in plan.stages {
      let context = StageContext(
        run: RunDirectory(folder), name: planned.name, seed: nil, seeds: { _ in nil },
        base: plan.base, device: plan.device, precision: plan.precision, shouldStop: { false },
        progress: { _ in }, note: { _ in })
      try context.directory.make()
      _ = try planned.stage.run(context)
    }
  }

  /// What a run of the stage alone says, past the check; empty where it succeeds.
  private func ran(_ stage: String) throws -> String {
    let run = folder.url.appending(path: "run-\(UUID().uuidString)")
    let plan = try plan(stage)
    return message { try Self.run(plan, in: run) }.replacing("nothing was thrown", with: "")
  }

  /// What the check says, without the places in the recipe.
  private func checked(_ stage: String) -> String {
    message { try Outlook(plan(stage), memory: MachineMemory(bytes: 1e15)).check() }
      .replacing(#/r.yaml:\d+:\d+: /#, with: "").replacing("nothing was thrown", with: "")
  }

  @Test(arguments: [
    "kind: sample, prompts: reviews, prefix_tokens: 4, limit: 2, per_prompt: 1",
    "kind: sample, prompts: reviews, limit: 2, per_prompt: 1",
    "kind: rounds, method: online-dpo, prompts: reviews, prefix_tokens: 4, limit: 4, rounds: 1, "
      + "oracle: {kind: longer}, training: {steps: 1, batch: 4}",
    "kind: rounds, method: spin, data: praise, rounds: 1, lambda: 1, training: {epochs: 1, batch: 4}",
    "kind: rounds, method: lire, data: groups, rounds: 1, candidates: 2, reward: synthetic, "
      + "training: {epochs: 1, batch: 4}",
    "kind: on-policy, method: rloo, prompts: reviews, prefix_tokens: 4, limit: 4, steps: 1, "
      + "batch: 2, samples: 2, reward: synthetic",
  ])
  func `what a check accepts a run accepts, and what it refuses a run refuses`(
    _ stage: String
  ) throws {
    func written(_ length: Int) -> String {
      "{\(stage), policy: \(model), max_tokens: \(length)}"
    }
    let longest = try #require((1...160).last { checked(written($0)).isEmpty })
    #expect(longest < 160)
    #expect(
      checked(written(longest + 1)).hasPrefix(
        "stages.it.max_tokens: \(longest + 1) new tokens behind a prompt of \(160 - longest) exceed "
          + "the model's context of 160 positions; lower max_tokens or "))
    #expect(try ran(written(longest)) == "")
    #expect(try ran(written(longest + 1)) != "")
    // The begin token is part of the prompt.
    if stage.contains("prefix_tokens") { #expect(longest == 160 - 5) }
  }

  /// Of four prompts the second is longer than the context.
  @Test(arguments: [
    "kind: sample, per_prompt: 1",
    "kind: rounds, method: online-dpo, rounds: 1, oracle: {kind: longer}, training: {steps: 1, batch: 2}",
    "kind: on-policy, method: rloo, steps: 1, batch: 2, samples: 2, reward: synthetic",
  ])
  func `prompts without room are left out and counted, or refused where that is asked`(
    _ stage: String
  ) throws {
    let long = String(repeating: "the film ", count: 60)
    try folder.write(
      "mixed.jsonl",
      ["the film", long, "a plot", "an actor"].map { #"{"prompt": "\#($0)"}"# + "\n" }.joined())
    let written = "{\(stage), prompts: mixed, policy: \(model), max_tokens: 8"
    let words =
      "1 of 4 prompts leaves no room for 8 new tokens in the context of 160 (mixed.jsonl:2)"
    let outlook = try Outlook(plan(written + "}"), memory: MachineMemory(bytes: 1e15))
    try outlook.check()
    #expect(outlook.remarks.contains("stages.it.max_tokens: \(words), and are left out"))
    var run = folder.url.appending(path: "run-\(UUID().uuidString)")
    try Self.run(plan(written + "}"), in: run)
    let list = run.appending(path: "it/\(LeftOutRecord.file)")
    let recorded = try String(contentsOf: list, encoding: .utf8)
    #expect(recorded == "{\"words\":\"\(words): left out\"}\n")
    // A stage that goes on reads the same rows and says it once.
    try Self.run(plan(written + "}"), in: run)
    #expect(try String(contentsOf: list, encoding: .utf8) == recorded)

    run = folder.url.appending(path: "run-\(UUID().uuidString)")
    let strict = written + ", too_long: refuse}"
    #expect(checked(strict) == "stages.it.max_tokens: \(words); \(PromptRoom.advice)")
    #expect(try ran(strict) == "stage it: \(words); \(PromptRoom.advice)")
  }

  @Test func `labels other than 0 and 1 are refused by their row, in data and in test`() throws {
    try folder.write(
      "labels.jsonl", #"{"text": "a", "label": 0}"# + "\n" + #"{"text": "b", "label": 2}"# + "\n")
    let file = folder.url.appending(path: "labels.jsonl").path
    let problem =
      "\(file):2:24 label — is 2 — a classifier takes the labels 0 and 1; remove the row, or write "
      + "one of them"
    for stage in ["data: labels", "data: reviews, test: labels"] {
      let said = checked("{kind: classifier, \(stage), from: \(model), training: {steps: 1}}")
      #expect(said == problem)
    }
  }

  @Test func `a judge of rounds without room for a question is known`() throws {
    let said = checked(
      "{kind: rounds, method: online-dpo, policy: \(model), prompts: reviews, prefix_tokens: 4, "
        + "rounds: 1, max_tokens: 8, oracle: {kind: judge, judges: [\"model:\(model)\"]}, "
        + "training: {steps: 1, batch: 4}}")
    #expect(
      said.hasPrefix(
        "stages.it.oracle.judges: the context of ./model holds 160 tokens, and template "),
      "\(said)")
  }

  @Test func `a damaged folder is known before its configuration is read`() throws {
    let file = folder.url.appending(path: "model/config.json")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.startIndex] ^= 1
    try bytes.write(to: file)
    let said = checked("{kind: sample, policy: \(model), prompts: reviews}")
    #expect(
      said
        == "\(file.path): is damaged: its SHA-256 differs from the manifest; take another checkpoint, "
        + "or remove manifest.json where it was edited on purpose")
  }

  @Test func `a device that is not there is known`() throws {
    let recipe = try folder.write(
      "r.yaml",
      """
      {name: x, device: "cuda:77", data: {made: {generate: {reviews: 8}}},
       stages: {words: {kind: tokenizer, data: made}}}
      """)
    let command = CheckCommand(
      recipe: recipe.path, overrides: [],
      console: Console(Output(format: .text, isQuiet: true), refusesColor: true))
    let said = message { _ = try command.perform() }
    #expect(
      said.wholeMatch(
        of: #/device cuda:77 does not exist here \(\d+ CUDA devices\); use device: cpu/#) != nil,
      "\(said)")
  }

  @Test func `rows that are all too long are a problem where the tokenizer is known`() throws {
    let stage = "{kind: language-model, learn: completions, data: praise, from: \(model)"
    #expect(
      checked("\(stage), max_length: 2}")
        == "stages.it.max_length: all 8 rows are longer than 2 tokens, and those are left out; raise "
        + "it")
    #expect(
      try ran("\(stage), max_length: 2}")
        == "it: no examples to train on: all are longer than max_length; raise max_length")
    #expect(checked("\(stage), max_length: 160}") == "")
  }

  @Test func `candidates that no row has are a problem`() throws {
    let stage = "{kind: align, objective: exo-rw, policy: \(model), data: groups"
    #expect(
      checked("\(stage), candidates: 100}")
        == "stages.it.candidates: exo-rw takes 100 candidates of a row, and no row of the data has "
        + "more than 2; lower candidates to 2")
    #expect(checked("\(stage), candidates: 2}") == "")
  }
}
