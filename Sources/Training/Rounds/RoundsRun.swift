import Foundation
import Policy
import Runs
import Torch

/// The rounds of a stage for one seed, from where an earlier process stopped.
///
/// Checkpoints of kept rounds and the stage's journals hold all that moves; the samples and labels
/// of a round lie in its own folder, and follow from the policy at its beginning. So rounds that
/// were lost are done again to the same bytes.
final class RoundsRun {
  let stage: RoundsStage
  let context: StageContext
  let initial: LanguageModel
  /// What is trained.
  let policy: LanguageModel
  /// The policy at the beginning of the round.
  let previous: Decoder
  /// The moving average of the rounds' policies, where it is the anchor.
  let average: Decoder?
  /// Who plays against the candidates, where others than the candidates do.
  let players: RoundPlayers?
  let items: [RoundItem]
  let reward: (any Reward)?
  let oracle: (any PreferenceOracle)?
  let probe: RoundProbe
  /// Who draws candidates; nil for this process.
  let engine: (any DrawingEngine)?
  private let records: Journal<RoundRecord>
  private var done: [RoundRecord] = []
  private var kept: Set<Int> = []
  /// That is played.
  private var round = 1
  var result = StageResult(tokens: 0)
  var cost = RoundCost(round: 0)

  init(_ stage: RoundsStage, _ context: StageContext, _ material: RoundMaterial) throws {
    self.stage = stage
    self.context = context
    initial = try context.model(stage.policy)
    policy = try initial.begun(with: stage.adapter, seed: context.seed(for: "adapter"))
    previous = try policy.decoder.copied()
    average = stage.choices.anchor == .ema ? try policy.decoder.copied() : nil
    players = try RoundPlayers(stage, context, initial, like: policy.decoder)
    items = try material.items(
      initial, isPairwise: stage.choices.source == .data,
      room: stage.room(in: initial.decoder.configuration.positions), context)
    if let wanted = stage.promptsPerRound, stage.choices.optimiser == .fresh, wanted > items.count {
      throw TrainingError.unusable(
        "stage \(context.name): prompts_per_round is \(wanted), and there are \(items.count) prompts"
      )
    }
    oracle = try stage.oracle?.oracle(context)
    let own = try stage.reward.map(context.reward)
    reward = own ?? (oracle as? RewardOracle)?.reward
    probe = RoundProbe(
      prompts: items.suffix(stage.probePrompts).map(\.prompt), initial: initial,
      previous: previous, temperature: stage.temperature,
      maxTokens: stage.choices.draws
        ? stage.maxTokens : items.flatMap(\.given).map(\.tokens.count).max() ?? 1,
      seed: context.seed(for: "probe"), ranks: context.ranks, reward: reward,
      oracle: oracle ?? reward.map { RewardOracle($0, temperature: 0) })
    engine = try stage.engine?.maker.engine(for: initial, in: context.directory.url, context)
    records = try Journal<RoundRecord>(context.directory.url.appending(path: RoundsStage.records))
  }

  func run() throws -> StageResult {
    let decoder = policy.decoder
    try decoder.requireGradients()
    defer { try? decoder.requireGradients(false) }
    stage.training.apply(to: decoder)
    var training = try OngoingTraining(
      decoder, stage.training.adam, in: context.directory, over: context.ranks,
      decorate: { try self.context.furnish($0, with: self.policy.tokenizer) })
    var place = RoundPlace(training.facts)
    try training.found?.restore("previous", previous)
    if let average { try training.found?.restore("average", average) }
    if let before = players?.before { try training.found?.restore("before", before) }
    let finished = place.map { $0.isEnded ? $0.round : $0.round - 1 } ?? 0
    try records.truncate { $0.round <= finished }
    done = try Journal<RoundRecord>.read(records.url).records
    for record in done { keep(record.round, first: record.firstStep, last: record.lastStep) }
    for round in finished + 1..<max(finished + 1, stage.rounds + 1) {
      guard try play(round, from: place, &training) else {
        result.isFinished = false
        return result
      }
      place = nil
      if round < stage.rounds, context.shouldStop() {
        result.isFinished = false
        return result
      }
    }
    if context.ranks.leads { try training.store.prune(keeping: 1, protecting: kept) }
    return result
  }

  /// - Parameter isOfSteps: false for what a round begins with.
  func show(_ progress: TrainingLoop.Progress, isOfSteps: Bool = true) {
    var progress = progress
    progress.rounds = (round - 1, stage.rounds)
    progress.isOfSteps = isOfSteps
    context.progress(progress)
  }

  // MARK: A round

