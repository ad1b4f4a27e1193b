import Command
import Foundation
import Runs
import Statistics

/// Some sets of data as the records that commands read, each beside what ``Inference`` says of it: the
/// commands must print the same digits.
struct CoverageSets {
  let folder: String

  private static let names = ["one", "other", "third", "fourth", "fifth", "sixth"]

  /// Twenty runs of two methods, of one seed and of three, and as many files of judgments.
  func write() throws {
    var bench = CoverageBench(sets: 1)
    let inference = Inference()
    for set in 0..<20 {
      let seeds = set % 2 == 0 ? 1 : 3
      let world = CoverageBench.World(
        [0.5, 0.9][set / 2 % 2], luck: seeds > 1 ? 0.5 : 0, ties: set % 4 < 2 ? 0.3 : 0)
      let hard = bench.hardness(world, prompts: [5, 20][set / 4 % 2])
      let sides = (0..<2).map { _ in bench.draw(world, hardness: hard, seeds: seeds, rows: 2) }
      let place = URL(filePath: folder).appending(path: "set-\(set)")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try record(sides, to: place)
      // The better mean stands first.
      let means = sides.map { inference.estimate(.real, seeds: $0)?.value ?? 0 }
      let (first, second) = means[0] >= means[1] ? (sides[0], sides[1]) : (sides[1], sides[0])
      if let difference = inference.difference(first, minus: second)?.estimate,
        let wins = inference.winRate(first, against: second, areCoupled: true)
      {
        try text([NumberLine(difference), NumberLine(wins)], to: place, "expected-compare")
      }
      try judgments(sides[0][0], to: place)
      if let share = inference.share(sides[0][0].map { [$0[0]] }) {
        try text([NumberLine(share)], to: place, "expected-leaderboard")
      }
    }
  }

  /// Runs in which one stage stands under six names: every difference is luck.
  func writeAlike(_ runs: Int) throws {
    var bench = CoverageBench(sets: 1)
    for run in 0..<runs {
      let seeds = run % 2 == 0 ? 1 : 3
      let world = CoverageBench.World(0.5, luck: seeds > 1 ? 0.5 : 0, ties: 0)
      let hard = bench.hardness(world, prompts: 50)
      let place = URL(filePath: folder).appending(path: "run-\(run)")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try record(
        (0..<6).map { _ in bench.draw(world, hardness: hard, seeds: seeds, rows: 2) }, to: place)
    }
  }

  private func text(_ lines: [NumberLine], to place: URL, _ name: String) throws {
    let text = try lines.map { try JSONLine.text(of: $0) + "\n" }.joined()
    try Data(text.utf8).write(to: place.appending(path: name))
  }

  private func record(_ sides: [[[[Double]]]], to place: URL) throws {
    var policies: [EvaluatedPolicy] = []
    var lines = ""
    for (group, side) in zip(Self.names, sides) {
      for (seed, prompts) in side.enumerated() {
        let id = "\(group)/seed-\(seed)"
        policies.append(
          EvaluatedPolicy(
            id: id, group: group, method: group, seed: seed, step: nil, isFinal: true,
            options: [:], weights: ""))
        for (prompt, rewards) in prompts.enumerated() {
          for (index, reward) in rewards.enumerated() {
            let sample = SampleRecord(
              policy: id, prompt: "p\(prompt)", dialogue: "prompt \(prompt)", index: index,
              text: "text", tokens: 1, finished: true, logProbability: -1, reward: reward)
            lines += try JSONLine.text(of: sample) + "\n"
          }
        }
      }
    }
    let record = EvaluationRecord(
      reference: "sft", policies: policies, measurements: [], bestOf: nil, panels: [],
      protocolNotes: [])
    let run = RunDirectory(place)
    try RecordFile.write(record, to: run.evaluation)
    try Data(lines.utf8).write(to: run.samples)
  }

  /// As AlpacaEval keeps them: 1 is the baseline's, 2 the model's.
  private func judgments(_ prompts: [[Double]], to place: URL) throws {
    let rows = prompts.enumerated().map { index, rows in
      """
      {"instruction": "prompt \(index)", "output_1": "a", "generator_1": "base", "output_2": "b", \
      "generator_2": "model", "annotator": "judge", "preference": \(1 + rows[0])}
      """
    }
    try Data("[\(rows.joined(separator: ",\n"))]".utf8)
      .write(to: place.appending(path: "judgments.json"))
  }
}
