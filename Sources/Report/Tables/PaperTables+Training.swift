import Foundation
import Runs
import Statistics

/// Tables along training.
extension PaperTables {
  /// The points of the frontier: every checkpoint, and best of n.
  func frontier() throws -> PaperTable {
    let names = ["kl", "reward", "held_out_reward", "classifier_accuracy"]
    var rows = study.groups.flatMap { group in
      group.policies.map { policy -> [PaperTable.Cell] in
        [
          .text(group.label), .text(group.method), policy.seed.map { .count($0) } ?? .none,
          policy.step.map { .count($0) } ?? .none,
        ]
          + names.map { PaperTable.Cell(study.measurement($0, of: policy.id)) }
          + [PaperTable.Cell(study.measurement("win_rate", of: policy.id, against: .reference))]
      }
    }
    for point in input.evaluation.bestOf?.points ?? [] {
      rows.append([
        .text("best-of-\(point.n)"), .text("Best-of-N"), .none, .none,
        PaperTable.Cell(point.kl), PaperTable.Cell(point.reward), .none, .none,
        PaperTable.Cell(point.winRate),
      ])
    }
    guard rows.contains(where: { $0[4] != .none && $0[5] != .none }) else {
      throw Absence("no checkpoint has both a KL and a reward")
    }
    return PaperTable(
      "frontier",
      caption:
        "Reward against KL to \(input.evaluation.reference), every checkpoint; \(study.percent) % "
        + "intervals over prompts.",
      columns: [
        .init("policy", "Policy"), .init("method", "Method"), .init("seed", "Seed"),
        .init("step", "Step"), .init("kl", "KL", unit: "nats"), .init("reward", "Reward"),
        .init("held_out_reward", "Held-out reward"),
        .init("classifier_accuracy", "Accuracy", isShare: true),
        .init("win_rate", "Win rate", isShare: true),
      ], rows: rows)
  }

  func equalKL() throws -> PaperTable {
    guard let record = input.evaluation.equalTerms else {
      throw Absence(
        "no selection has chosen: the recipe has no evaluation.selection, or the run is not finished"
      )
    }
    let rows = record.methods.flatMap { method in
      method.readings.map { reading -> [PaperTable.Cell] in
        let asked: String
        switch reading.question {
        case .kl: asked = "KL at most \(reading.at.map(Numeral.plain) ?? "")"
        case .reward: asked = "reward of \(reading.at.map(Numeral.plain) ?? "")"
        case .average: asked = "mean over KL up to \(reading.at.map(Numeral.plain) ?? "")"
        case .best: asked = "any KL"
        }
        return [
          .text(method.name), .text(method.title), .count(method.trials.count), .text(asked),
          PaperTable.Cell(reading.reward), PaperTable.Cell(reading.heldOutReward),
          PaperTable.Cell(reading.kl),
        ]
      }
    }
    return PaperTable(
      "equal-kl",
      caption: "Reward at equal KL: settings, checkpoints and mixtures chosen on "
        + "\(Figure.plural(record.selectionPrompts, "prompt")) and "
        + "\(Figure.plural(record.selectionSeeds.count, "seed")), measured on \(record.prompts) others with "
        + "\(Figure.plural(record.seeds.count, "other seed")); intervals hold for all caps of "
        + "a method together.",
      columns: [
        .init("stage", "Stage"), .init("method", "Method"), .init("trials", "Trials"),
        .init("asked", "Asked"), .init("reward", "Reward"),
        .init("held_out_reward", "Held-out reward"), .init("kl", "KL reached", unit: "nats"),
      ], rows: rows, notes: record.remarks)
  }

