import Foundation
import Policy
import Runs
import Torch

extension RoundsRun {
  /// Plays a round whose policy step is an on-policy training against the round's refitted reward.
  ///
  /// The policy goes on from where it is, with an optimiser and a critic of its own; the reward is
  /// normalised anew, because a refitted one has another scale. Its steps are not kept one by one: a
  /// stop waits for the last of them, and a round that is killed in them begins them again, with the
  /// samples and the reward that it has.
  ///
  /// - Returns: false where it was asked to stop.
  func improve(
    _ round: Int, by settings: OnPolicySettings, _ training: inout OngoingTraining
  ) throws -> Bool {
    let items = window(round)
    let folder = directory(round)
    try Folder.make(folder.url)
    var made = MadeRound(prompts: items.count)
    guard try draw(items, round, folder, &made) != nil,
      let reward = try refit(round, folder)
    else { return false }
    let seed = context.seed(for: "round-\(round)/rollouts")
    let trainer = try OnPolicyTrainer(
      policy: policy,
      reference: stage.choices.anchor == .previous ? previous : initial.decoder,
      critic: settings.objective.critic?.begin(
        beside: LanguageModel(previous, initial.tokenizer), reward, under: stage.adapter,
        seed: seed),
      reward: reward, prompts: items.map(\.prompt), settings: settings, seed: seed,
      over: context.ranks)
    let first = training.step
    if stage.isKept(round) { keep(first + settings.steps) }
    var rollouts = InnerRollouts(trainer: trainer, first: first, training: training) {
      [self] training, metrics in
      var metrics = metrics
      if stage.isKept(round) {
        for (name, value) in try withoutGradient({ try probe.measure(policy.decoder) }) {
          metrics["eval_\(name)"] = value
        }
      }
      made.generatedTokens += trainer.costs.generatedTokens
      return try end(
        made, RoundPlace(round: round, first: first, isEnded: true), &training, metrics)
    }
    defer { training = rollouts.training }
    _ = try StepLoop(
      first: first, count: settings.steps, saves: [first + settings.steps],
      report: { [self] in show($0) }
    ).run(&rollouts)
    try charge(trainer.costs)
    return true
  }

  private func charge(_ costs: RolloutCosts) throws {
    let parts: [WritableKeyPath<RoundCost, Double>] = [\.generate, \.score, \.train]
    // The refitted reward that was asked is the rounds' own, and no oracle.
    for (part, phase) in zip(parts, costs.phases) {
      spend(part, phase.name, phase.seconds, tokens: phase.tokens)
    }
    result.tokens += costs.tokens
    let journal = try Journal<RoundCost>(
      context.directory.url.appending(path: RoundsStage.costs), seals: true)
    try journal.append(cost)
  }
}

/// The steps of an on-policy training as those of a round, of which the last alone is kept.
private struct InnerRollouts: Trainee {
  let trainer: OnPolicyTrainer
  /// The training's steps before the round.
  let first: Int
  var training: OngoingTraining
  /// Closes the round, with what its last step reported.
  let ending: (inout OngoingTraining, [String: Double]) throws -> [String: Double]

  var step: Int { first + trainer.step }
  var tokens: Int { trainer.costs.tokens }
  var journal: Journal<StepRecord> { training.journal }

  mutating func advance() throws -> [String: Double] {
    let metrics = try trainer.advance()
    guard trainer.step == trainer.settings.steps else { return metrics }
    try training.passed(steps: trainer.step)
    return try ending(&training, metrics)
  }

  mutating func save() throws { try training.save() }
}
