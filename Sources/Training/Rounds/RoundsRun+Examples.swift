import Foundation
import Policy
import Runs
import Torch

extension RoundsRun {
  /// The folder of a round.
  ///
  /// - Parameter stage: nil for this process's own folder.
  func directory(_ round: Int, in stage: StageDirectory? = nil) -> StageDirectory {
    let digits = String(round)
    let name = "round-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return StageDirectory((stage ?? context.directory).url.appending(path: name))
  }

  /// The prompts of a round: the next ones in the order of the data, which begins again at its end.
  func window(_ round: Int) -> [RoundItem] {
    let count = min(stage.promptsPerRound ?? items.count, items.count)
    let start = (round - 1) * count
    return (0..<count).map { items[(start + $0) % items.count] }
  }

  /// Samples and labels of a round, made or read back, as examples to fit.
  ///
  /// - Returns: nil where it was asked to stop.
  /// - Throws: ``TrainingError/unusable(_:)`` where a round gives nothing to fit.
  func examples(_ round: Int) throws -> MadeRound? {
    let folder = directory(round)
    try Folder.make(folder.url)
    let items = window(round)
    var made = MadeRound(prompts: items.count)
    let routed = stage.choices.source == .data ? routed(items, round) : items.map { _ in true }
    var groups: [RoundGroup] = []
    if stage.choices.draws {
      let wanted = zip(items, routed).filter(\.1).map(\.0)
      guard let drawn = try draw(wanted, round, folder, &made) else { return nil }
      groups = zip(wanted, drawn).map {
        RoundGroup(
          $0, drawn: $1.candidates, judgesGiven: stage.choices.source == .dataAndDrawn)
      }
    }
    guard let opposed = try met(groups, round, folder, &made),
      let judged = try judge(opposed, round, folder, &made)
    else { return nil }
    try collect(items, routed, judged, round, &made)
    return try anchored(made, round)
  }

  /// Which of the data's pairs are replaced by samples or labelled anew.
  private func routed(_ items: [RoundItem], _ round: Int) -> [Bool] {
    guard stage.choices.draws else { return items.map { _ in true } }
    let seed = context.seed(for: "round-\(round)/route")
    return items.map { RoundsRun.number(seed, $0) < stage.share }
  }

  /// A number in [0, 1) for a prompt, of a stream of its own.
  static func number(_ seed: UInt64, _ item: RoundItem) -> Double {
    var random = SplitMix64(state: Generator.mix(seed, item.prompt.id))
    return Double(random.next() >> 11) / 0x1p53
  }

  // MARK: Samples

  func draw(
    _ items: [RoundItem], _ round: Int, _ folder: StageDirectory, _ made: inout MadeRound
  ) throws -> [CandidateRow]? {
    let drawer = stage.choices.drawer == .initial ? initial.decoder : previous
    guard
      let rows = try draw(
        items.map(\.prompt), by: drawer, each: stage.width,
        seed: context.seed(for: "round-\(round)/samples"), into: folder.rows, through: engine)
    else { return nil }
    for candidate in rows.flatMap(\.candidates) {
      made.generatedTokens += candidate.tokens.count
      made.samples += 1
      if !candidate.isFinished { made.truncated += 1 }
    }
    return rows
  }

  /// Completions of a model, drawn or read back; nil where it was asked to stop.
  ///
  /// - Parameter engine: draws by the model's weights; nil for this process.
  func draw(
    _ prompts: [PromptSettings.Prompt], by model: Decoder, each count: Int, seed: UInt64,
    into url: URL, through engine: (any DrawingEngine)? = nil
  ) throws -> [CandidateRow]? {
    let drawing = CandidateDrawing(
      perPrompt: count, temperature: stage.temperature, truncation: stage.truncation,
      maxTokens: stage.maxTokens, chunk: stage.chunk, seed: seed, ranks: context.ranks, reward: nil,
      shouldStop: context.shouldStop, progress: { [self] in show($0, isOfSteps: false) })
    let clock = ContinuousClock()
    let start = clock.now
    let model = try LanguageModel(model, initial.tokenizer)
    let found =
      try engine.map { engine in
        try drawing.run(prompts, from: engine, into: url) { try engine.load(model) }
      } ?? drawing.run(prompts, from: model, into: url)
    result.tokens += found.tokens
    spend(\.generate, "generate", (clock.now - start).seconds, tokens: found.tokens)
    return found.isFinished ? try Journal<CandidateRow>.read(url).records : nil
  }

  // MARK: Examples

