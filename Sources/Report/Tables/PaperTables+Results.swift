import Runs
import Statistics

/// Tables of final checkpoints.
extension PaperTables {
  /// Table 1 of Ji et al. 2024 (EXO): percent of comparisons won.
  func exo() throws -> PaperTable {
    let judged = try [
      judgedRates(against: nil), judgedRates(against: "chosen"),
    ]
    let judge = input.judging.map { " and by the judge (\($0.judge.name))" } ?? ""
    var rows: [[PaperTable.Cell]] = study.groups.map { group in
      [
        .text(group.label), .text(group.method),
        cell("win_rate", group, against: .reference), cell("win_rate", group, against: .chosen),
      ] + judged.map { PaperTable.Cell($0[group.id]) }
    }
    // The largest n is the upper baseline; others stand beside it where a judge read them.
    let points = (input.evaluation.bestOf?.points ?? []).sorted { $0.n < $1.n }
    for point in points {
      let name = "best-of-\(point.n)"
      // A stage may have the name, whose rates are another row's.
      let isJudged =
        !study.groups.contains { $0.id == name } && judged.contains { $0[name] != nil }
      guard point.n == points.last?.n || isJudged else {
        continue
      }
      rows.append(
        [.text(name), .text("Best-of-N"), PaperTable.Cell(point.winRate), .none]
          + judged.map { isJudged ? PaperTable.Cell($0[name]) : .none })
    }
    guard rows.contains(where: { $0.dropFirst(2).contains { $0 != .none } }) else {
      throw Absence("neither a reward nor a judge compared anything")
    }
    let reference = input.evaluation.reference
    let reward = protocolNote("reward") ?? "reward"
    return PaperTable(
      "exo",
      caption:
        "Percent of comparisons won, by the reward (\(reward))\(judge), a tie counting one half; "
        + "\(intervals).",
      columns: [
        .init("policy", "Policy"), .init("method", "Method"),
        .init("reward_vs_reference", "Reward vs \(reference)", isShare: true),
        .init("reward_vs_chosen", "Reward vs chosen", isShare: true),
        .init("judge_vs_reference", "Judge vs \(reference)", isShare: true),
        .init("judge_vs_chosen", "Judge vs chosen", isShare: true),
      ], rows: rows, notes: notes)
  }

  /// How often judges prefer each group's completions, over its seeds.
  private func judgedRates(against opponent: String?) throws -> [String: Statistics.Estimate] {
    guard let found = try Comparison.judged(input, against: opponent, name: \.group) else {
      return [:]
    }
    var rates: [String: Statistics.Estimate] = [:]
    for system in found.systems where system.name != opponent ?? input.evaluation.reference {
      let table = try RewardTable([system])
      rates[system.name] = inference.estimate(.share, seeds: table.rewards[0])
    }
    return rates
  }

  /// Every setting of swept stages: the figures over β_π and β_r, and others of their kind.
  func sweep() throws -> PaperTable {
    let swept = study.groups.filter { $0.policies.first?.sweep != nil }
    guard !swept.isEmpty else {
      throw Absence(
        "no swept stage was measured: the recipe has none, or the run is not finished")
    }
    func options(_ group: Study.Group) -> [String: String] { group.policies.first?.options ?? [:] }
    /// Whether a stage is named by a setting, as `dpo-beta=0.1` is.
    func isNamed(_ group: Study.Group, by key: String) -> Bool {
      guard let value = options(group)[key], let stage = group.policies.first?.sweep else {
        return false
      }
      // A value may hold a dash, as 1e-4 does; a setting has its sign of equality.
      let settings = group.id.dropFirst(stage.count + 1).split(separator: "-")
        .reduce(into: [String]()) { settings, part in
          if part.contains("=") || settings.isEmpty {
            settings.append(String(part))
          } else {
            settings[settings.count - 1] += "-\(part)"
          }
        }
      return settings.contains { Self.gives($0, key, value) }
    }
    // The keys that differ between settings of one stage; where one alone was measured, those that it is
    // named by.
    let keys = Set(swept.flatMap { options($0).keys }).sorted().filter { key in
      swept.contains { isNamed($0, by: key) }
        || Dictionary(grouping: swept) { $0.policies.first?.sweep ?? "" }.values.contains {
          settings in
          Set(settings.map { options($0)[key] }).count > 1
        }
    }
    var notes = notes
    if input.evaluation.equalTerms != nil {
      notes.append(
        "Settings that the selection chose. All that it tried: plumb report RUN/selection sweep, with "
          + "this run's folder for RUN.")
    }
    return PaperTable(
      "sweep", caption: "Settings of swept stages, final checkpoints; \(intervals).",
      columns: [.init("stage", "Stage")] + keys.map { .init($0, $0) } + Self.resultColumns,
      rows: swept.map { group in
        [.text(group.policies.first?.sweep ?? "")]
          + keys.map { key in options(group)[key].map { .text($0) } ?? .none } + results(group)
      }, notes: notes)
  }