  /// Figure 8 of Ji et al. 2024: the reward along training with the spread of a prompt's completions, and
  /// beside it what that spread is often taken for, the interval of the mean.
  func rewardSteps() throws -> PaperTable {
    guard let folder = input.folder else { throw Absence("the records lie in no folder") }
    let run = RunDirectory(folder)
    var rows: [[PaperTable.Cell]] = []
    for group in study.groups {
      for (step, policies) in Dictionary(grouping: group.policies, by: { $0.step ?? 0 })
        .sorted(by: { $0.key < $1.key })
      {
        let seeds = try policies.compactMap { try CompletionRewards(run, $0.id)?.prompts }
        guard seeds.count == policies.count, !seeds.isEmpty else { continue }
        let spreads = seeds.joined().compactMap(Sample.variance)
        let within = Sample.mean(spreads).map { $0.squareRoot() }
        let mean = inference.estimate(.real, seeds: seeds)
        rows.append([
          .text(group.label), .text(group.method), .count(step), .count(seeds.count),
          PaperTable.Cell(mean), within.map { .number($0) } ?? .none,
          mean.flatMap { mean in within.map { .number(mean.value - $0) } } ?? .none,
          mean.flatMap { mean in within.map { .number(mean.value + $0) } } ?? .none,
        ])
      }
    }
    guard !rows.isEmpty else {
      throw Absence("what the checkpoints wrote, with its rewards, is not there")
    }
    return PaperTable(
      "reward-steps",
      caption: "Mean reward along training, with \(intervals), and the standard deviation of a "
        + "prompt's completions, which is a spread and no interval.",
      columns: [
        .init("policy", "Policy"), .init("method", "Method"), .init("step", "Step"),
        .init("seeds", "Seeds"), .init("reward", "Reward"),
        .init("within_prompt", "Within a prompt"), .init("band_low", "Reward − spread"),
        .init("band_high", "Reward + spread"),
      ], rows: rows)
  }

  /// Rounds that refit a reward: of Li et al. 2024 (IRL from demonstrations), by amount and quality of
  /// the data, which the stages' names say.
  func irl() throws -> PaperTable {
    var rows: [[PaperTable.Cell]] = []
    for group in study.groups {
      for seed in group.policies.filter(\.isFinal).map(\.seed) {
        for round in try rounds(group, seed: seed) {
          let refit = input.steps.first {
            $0.seed == seed && $0.stage == "\(group.id)/\(Self.folder(round.round))/reward"
          }
          guard let refit else { continue }
          let accuracies = refit.records.suffix((refit.records.count + 1) / 2)
            .compactMap { $0.metrics["accuracy"] }
          let time = round.seconds
          rows.append(
            [
              .text(group.label), seed.map { .count($0) } ?? .none, .count(round.round),
              .count(round.examples),
              Sample.mean(accuracies).map { .number($0) } ?? .none,
              time.map { .number($0) } ?? .none,
            ]
              + (round.isLast
                ? results(group) : Self.resultColumns.map { _ in PaperTable.Cell.none }))
        }
      }
    }
    guard !rows.isEmpty else {
      throw Absence(
        "no policy that was measured comes of rounds that refit a reward (labels: refit)")
    }
    return PaperTable(
      "irl",
      caption:
        "Rounds with a refitted reward: how often it prefers the demonstration on the pairs of the "
        + "second half of its steps, seconds of the round, and at the last one the policy; \(intervals).",
      columns: [
        .init("policy", "Policy"), .init("seed", "Seed"), .init("round", "Round"),
        .init("examples", "Examples"), .init("reward_accuracy", "Reward accuracy", isShare: true),
        .init("seconds", "Time", unit: "s"),
      ] + Self.resultColumns, rows: rows, notes: notes)
  }

  /// Rounds by calls of the oracle, as Zhang et al. 2024 (INPO) compare methods.
  func oracleCalls() throws -> PaperTable {
    var rows: [[PaperTable.Cell]] = []
    for group in study.groups {
      for seed in group.policies.filter(\.isFinal).map(\.seed) {
        for round in try rounds(group, seed: seed) where round.oracleCallsSoFar > 0 {
          func measured(_ name: String) -> PaperTable.Cell {
            round.measured[name].map { .number($0) } ?? .none
          }
          rows.append([
            .text(group.label), .text(group.method), seed.map { .count($0) } ?? .none,
            .count(round.round), .count(round.oracleCallsSoFar), .count(round.generatedTokensSoFar),
            measured("win_rate_initial"), measured("win_rate_previous"), measured("reward"),
            measured("kl"),
          ])
        }
      }
    }
    guard !rows.isEmpty else { throw Absence("no stage in rounds called an oracle") }
    return PaperTable(
      "oracle-calls",
      caption:
        "Rounds by calls of the oracle and sampled tokens until then, with what fresh samples of the "
        + "policy measured; without intervals, which the evaluation has.",
      columns: [
        .init("policy", "Policy"), .init("method", "Method"), .init("seed", "Seed"),
        .init("round", "Round"), .init("oracle_calls", "Oracle calls"),
        .init("tokens", "Sampled tokens"),
        .init("win_rate_initial", "Win rate vs initial", isShare: true),
        .init("win_rate_previous", "Win rate vs previous", isShare: true),
        .init("reward", "Reward"), .init("kl", "KL", unit: "nats"),
      ], rows: rows,
      notes: [
        "KL here is the mean log-ratio of one sample of each of a few prompts (k1): an estimate without "
          + "bias, which may lie below 0 though the divergence cannot."
      ])
  }