  private func collect(
    _ items: [RoundItem], _ routed: [Bool], _ groups: [RoundGroup], _ round: Int,
    _ made: inout MadeRound
  ) throws {
    let needsRewards = stage.objective.needs.contains(.rewards)
    let seed = context.seed(for: "round-\(round)/verdicts")
    switch stage.choices.labels {
    case .demonstration:
      for group in groups { made.made.addDemonstration(group) }
      for past in max(1, round - stage.sampleRounds + 1)..<round {
        let rows = try Journal<CandidateRow>.read(directory(past).rows).records
        for (item, row) in zip(window(past), rows) {
          made.made.addDemonstration(
            RoundGroup(item, drawn: row.candidates, judgesGiven: false), from: past)
        }
      }
    case .data:
      for item in items { made.made.addPair(item) }
    case .redrawn:
      let ratios = try logRatios(items.map { ($0, $0.given.map(\.tokens)) })
      for (item, ratios) in zip(items, ratios) where ratios.count == 2 {
        let kept = RewardOracle.preference(
          ratios[0], over: ratios[1], temperature: 1 / stage.objective.rewardScale)
        made.made.addPair(item, isReversed: RoundsRun.number(seed, item) >= kept)
      }
    case .implicit, .reward, .refit, .oracle:
      for group in groups {
        made.made.add(group, stage.selection, needsRewards: needsRewards, seed: seed)
      }
      for (item, isRouted) in zip(items, routed) where !isRouted {
        made.made.addPair(item, isOther: true)
      }
    }
    for example in made.made.examples where needsRewards {
      if let objection = stage.objective.objection(to: example.rewards ?? []) {
        throw TrainingError.unusable(
          "stage \(context.name): round \(round), prompt \(example.id): \(objection)")
      }
    }
    let limit = policy.decoder.configuration.positions
    let all = made.made.examples.count
    made.made.examples.removeAll { example in
      example.prompt.count + (example.candidates.map(\.count).max() ?? 0) > limit
    }
    if made.made.examples.count < all {
      try context.leaveOut(
        "\(all - made.made.examples.count) examples exceed the context and are left out")
    }
    guard !made.made.examples.isEmpty || !made.made.others.isEmpty else {
      throw TrainingError.unusable(
        "stage \(context.name): round \(round) has nothing to fit; \(try nothing(made.made))")
    }
  }

  /// Why a round has no examples, and what to do.
  private func nothing(_ made: RoundExamples) throws -> String {
    // Groups that stay together are no pairs.
    let all = max(made.possible, made.unanswered)
    guard made.unanswered > 0 else {
      return "of \(all) pairs \(made.ties) tie; take more prompts_per_round"
        + (made.ties > 0 ? ", or verdict: soft" : "")
    }
    let reason = try oracle?.mainReason().map { ": \($0)" }
    let why = reason ?? "; ledger.jsonl of the stage says why"
    guard made.unanswered < all else {
      return "the oracle has no answer to any of its comparisons\(why)"
    }
    return "of \(all) pairs \(made.ties) tie and \(made.unanswered) have no answer\(why)"
  }

  /// The examples with the log-probabilities of the frozen policies.
  private func anchored(_ made: MadeRound, _ round: Int) throws -> MadeRound {
    let clock = ContinuousClock()
    let start = clock.now
    func scored(
      _ examples: [AlignmentTask.Example], _ model: Decoder, as anchor: Anchor
    ) throws -> [AlignmentTask.Example] {
      try AlignmentTask.scored(
        examples, by: model, temperature: stage.temperature, as: anchor, over: context.ranks)
    }
    func anchored(_ examples: [AlignmentTask.Example]) throws -> [AlignmentTask.Example] {
      switch stage.choices.anchor {
      case .none: return examples
      case .initial: return try scored(examples, initial.decoder, as: .reference)
      case .ema: return try scored(examples, average ?? initial.decoder, as: .reference)
      case .previous:
        return try scored(examples, previous, as: .previous).map { example in
          var example = example
          example.reference = example.previous ?? []
          return example
        }
      case .both:
        let known = try scored(examples, initial.decoder, as: .reference)
        guard round == 1 else { return try scored(known, previous, as: .previous) }
        // The previous policy of the first round is the initial one.
        return known.map { example in
          var example = example
          example.previous = example.reference
          return example
        }
      }
    }
    var made = made
    made.made.examples = try anchored(made.made.examples)
    made.made.others = try anchored(made.made.others)
    if stage.choices.anchor != .none { spend(\.score, "score", (clock.now - start).seconds) }
    return made
  }

  /// What a round fits.
  func task(_ made: MadeRound) throws -> any LearningTask {
    let first = AlignmentTask(
      policy.decoder, stage.objective, made.made.examples, temperature: stage.temperature,
      heldOut: stage.training.heldOut
    ) { try self.probe.measure($0) }
    guard !made.made.others.isEmpty else { return first }
    let plain = DPOPref(beta: stage.objective.rewardScale)
    let second = AlignmentTask(
      policy.decoder, plain, made.made.others, temperature: stage.temperature,
      heldOut: stage.training.heldOut)
    return RoutedTask(first: first, second: second)
  }
}
