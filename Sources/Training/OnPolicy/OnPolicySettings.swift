import Recipe
import Torch

/// How a policy is trained on what it writes itself.
public struct OnPolicySettings: Sendable {
  public var objective: any RolloutObjective
  /// Rollouts.
  public var steps: Int
  /// Prompts of a rollout.
  public var batch: Int
  /// Completions of each prompt.
  public var samples: Int
  /// Of the sampler and of every log-probability alike.
  public var temperature: Double
  /// What is never drawn; ratios and divergences stay those of the whole policies.
  public var truncation = Truncation.none
  /// Longest completion.
  public var maxTokens: Int
  public var kl: KLControl.Settings
  public var scores: ScoreSettings
  /// Passes over a rollout.
  public var epochs: Int
  /// Updates of each pass, each on the same number of prompts.
  public var minibatches: Int
  /// How parameters are moved; `accumulation` cuts a minibatch into parts.
  public var training: OptimisationSettings

  /// Reads everything from one section, in which `method` names the method.
  ///
  /// - Parameter usual: the default rate where the policy's size is known.
  public init(from section: Section, usual: UsualRate? = nil) {
    objective = RolloutObjectiveRegistry.objective(in: section)
    let method = type(of: objective)
    // 100 rollouts show where a training goes; how many it needs depends on all else.
    steps = section.int("steps", default: 100, in: 1...100_000_000, about: "Rollouts.")
    batch = section.int("batch", default: 32, in: 1...1_000_000, about: "Prompts of a rollout.")
    samples = section.int(
      "samples", default: method.usual.samples, in: 1...4096, about: "Completions of each prompt.")
    // 1: then completions are samples of the policy that is trained and measured.
    temperature = section.temperature(
      atMost: 10, about: "Of the sampler and of every log-probability alike.")
    truncation = Truncation(from: section)
    maxTokens = section.int(
      "max_tokens", default: 64, in: 1...1_000_000, about: "Longest completion, in tokens.")
    kl = KLControl.Settings(from: section, usual: method.usual.kl)
    scores = ScoreSettings(from: section)
    let moves = section.section("training", about: "How parameters are moved.")
    epochs = moves.int(
      "epochs", default: method.usual.epochs, in: 1...1000, about: "Passes over a rollout.")
    minibatches = moves.int(
      "minibatches", default: 1, in: 1...100_000, about: "Updates of each pass.")
    // 1e-6 as in TRL, for models of a billion weights. Linear decay to 0 and ε = 1e-5 as in N+.
    training = OptimisationSettings(
      movesOf: moves, learningRate: 1e-6, schedule: .linear, warmup: 0, epsilon: 1e-5,
      usual: usual)
    check(section, moves)
  }

  public init(
    _ objective: any RolloutObjective, steps: Int, batch: Int, samples: Int,
    temperature: Double = 1, maxTokens: Int, kl: KLControl.Settings,
    scores: ScoreSettings = ScoreSettings(), epochs: Int = 1, minibatches: Int = 1,
    training: OptimisationSettings
  ) {
    self.objective = objective
    self.steps = steps
    self.batch = batch
    self.samples = samples
    self.temperature = temperature
    self.maxTokens = maxTokens
    self.kl = kl
    self.scores = scores
    self.epochs = epochs
    self.minibatches = minibatches
    self.training = training
  }

  private func check(_ section: Section, _ moves: Section) {
    let name = type(of: objective).name
    if samples < objective.smallestGroup {
      section.mistake(
        "samples",
        "\(name) compares the samples of a prompt; \(samples) is fewer than "
          + "\(objective.smallestGroup)")
    }
    if batch * samples < objective.smallestRollout {
      section.mistake(
        "batch", "\(name) compares the samples of a rollout, and there is only one")
    }
    if objective.surrogate == nil, epochs * minibatches > 1 {
      moves.mistake(
        epochs > 1 ? "epochs" : "minibatches",
        "\(name) has no ratio to the policy that drew the samples; it takes one update of each "
          + "rollout")
    }
    if batch % minibatches != 0 {
      moves.mistake(
        "minibatches", "a rollout of \(batch) prompts cannot be cut into \(minibatches) equal ones")
    } else if training.accumulation > batch / minibatches {
      moves.mistake(
        "accumulation",
        "\(training.accumulation) parts of a minibatch of \(batch / minibatches) prompts")
    }
    if let warmup = objective.critic?.warmup, warmup >= steps {
      section.mistake(
        "steps", "critic_warmup is \(warmup); of \(steps) rollouts none would train the policy")
    }
  }

  /// Prompts of one minibatch.
  var minibatch: Int { batch / minibatches }
  /// Prompts that are run through a model together.
  var part: Int { (minibatch + training.accumulation - 1) / training.accumulation }

  /// What tells this training from others of its method.
  public var options: [(name: String, value: String)] {
    var options = [("samples", "\(samples)"), ("kl", "\(kl.coefficient)")]
    if let target = kl.target { options.append(("kl_target", "\(target)")) }
    return options + objective.options
  }
}
