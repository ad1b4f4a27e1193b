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
        beside: LanguageModel(previous, initial.tokenizer), reward, seed: seed),
      reward: reward, prompts: items.map(\.prompt), settings: settings, seed: seed)
    let first = training.step
    if stage.isKept(round) { keep(first + settings.steps) }
    let clock = ContinuousClock()
    let start = clock.now
    for step in 1...settings.steps {
      var metrics = try trainer.advance()
      if step == settings.steps {
        try training.passed(steps: settings.steps)
        if stage.isKept(round) {
          for (name, value) in try withoutGradient({ try probe.measure(policy.decoder) }) {
            metrics["eval_\(name)"] = value
          }
        }
        made.oracleCalls = trainer.costs.rewardCalls
        made.generatedTokens += trainer.costs.generatedTokens
        metrics = try end(
          made, RoundPlace(round: round, first: first, isEnded: true), &training, metrics)
      }
      try training.journal.append(StepRecord(step: first + step, metrics: metrics))
      if step == settings.steps { try training.save() }
      context.progress(
        TrainingLoop.Progress(
          step: step, steps: settings.steps, metrics: metrics,
          tokensPerSecond: Double(trainer.costs.generatedTokens + trainer.costs.trainedTokens)
            / max((clock.now - start).seconds, 1e-9),
          secondsLeft: (clock.now - start).seconds / Double(step)
            * Double(settings.steps - step)))
    }
    try charge(trainer.costs)
    return true
  }

  private func charge(_ costs: RolloutCosts) throws {
    let parts: [WritableKeyPath<RoundCost, Double>] = [\.generate, \.score, \.train]
    for (part, phase) in zip(parts, costs.phases) {
      spend(
        part, phase.name, phase.seconds, tokens: phase.tokens, oracleCalls: phase.oracleCalls)
    }
    result.tokens += costs.generatedTokens + costs.trainedTokens
    result.oracleCalls += costs.rewardCalls
    let journal = try Journal<RoundCost>(context.directory.url.appending(path: RoundsStage.costs))
    try journal.append(cost)
  }
}