  /// Whether a part of a name, `beta=1e-1`, gives a key the value.
  private static func gives(_ part: String, _ key: String, _ value: String) -> Bool {
    let sides = part.split(separator: "=", maxSplits: 1)
    guard sides.count == 2, sides[0] == key else { return false }
    return sides[1] == value || (Double(sides[1]).map { $0 == Double(value) } ?? false)
  }

  /// Searches for the strength that gives a KL.
  func klTarget() throws -> PaperTable {
    guard !input.strengths.isEmpty else { throw Absence("no stage of the recipe has a kl_target") }
    return PaperTable(
      "kl-target",
      caption: "Strengths that were searched for a KL, in nats per completion; the KL on "
        + "validation prompts chose, that on test prompts did not.",
      columns: [
        .init("stage", "Stage"), .init("key", "Searched"), .init("value", "Found"),
        .init("target", "Target"), .init("kl_validation", "KL, validation"),
        .init("kl_test", "KL, test"), .init("trainings", "Trainings"), .init("reached", "Reached"),
      ],
      rows: input.strengths.map { record in
        let trial = record.trials[record.chosen]
        let group = study.groups.first { $0.id == record.stage }
        return [
          .text(record.stage), .text(record.key), .text(record.value), .number(record.target),
          trial.kl.map { .estimate($0, low: trial.low, high: trial.high) } ?? .none,
          group.map { cell("kl", $0) } ?? .none, .count(record.trials.count),
          .text(record.isReached ? "yes" : "no"),
        ]
      }, notes: notes)
  }

  /// Table of Zhu et al. 2024 (LIRE): temperature and number of candidates, and the decrease rate.
  func lire() throws -> PaperTable {
    let own = study.groups.filter { group in
      group.policies.first?.options["list_temperature"] != nil
    }
    guard !own.isEmpty else { throw Absence("no stage has the objective lire") }
    return PaperTable(
      "lire",
      caption: "LIRE by temperature T and candidates K. Prompts worse: the share whose mean reward "
        + "is below the reference's (about half by chance for equal policies); \(intervals).",
      columns: [
        .init("policy", "Policy"), .init("temperature", "T"), .init("candidates", "K"),
      ] + Self.resultColumns,
      rows: own.map { group in
        let options = group.policies.first?.options ?? [:]
        return [
          .text(group.label), options["list_temperature"].map { .text($0) } ?? .none,
          Self.option(options["K"]),
        ] + results(group)
      }, notes: notes)
  }

  /// Table of Ding et al. 2024 (SAIL): coefficients, and what a variant costs beside the others.
  func sail() throws -> PaperTable {
    let own = study.groups.filter { group in
      group.method.hasPrefix("SAIL") || group.policies.first?.options["objective"] == "sail"
    }
    guard !own.isEmpty else { throw Absence("no stage has the objective sail") }
    let plain = study.groups.filter { $0.method.hasPrefix("DPO-pref") }
    return PaperTable(
      "sail",
      caption:
        "SAIL's coefficients and cost: c2 of the policy's own pairs, c3 of labels, and the share of "
        + "labels drawn anew; seconds and tokens of training over all seeds; \(intervals).",
      columns: [
        .init("policy", "Policy"), .init("method", "Method"),
        .init("policy_weight", "c2"), .init("label_weight", "c3"), .init("redrawn", "Redrawn"),
        .init("seconds", "Time", unit: "s"), .init("tokens", "Tokens"),
        .init("memory", "Peak memory", unit: "GiB"),
      ] + Self.resultColumns,
      rows: (plain + own).map { group in
        let options = group.policies.first?.options ?? [:]
        let cost = StageCosts(input.costs)[group.id]
        return [
          .text(group.label), .text(group.method),
          options["policy_weight"].map { .text($0) } ?? .none,
          options["label_weight"].map { .text($0) } ?? .none,
          options["redrawn"].map { .text($0) } ?? .none,
          cost.map { .number($0.seconds) } ?? .none, cost.map { .count($0.tokens) } ?? .none,
          cost.map { .number(Double($0.memory) / 1_073_741_824) } ?? .none,
        ] + results(group)
      }, notes: notes)
  }

