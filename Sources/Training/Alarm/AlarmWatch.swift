import Policy
import Runs
import Statistics
import Torch

/// Looks at a policy every so many steps of its training, and keeps what it saw in a journal, from which a
/// training that was killed goes on.
final class AlarmWatch {
  private let settings: AlarmSettings
  private let reference: LanguageModel
  private let policy: LanguageModel
  private let reward: any Reward
  private let heldOut: any Reward
  private let prompts: [PromptSettings.Prompt]
  private let seed: UInt64
  private let note: (String) -> Void
  private let journal: Journal<AlarmLook>
  private var alarm: OverOptimisationAlarm
  private var isRead = false

  /// - Throws: ``TrainingError/unusable(_:)`` without prompts that leave room.
  init(
    _ settings: AlarmSettings, _ policy: LanguageModel, beside reference: LanguageModel,
    _ context: StageContext
  ) throws {
    guard let trained = settings.reward, let held = settings.heldOutReward,
      let alarm = OverOptimisationAlarm(rate: settings.rate, margin: settings.margin)
    else { preconditionFailure("an alarm without its rewards is a mistake of the recipe") }
    (self.settings, self.policy, self.reference, self.alarm) = (settings, policy, reference, alarm)
    reward = try context.reward(trained)
    heldOut = try context.reward(held)
    let room = PromptRoom(
      for: settings.maxTokens, in: reference.decoder.configuration.positions,
      settings.prompts.surplus)
    prompts = Array(
      try room.kept(
        of: settings.prompts.prompts(reference.reader), "stage \(context.name), its alarm",
        prompt: { $0 }, note: context.note
      ).prefix(settings.limit))
    seed = context.seed(for: "alarm")
    note = context.note
    journal = try Journal<AlarmLook>(context.directory.alarm)
  }

  /// After a step.
  ///
  /// - Returns: what the step's record says of the look; nothing where none is due.
  func look(afterStep step: Int) throws -> [String: Double] {
    guard step % settings.every == 0 else { return [:] }
    if !isRead {
      // What was seen of steps that are now done again is forgotten.
      try journal.truncate { $0.step < step }
      for look in try Journal<AlarmLook>.read(journal.url).records { alarm.look(look.differences) }
      isRead = true
    }
    let own = try written(by: policy, "policy", step)
    let theirs = try written(by: reference, "reference", step)
    let wins = try wins(reward, own, theirs)
    let heldOutWins = try self.wins(heldOut, own, theirs)
    let differences = zip(wins, heldOutWins).map { $0 - $1 }
    let wasRaised = alarm.raisedAt != nil
    alarm.look(differences)
    let count = Double(prompts.count)
    let found = AlarmLook(
      step: step, differences: differences, winRate: wins.reduce(0, +) / count,
      heldOutWinRate: heldOutWins.reduce(0, +) / count, logEvidence: alarm.logEvidence,
      threshold: alarm.threshold, isRaised: alarm.raisedAt != nil)
    try journal.append(found)
    try journal.sync()
    if found.isRaised, !wasRaised {
      let (first, second) = (found.winRate * 100, found.heldOutWinRate * 100)
      note(
        "step \(step): over-optimisation alarm: the policy beats the reference in \(Int(first.rounded())) % "
          + "by the training's reward, in \(Int(second.rounded())) % by the held-out one "
          + "(false-alarm rate \(settings.rate))")
    }
    return [
      "alarm/win_rate": found.winRate, "alarm/held_out_win_rate": found.heldOutWinRate,
      "alarm/log_evidence": found.logEvidence,
    ]
  }

  /// One fresh completion of every prompt: at every look others, so that what is seen is new.
  private func written(by model: LanguageModel, _ who: String, _ step: Int) throws -> [String] {
    let numbers = try DrawingNumbers(seed: seed, stream: "alarm/\(who)/\(step)")
      .rows(of: prompts.map(\.id), count: 1, length: settings.maxTokens)
    let sampling = model.sampling(temperature: 1, maxTokens: settings.maxTokens)
    let drawn = try withoutGradient {
      try Sampler(model.decoder, sampling).sample(
        prompts.map(\.tokens), count: 1, uniform: numbers)
    }
    return zip(prompts, drawn).map { prompt, drawn in
      drawn.first.map { model.text(of: $0, after: prompt.tokens) } ?? ""
    }
  }

  /// 1 for a win of the first, ½ for a tie, also where a reward is no number.
  private func wins(_ reward: any Reward, _ own: [String], _ theirs: [String]) throws -> [Double] {
    let found = try withoutGradient {
      try reward.rewards(
        of: zip(own, theirs).map { [$0, $1] }, after: prompts.map(\.dialogue))
    }
    return found.map { $0[0] > $0[1] ? 1 : $0[0] < $0[1] ? 0 : 0.5 }
  }
}