  /// - Parameter place: of the newest checkpoint, where it lies within this round.
  /// - Returns: false where it was asked to stop.
  private func play(
    _ round: Int, from place: RoundPlace?, _ training: inout OngoingTraining
  ) throws -> Bool {
    self.round = round
    cost = RoundCost(round: round)
    let isGoingOn = place.map { $0.round == round && !$0.isEnded } ?? false
    if !isGoingOn {
      if let before = players?.before, round > 1 { try copy(previous, to: before) }
      try copy(policy.decoder, to: previous)
    }
    if let inner = stage.inner { return try improve(round, by: inner, &training) }
    guard let made = try examples(round) else {
      // What rounds without a checkpoint did is not to be lost.
      let step = training.step
      let isSaved = try context.ranks.follow { try training.store.steps().contains(step) }
      if round > 1, !isGoingOn, !isSaved {
        training.companions = companions(isEnded: true, ended: players?.before)
        try training.save()
      }
      return false
    }
    let first = isGoingOn ? place?.first ?? training.step : training.step
    if !isGoingOn, stage.choices.optimiser == .fresh, round > 1 { try training.forgetMoments() }
    training.facts = RoundPlace(round: round, first: first).facts
    training.companions = companions(isEnded: false)
    let task = try task(made)
    let span = span(round, first: first, examples: task.exampleCount, made)
    let loop = TrainingLoop(
      settings: stage.training, seed: context.seed(for: "round-\(round)/order"),
      decorate: { try self.context.furnish($0, with: self.policy.tokenizer) },
      shouldStop: context.shouldStop, report: { [self] in show($0) })
    let clock = ContinuousClock()
    let start = clock.now
    let (outcome, tokens) = try loop.run(task, &training, span)
    result.tokens += tokens
    spend(\.train, "train", (clock.now - start).seconds, tokens: tokens)
    guard outcome == .finished else { return false }
    let costs = try Journal<RoundCost>(
      context.directory.url.appending(path: RoundsStage.costs), seals: true)
    try costs.append(cost)
    return true
  }

  /// The steps of a round.
  private func span(
    _ round: Int, first: Int, examples: Int, _ made: MadeRound
  ) -> TrainingSpan {
    let settings = stage.training
    let count = settings.totalSteps(examples: examples)
    keep(round, first: first, last: first + count)
    let isContinued = stage.choices.optimiser == .continued
    return TrainingSpan(
      first: first, count: count, saves: kept,
      schedule: settings.schedule(of: isContinued ? count * stage.rounds : count),
      scheduled: isContinued ? first : 0,
      ending: { [self] training, metrics in
        try end(made, RoundPlace(round: round, first: first, isEnded: true), &training, metrics)
      })
  }

  /// Lets the checkpoint of a step be kept.
  func keep(_ step: Int) { kept.insert(step) }

  private func keep(_ round: Int, first: Int, last: Int) {
    guard stage.isKept(round) else { return }
    guard stage.inner == nil else { return keep(last) }
    kept.formUnion(stage.training.checkpointSteps(of: last - first).map { first + $0 })
  }

  /// Closes a round: moves the average, records what was done, and lets the next checkpoint say so.
  func end(
    _ made: MadeRound, _ place: RoundPlace, _ training: inout OngoingTraining,
    _ metrics: [String: Double]
  ) throws -> [String: Double] {
    if let average {
      for (old, new) in zip(average.trainable.tensors, policy.decoder.trainable.tensors) {
        let share = stage.averaging
        try old.assign(withoutGradient { try share * old + (1 - share) * new.detached() })
      }
    }
    training.facts = place.facts
    training.companions = companions(isEnded: true)
    let record = made.record(place, last: training.step, after: done.last, metrics)
    try records.append(record)
    try records.sync()
    done.append(record)
    if stage.isKept(place.round) {
      context.note("round \(place.round) of \(stage.rounds): \(record.summary)")
    }
    return metrics.merging(record.metrics) { old, _ in old }
  }

  // MARK: Models

  /// Models that a checkpoint keeps beside the policy: inside a round the one it began with, and where
  /// the policy before that plays, that one too; at the end of a round then the one it began with.
  ///
  /// - Parameter ended: what the round that ended began with, where the next one has begun.
  private func companions(
    isEnded: Bool, ended: Decoder? = nil
  ) -> [(name: String, model: Decoder)] {
    var all: [(name: String, model: Decoder)] = []
    if let before = players?.before {
      all.append(("previous", ended ?? previous))
      if !isEnded { all.append(("before", before)) }
    } else if !isEnded {
      all.append(("previous", previous))
    }
    if let average { all.append(("average", average)) }
    return all
  }

  private func copy(_ model: Decoder, to other: Decoder) throws {
    for (target, source) in zip(other.trainable.tensors, model.trainable.tensors) {
      try target.assign(source.detached())
    }
  }

  /// Counts what a phase took.
  func spend(
    _ part: WritableKeyPath<RoundCost, Double>, _ phase: String, _ seconds: Double,
    tokens: Int = 0, oracleCalls: Int = 0
  ) {
    cost[keyPath: part] += seconds
    if let place = result.phases.firstIndex(where: { $0.name == phase }) {
      result.phases[place].seconds += seconds
      result.phases[place].tokens += tokens
      result.phases[place].oracleCalls += oracleCalls
    } else {
      result.phases.append(
        StageResult.Phase(phase, seconds: seconds, tokens: tokens, oracleCalls: oracleCalls))
    }
  }
}
