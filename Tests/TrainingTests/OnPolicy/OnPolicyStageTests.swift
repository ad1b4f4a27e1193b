import Corpus
import Foundation
import Policy
import Recipe
import Runs
import TestSupport
import Testing

@testable import Training

/// Stages of a recipe, read from top to bottom.
private struct Recipe {
  var stages: [(name: String, stage: any Stage)] = []
  /// What the last one is made from.
  var inputs: [StageInput] = []
  var mistakes: [String] = []

  init(_ text: String) throws {
    let document = try RecipeDocument.parse(text, name: "recipe.yaml")
    var names = RecipeNames(data: [:], stages: [])
    for (name, section) in document.root.sections("data") {
      names.data[name] = DataSource(from: section, directory: ".")
    }
    for (name, section) in document.root.sections("stages") {
      names.inputs = StageInputs()
      guard let stage = StageRegistry.stage(from: section, names) else { continue }
      inputs = names.inputs.all
      stages.append((name, stage))
      names.stages.append((name, type(of: stage).product))
    }
    do {
      try document.finish()
    } catch let error as RecipeError {
      mistakes = error.mistakes.map(\.description)
    }
  }

  /// Runs all stages in a folder; returns the last one's result.
  func run(in folder: URL) throws -> StageResult {
    let run = RunDirectory(folder)
    var result = StageResult(tokens: 0)
    for (name, stage) in stages {
      let repeats = stages.filter { type(of: $0.stage).repeatsPerSeed }.map(\.name)
      let context = StageContext(
        run: run, name: name, seed: repeats.contains(name) ? 3 : nil,
        seeds: { repeats.contains($0) ? 3 : nil }, base: folder, device: .cpu, precision: .full,
        shouldStop: { false }, progress: { _ in }, note: { _ in })
      try FileManager.default.createDirectory(
        at: context.directory.url, withIntermediateDirectories: true)
      result = try stage.run(context)
    }
    return result
  }
}

@Suite struct OnPolicyStageTests {
  private static let world = """
    data:
      made: {generate: {reviews: 500, seed: 1}}
      openings: {generate: {reviews: 64, seed: 2}}
    stages:
      tok: {kind: tokenizer, data: made, vocabulary: 512}
      sft:
        kind: language-model
        data: made
        tokenizer: tok
        model: {layers: 1, hidden: 48, heads: 4, positions: 96}
        max_length: 64
        training: {steps: 120, batch: 24, learning_rate: 1e-2}

    """

  /// The recipe with one stage of this kind.
  private static func text(_ settings: String) -> String {
    world + "  rl: {kind: on-policy, policy: sft, prompts: openings, \(settings)}\n"
  }

  // MARK: Refusals

  /// The stage's mistakes, without their place on the last line.
  private func mistakes(_ settings: String) throws -> [String] {
    try Recipe(Self.text(settings)).mistakes.map { mistake in
      #expect(mistake.hasPrefix("recipe.yaml:13:"))
      return String(mistake.split(separator: ":", maxSplits: 3)[3].dropFirst())
    }
  }