  func perplexity() throws -> PaperTable {
    let scorer = protocolNote("perplexity scorer") ?? "the reference"
    let names = ["perplexity", "distinct_1", "distinct_2", "distinct_3", "length"]
    return PaperTable(
      "perplexity",
      caption:
        "Perplexity of sampled completions under \(scorer), different by all n-grams within a "
        + "prompt's completions, and length; \(intervals).",
      columns: [
        .init("policy", "Policy"), .init("method", "Method"),
        .init("perplexity", "Perplexity"),
        .init("distinct_1", "Distinct 1", isShare: true),
        .init("distinct_2", "Distinct 2", isShare: true),
        .init("distinct_3", "Distinct 3", isShare: true),
        .init("length", "Length", unit: "tokens"),
      ],
      rows: reference(names)
        + study.groups.map { group in
          [.text(group.label), .text(group.method)] + names.map { cell($0, group) }
        }, notes: notes)
  }

  /// ROUGE-L F₁ of completions against the chosen ones of their prompts, the best of these where there
  /// are several.
  func rougeL() throws -> PaperTable {
    guard let folder = input.folder else { throw Absence("the records lie in no folder") }
    let run = RunDirectory(folder)
    let chosen =
      (try? Journal<ChosenRecord>.read(run.chosen).records) ?? []
    guard !chosen.isEmpty else {
      throw Absence("the evaluation compares with no chosen completions (chosen: data, or sampled)")
    }
    let texts = Dictionary(grouping: chosen) { ByteText($0.prompt) }.mapValues { $0.map(\.text) }
    let samples = input.samples.map { sample in
      var sample = sample
      sample.reward = texts[ByteText(sample.prompt)]?
        .map { RougeL.score(sample.text, against: $0) }.max()
      return sample
    }
    var scored = input
    scored.samples = samples
    let rows = try Comparison.groups(of: scored).map { system -> [PaperTable.Cell] in
      let table = try RewardTable([system])
      return [
        .text(system.name),
        PaperTable.Cell(inference.estimate(.share, seeds: table.rewards[0])),
      ]
    }
    return PaperTable(
      "rouge-l",
      caption:
        "ROUGE-L (F1, words in lower case, no stemming) of sampled completions against the chosen "
        + "completion of their prompt; \(intervals).",
      columns: [.init("policy", "Policy"), .init("rouge_l", "ROUGE-L", isShare: true)],
      rows: rows, notes: notes)
  }

  // MARK: Parts

  static let resultColumns: [PaperTable.Column] = [
    .init("kl", "KL", unit: "nats"), .init("reward", "Reward"),
    .init("held_out_reward", "Held-out reward"),
    .init("win_rate", "Win rate", isShare: true),
    .init("prompts_worse", "Prompts worse", isShare: true),
  ]

  func results(_ group: Study.Group) -> [PaperTable.Cell] {
    [
      cell("kl", group), cell("reward", group), cell("held_out_reward", group),
      cell("win_rate", group, against: .reference), cell("prompts_worse", group),
    ]
  }

  /// The reference's own row.
  private func reference(_ names: [String]) -> [[PaperTable.Cell]] {
    guard let reference = study.reference else { return [] }
    return [
      [.text(reference.id), .text(reference.method)]
        + names.map { PaperTable.Cell(study.measurement($0, of: reference.id)) }
    ]
  }
}
