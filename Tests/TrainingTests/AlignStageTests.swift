import Corpus
import Foundation
import Recipe
import Runs
import TestSupport
import Testing

@testable import Training

/// What an `align` section refuses before any model is loaded.
@Suite struct AlignStageTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  private static let rows = [
    "pairs": #"{"prompt": "a", "chosen": "b", "rejected": "c"}"#,
    "groups": #"{"prompt": "a", "completions": ["b", "c"], "scores": [1, 0]}"#,
    "labels": #"{"prompt": "a", "completion": "b", "label": true}"# + "\n"
      + #"{"prompt": "c", "completion": "b", "label": true}"#,
    "alike": #"{"prompt": "a", "completion": "b", "label": true}"# + "\n"
      + #"{"prompt": "a", "completion": "c", "label": false}"#,
    "texts": #"{"text": "a"}"#,
  ]

  /// The recipe's mistakes, without their places.
  private func mistakes(_ section: String) throws -> [String] {
    var data: [String: DataSource] = [
      "absent": DataSource(files: [bench.url.appending(path: "absent.jsonl").path])
    ]
    for (name, row) in Self.rows {
      let file = bench.url.appending(path: "\(name).jsonl")
      try Data((row + "\n").utf8).write(to: file)
      data[name] = DataSource(files: [file.path])
    }
    let names = RecipeNames(
      data: data,
      stages: [(name: "sft", product: .languageModel), (name: "samples", product: .candidates)])
    let document = try RecipeDocument.parse("{policy: sft, \(section)}", name: "recipe")
    _ = AlignStage(from: document.root, names)
    do {
      try document.finish()
      return []
    } catch let error as RecipeError {
      return error.mistakes.map(\.message)
    }
  }

  @Test func anAlarmNeedsTwoRewards() throws {
    #expect(
      try mistakes("objective: dpo-pref, data: pairs, alarm: {prompts: pairs}") == [
        "alarm.reward: is missing; name the reward that the training follows",
        "alarm.held_out_reward: is missing; name a reward that nothing is trained on",
      ])
    #expect(
      try mistakes(
        "objective: dpo-pref, data: pairs, "
          + "alarm: {prompts: pairs, reward: synthetic, held_out_reward: synthetic}") == [
          "alarm.held_out_reward: is the training's reward; name another one"
        ])
  }

  @Test(arguments: [
    "objective: dpo-pref, data: pairs", "objective: dpo-pref, data: samples",
    "objective: exo-rw, data: groups", "objective: exo-rw, data: samples",
    "objective: kto, data: labels", "objective: kto, data: samples",
    "objective: candidate-pg, data: samples",
    "objective: candidate-pg, data: groups, weights: fresh",
    "objective: best-of-m, data: samples, candidates: 1",
    "objective: bco, delta: zero, data: pairs, training: {batch: 1}",
    "objective: ipo, data: absent",
  ])
  func whatFitsIsAccepted(section: String) throws {
    #expect(try mistakes(section) == [])
  }

  @Test(arguments: [
    (
      "objective: exo-rw, data: pairs",
      "data: exo-rw needs rewards, that is rows of prompt, completions and scores; pairs holds pairs"
    ),
    (
      "objective: lire, data: texts",
      "data: lire needs rewards, that is rows of prompt, completions and scores; texts holds texts"
    ),
    (
      "objective: simpo, data: groups",
      "data: simpo needs labelled pairs, that is rows of prompt, chosen and rejected; groups holds "
        + "groups"
    ),
    (
      "objective: kto, data: pairs",
      "data: kto needs completions labelled desirable or not, that is rows of prompt, completion "
        + "and label; pairs holds pairs"
    ),
    (
      "objective: candidate-pg, data: groups",
      "data: candidate-pg needs the sampler's log-probabilities, and groups has none; take the "
        + "candidates from a sample stage"
    ),
    ("objective: ipo, data: pairs, candidates: 4", "candidates: ipo compares pairs, not 4"),
    (
      "objective: kto, data: labels, candidates: 2",
      "candidates: kto takes single completions, not 2"
    ),
    (
      "objective: rrhf, data: groups, candidates: 1",
      "candidates: rrhf compares at least 2 candidates, not 1"
    ),
    (
      "objective: candidate-pg, data: samples, candidates: 2",
      "candidates: candidate-pg compares at least 3 candidates, not 2"
    ),
    (
      "objective: kto, data: labels, training: {batch: 1}",
      "training.batch: kto needs at least 2 examples in a step, not 1"
    ),
    (
      "objective: kto, data: alike",
      "data: kto needs completions of other prompts, and all rows of alike have one prompt"
    ),
    (
      "objective: aot, data: pairs, training: {batch: 1}",
      "training.batch: aot needs at least 2 examples in a step, not 1"
    ),
    (
      "objective: bco, data: pairs, training: {batch: 1}",
      "training.batch: bco needs at least 2 examples in a step, not 1"
    ),
    (
      "objective: aot, data: pairs, training: {accumulation: 2}",
      "training.accumulation: aot compares the prompts of a step with each other, so that it cannot "
        + "be run in 2 parts; set accumulation: 1"
    ),
    (
      "objective: bco, data: pairs, training: {accumulation: 2}",
      "training.accumulation: bco compares the prompts of a step with each other, so that it cannot "
        + "be run in 2 parts; set accumulation: 1"
    ),
    ("objective: inpo, data: pairs", "objective: inpo needs rounds of sampling"),
    (
      "objective: exo-pref, data: pairs, label_smoothing: 0",
      "label_smoothing is 0; it must be above 0 and below 0.5"
    ),
  ])
  func whatDoesNotFitIsNamed(section: String, problem: String) throws {
    #expect(try mistakes(section) == [problem])
  }

  /// What reading the rows of a stage throws; no model is there to be loaded.
  private func problem(_ section: String, rows: [String]) throws -> String {
    let file = bench.url.appending(path: "rows.jsonl")
    try Data(rows.map { $0 + "\n" }.joined().utf8).write(to: file)
    let names = RecipeNames(
      data: ["rows": DataSource(files: [file.path])],
      stages: [(name: "sft", product: .languageModel), (name: "samples", product: .candidates)])
    let document = try RecipeDocument.parse("{policy: sft, \(section)}", name: "recipe")
    let stage = AlignStage(from: document.root, names)
    try document.finish()
    let run = RunDirectory(bench.url.appending(path: "run"))
    let context = StageContext(
      run: run, name: "align", seed: 0, seeds: { _ in nil }, base: bench.url, device: .cpu,
      precision: .full, shouldStop: { false }, progress: { _ in }, note: { _ in })
    return message { _ = try stage.run(context) }
  }

  @Test func aGroupOfOneCandidateIsNamed() throws {
    #expect(
      try problem(
        "objective: exo-rw, data: rows",
        rows: [#"{"id": "x", "prompt": "a", "completions": ["b"], "scores": [1]}"#])
        == "row x: exo-rw compares at least 2 candidates, and there is 1; remove the row")
  }

  @Test func tiesInARankingAreNamed() throws {
    let rows = [
      #"{"id": "x", "prompt": "a", "completions": ["b", "c"], "scores": [1, 0]}"#,
      #"{"id": "y", "prompt": "a", "completions": ["b", "c", "d"], "scores": [1, 2, 1]}"#,
    ]
    let advice = "rewards are equal; remove the ties or set ties: average"
    #expect(
      try problem("objective: pl-dpo, data: rows", rows: rows)
        == "row y: pl-dpo needs a ranking, and \(advice)")
    // Without the tied candidate the rows are read, and the model is missed next.
    for section in ["objective: pl-dpo, data: rows, candidates: 2", "objective: rrhf, data: rows"] {
      #expect(
        try problem(section, rows: rows) == "stage sft has no checkpoint; run it first")
    }
  }

  @Test func tiesAmongSampledCandidatesAreNamed() throws {
    let directory = RunDirectory(bench.url.appending(path: "run")).stage("samples")
    try FileManager.default.createDirectory(
      at: directory.url, withIntermediateDirectories: true)
    let journal = try Journal<CandidateRow>(directory.rows)
    let candidates = [0.5, 2, 0.5, 1].map {
      CandidateRow.Candidate(
        tokens: [1], text: "a", isFinished: true, logProbability: -1, reward: $0)
    }
    try journal.append(
      CandidateRow(id: "p", prompt: "a", promptTokens: [1], candidates: candidates))
    try journal.sync()
    #expect(
      try problem("objective: pl-dpo, data: samples", rows: [])
        == "prompt p: pl-dpo needs a ranking, and rewards are equal; remove the ties or set ties: "
        + "average")
  }

  /// Four samples with the rewards 2, 1 | 1, 1 give one labelled pair, taken apart; the tie says
  /// nothing. Without labels the same samples stay pairs, the better one first.
  @Test func samplesBecomeSingleCompletionsByTheirPairs() throws {
    let directory = RunDirectory(bench.url.appending(path: "run")).stage("samples")
    try FileManager.default.createDirectory(
      at: directory.url, withIntermediateDirectories: true)
    let journal = try Journal<CandidateRow>(directory.rows)
    let candidates = [(1, 1.0), (2, 2), (3, 1), (4, 1)].map { token, reward in
      CandidateRow.Candidate(
        tokens: [token], text: "a", isFinished: true, logProbability: -1, reward: reward)
    }
    try journal.append(
      CandidateRow(id: "p", prompt: "a", promptTokens: [9], candidates: candidates))
    try journal.sync()
    var notes: [String] = []
    func examples(_ objective: String) throws -> [AlignmentTask.Example] {
      let document = try RecipeDocument.parse(
        "{policy: sft, objective: \(objective), data: samples}", name: "recipe")
      let names = RecipeNames(
        data: [:],
        stages: [(name: "sft", product: .languageModel), (name: "samples", product: .candidates)])
      let stage = AlignStage(from: document.root, names)
      try document.finish()
      let context = StageContext(
        run: RunDirectory(bench.url.appending(path: "run")), name: "align", seed: 0,
        seeds: { _ in nil }, base: bench.url, device: .cpu, precision: .full,
        shouldStop: { false }, progress: { _ in }, note: { notes.append($0) })
      guard case .sampled(let examples) = try stage.rows(context) else { return [] }
      return examples
    }
    let singles = try examples("kto")
    #expect(singles.map(\.id) == ["p+0", "p+1"])
    #expect(singles.map(\.candidates) == [[[1]], [[2]]])
    #expect(singles.map(\.isDesirable) == [false, true])
    #expect(try examples("dpo-pref").map(\.candidates) == [[[2], [1]]])
    #expect(
      notes == [
        "2 completions have equal rewards and say nothing",
        "1 pairs have equal rewards and say nothing",
      ])
  }

  @Test func accumulationIsRefusedOnlyWherePromptsMeet() throws {
    #expect(
      try mistakes("objective: bco, delta: zero, data: pairs, training: {accumulation: 2}") == [])
    #expect(try mistakes("objective: dpo-pref, data: pairs, training: {accumulation: 2}") == [])
  }
}