  func cost() throws -> PaperTable {
    let phases = StageCosts(input.costs).phases
    guard !phases.isEmpty else { throw Absence("costs.jsonl is empty or not there") }
    return PaperTable(
      "cost",
      caption:
        "Time, peak memory, tokens and oracle calls of stages and phases; time, tokens and calls are sums "
        + "over seeds.",
      columns: [
        .init("stage", "Stage"), .init("phase", "Phase"), .init("seconds", "Time", unit: "s"),
        .init("memory", "Peak memory", unit: "GiB"), .init("tokens", "Tokens"),
        .init("tokens_per_second", "Tokens per second"), .init("oracle_calls", "Oracle calls"),
      ],
      rows: phases.map { stage, phase, cost in
        [
          .text(stage), .text(phase), .number(cost.seconds),
          .number(Double(cost.memory) / 1_073_741_824), .count(cost.tokens),
          cost.tokens > 0 && cost.seconds > 0
            ? .number(Double(cost.tokens) / cost.seconds) : .none,
          .count(cost.calls),
        ]
      })
  }

  // MARK: Rounds

  /// What a round of a stage left, of its record and of its costs.
  private struct Round {
    let round: Int
    let examples: Int
    let oracleCallsSoFar: Int
    let generatedTokensSoFar: Int
    let measured: [String: Double]
    var seconds: Double?
    var isLast = false
  }

  private struct RoundLine: Codable {
    let round: Int
    let examples: Int
    let oracleCallsSoFar: Int
    let generatedTokensSoFar: Int
    let measured: [String: Double]
  }

  private struct CostLine: Codable {
    let round: Int
    let generate: Double
    let score: Double
    let train: Double
  }

  private static func folder(_ round: Int) -> String {
    let digits = String(round)
    return "round-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private func rounds(_ group: Study.Group, seed: Int?) throws -> [Round] {
    guard let folder = input.folder else { return [] }
    let stage = RunDirectory(folder).stage(group.id, seed: seed)
    let file = stage.url.appending(path: "rounds.jsonl")
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    let costs = stage.url.appending(path: "costs.jsonl")
    let seconds =
      FileManager.default.fileExists(atPath: costs.path)
      ? try Journal<CostLine>.read(costs).records : []
    var found = try Journal<RoundLine>.read(file).records.map { line in
      Round(
        round: line.round, examples: line.examples, oracleCallsSoFar: line.oracleCallsSoFar,
        generatedTokensSoFar: line.generatedTokensSoFar, measured: line.measured,
        seconds: seconds.first { $0.round == line.round }
          .map { $0.generate + $0.score + $0.train })
    }
    if !found.isEmpty { found[found.count - 1].isLast = true }
    return found
  }
}

/// Rewards of what a checkpoint wrote, `[prompt][completion]`, from the evaluation's work on it.
struct CompletionRewards {
  let prompts: [[Double]]

  private struct Line: Codable {
    struct Prompt: Codable {
      let samples: [Sample]
    }
    struct Sample: Codable {
      let reward: Double?
    }
    let prompts: [Prompt]
  }

  /// Nil where the work is not there, or nothing ranked completions.
  init?(_ run: RunDirectory, _ policy: String) throws {
    let file = run.evaluationWork(of: policy)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    prompts = try Journal<Line>.read(file).records.flatMap { line in
      line.prompts.map { $0.samples.compactMap(\.reward).filter(\.isFinite) }
    }
    guard prompts.contains(where: { !$0.isEmpty }) else { return nil }
  }
}