  @Test(arguments: [
    (
      "method: rloo, samples: 1, reward: synthetic",
      "stages.rl.samples: rloo compares the samples of a prompt; 1 is fewer than 2"
    ),
    (
      "method: grpo, samples: 1, reward: synthetic",
      "stages.rl.samples: grpo compares the samples of a prompt; 1 is fewer than 2"
    ),
    (
      "method: reinforce, batch: 1, reward: synthetic",
      "stages.rl.batch: reinforce compares the samples of a rollout, and there is only one"
    ),
    (
      "method: ppo",
      "stages.rl.reward: ppo needs one: synthetic, a stage or folder with a reward head, or a server"
    ),
    (
      "method: ppo, reward: sft", "stages.rl.reward: stage sft makes no reward model"
    ),
    (
      "method: ppo, reward: synthetic, ppo: {critic: reward}",
      "stages.rl.ppo.critic: the reward is synthetic, no model that a critic could begin as; use "
        + "policy"
    ),
    (
      "method: ppo, reward: synthetic, ppo: {critic_warmup: 100}",
      "stages.rl.steps: critic_warmup is 100; of 100 rollouts none would train the policy"
    ),
    (
      "method: reinforce, reward: synthetic, training: {epochs: 2}",
      "stages.rl.training.epochs: reinforce has no ratio to the policy that drew the samples; it "
        + "takes one update of each rollout"
    ),
    (
      "method: nash-md, reward: synthetic, training: {minibatches: 2}",
      "stages.rl.training.minibatches: nash-md has no ratio to the policy that drew the samples; it "
        + "takes one update of each rollout"
    ),
    (
      "method: ppo, reward: synthetic, batch: 10, training: {minibatches: 3}",
      "stages.rl.training.minibatches: a rollout of 10 prompts cannot be cut into 3 equal ones"
    ),
    (
      "method: ppo, reward: synthetic, batch: 8, training: {minibatches: 4, accumulation: 3}",
      "stages.rl.training.accumulation: 3 parts of a minibatch of 2 prompts"
    ),
    (
      "method: ppo, reward: synthetic, kl_horizon: 100",
      "stages.rl.kl_horizon: only steers towards a kl_target, and there is none"
    ),
    (
      "method: ppo, reward: synthetic, kl: 0, kl_target: 3",
      "stages.rl.kl_target: multiplies kl, which is 0 and would stay so"
    ),
    (
      "method: ppo, reward: synthetic, missing_end_score: -1, missing_end_penalty: 1",
      "stages.rl.missing_end_penalty: there is a missing_end_score, which takes the reward's place"
    ),
    (
      "method: ppo, reward: synthetic, training: {held_out: 0.1}",
      #"unknown key "held_out" in stages.rl.training; known are accumulation, beta1, beta2, "#
        + "checkpoints, clip, epochs, epsilon, learning_rate, memory, minibatches, moments, "
        + "schedule, store_as, warmup, weight_decay"
    ),
    ("method: ppo, reward: synthetic, kl: -1", "stages.rl.kl is -1; it must be at least 0"),
  ])
  func `what cannot work is refused before any model is loaded`(
    settings: String, problem: String
  ) throws {
    #expect(try mistakes(settings) == [problem])
  }

  @Test func `what can work is not refused`() throws {
    for type in RolloutObjectiveRegistry.all {
      let recipe = try Recipe(Self.text("method: \(type.name), reward: synthetic"))
      #expect(recipe.mistakes == [])
      let stage = try #require(recipe.stages.last?.stage as? OnPolicyStage)
      #expect(stage.title == type.title)
      #expect(recipe.inputs == [.stage("sft"), .data("openings")])
      #expect(stage.options["kl"] == "\(type.usual.kl)")
      #expect(stage.options["samples"] == "\(type.usual.samples)")
    }
  }

  // MARK: Estimates

  private func estimate(_ settings: String) throws -> (StageEstimate, weights: Double) {
    var sizes = StageSizes(base: URL(filePath: "/"))
    var last = StageEstimate(examples: 0)
    for (name, stage) in try Recipe(Self.text(settings)).stages {
      last = try stage.estimate(name, &sizes)
    }
    return (last, Double(try #require(sizes.models["sft"]).parameterCount))
  }

  @Test func `the estimate counts drawing, scoring and every pass`() throws {
    let common =
      "reward: synthetic, prefix_tokens: 5, steps: 10, batch: 4, samples: 3, max_tokens: 20"
    // A step reads 4 prompts of 6 tokens and 12 completions of 20: 264 tokens.
    let (rloo, weights) = try estimate("method: rloo, \(common)")
    #expect(rloo.steps == 10)
    #expect(rloo.examples == 500 || rloo.examples == 64)
    #expect(rloo.tokens == 10 * 264 * 2)
    // Drawn once, scored by policy and reference: 6; once forward and backward: 6.
    #expect(rloo.operations == 10 * 264 * weights * (6 + 6))
    let (ppo, _) = try estimate("method: ppo, \(common), training: {epochs: 4}")
    let critic = try #require(ppo.memory > rloo.memory ? weights : nil)
    // The critic's head is 48 numbers; its output head is tied in the policy.
    let valued = critic + 48
    let expected = 10 * 264 * (6 * weights + 2 * valued + 4 * 6 * (weights + valued))
    #expect(abs(ppo.operations / expected - 1) < 1e-12)
  }

  // MARK: Running

  /// Far beyond chance: the mean of five steps' scores has a standard error of about 0.05, and in ten
  /// seeds each the smallest rise was 2.7.
  @Test(arguments: [
    ("method: rloo, samples: 8, kl: 0.05", ""),
    ("method: grpo, samples: 8, kl: 0.01", ""),
    ("method: ppo, samples: 4", "epochs: 2, "),
  ])
  func `the exactly known reward rises`(settings: String, passes: String) throws {
    let bench = try Workbench()
    let recipe = try Recipe(
      Self.text(
        "reward: synthetic, steps: 32, batch: 16, max_tokens: 24, \(settings), "
          + "training: {\(passes)learning_rate: 5e-4}"))
    #expect(recipe.mistakes == [])
    let result = try recipe.run(in: bench.url)
    #expect(result.isFinished)
    let directory = RunDirectory(bench.url).stage("rl", seed: 3)
    let records = try Workbench.records(directory)
    #expect(records.map(\.step) == Array(1...32))
    let scores = records.compactMap { $0.metrics["objective/scores"] }
    let (before, after) = (scores.prefix(5).reduce(0, +) / 5, scores.suffix(5).reduce(0, +) / 5)
    #expect(after > before + 1, "from \(before) to \(after)")
    #expect(records.allSatisfy { ($0.metrics["policy/ratio_error"] ?? 1) < 1e-4 })
    #expect(result.phases.map(\.name) == ["generate", "score", "train"])
    #expect(result.phases.allSatisfy { $0.seconds > 0 })
    let calls = records.compactMap { $0.metrics["reward_calls"] }.reduce(0, +)
    #expect(Double(result.oracleCalls) == calls)
    #expect(result.phases[1].oracleCalls == result.oracleCalls)
    let generated = records.compactMap { $0.metrics["generated_tokens"] }.reduce(0, +)
    #expect(Double(result.phases[0].tokens) == generated)
    // A checkpoint is a model with its tokenizer.
    let store = CheckpointStore(directory.checkpoints)
    let checkpoint = try #require(try store.newest().checkpoint)
    #expect(checkpoint.step == 32)
    _ = try LanguageModel.load(checkpoint.url)
  }

  @Test func `a critic can begin as a reward model of the same tokens, and of no other`() throws {
    func run(_ reward: String) throws -> String {
      let bench = try Workbench()
      let text =
        Self.world + """
            other: {kind: tokenizer, data: made, vocabulary: 300}
            good: {kind: classifier, data: made, from: sft, training: {steps: 1, batch: 4}}
            strange:
              kind: classifier
              data: made
              tokenizer: other
              model: {layers: 1, hidden: 16, heads: 2, positions: 96}
              training: {steps: 1, batch: 4}
            bag: {kind: classifier, data: made, from: sft, pooling: mean, training: {steps: 1, batch: 4}}
            rl:
              kind: on-policy
              method: ppo
              policy: sft
              prompts: openings
              reward: \(reward)
              steps: 1
              batch: 4
              max_tokens: 8
              ppo: {critic: reward}

          """
      let recipe = try Recipe(text.replacingOccurrences(of: "steps: 60", with: "steps: 1"))
      #expect(recipe.mistakes == [])
      return message { _ = try recipe.run(in: bench.url) }
    }
    #expect(try run("good") == "nothing was thrown")
    #expect(
      try run("strange")
        == "a critic cannot begin as strange, whose tokenizer is not the policy's; use critic: policy"
    )
    #expect(
      try run("bag")
        == "a critic cannot begin as bag, which pools all tokens and values no beginning of a text; "
        + "use critic: policy")
  }

  @Test func `prompts without room for a completion are counted, and all of them refused`() throws {
    let bench = try Workbench()
    let text = Self.text("method: rloo, reward: synthetic, steps: 1, max_tokens: 95")
    let recipe = try Recipe(text.replacingOccurrences(of: "steps: 60", with: "steps: 1"))
    #expect(
      message { _ = try recipe.run(in: bench.url) }
        == "stage rl: no prompt leaves room for 95 new tokens in the context of 96; lower max_tokens or "
        + "shorten the prompts")
  }
}
