import Foundation
import Runs
import Testing

@testable import Training

/// Rounds that were killed or stopped leave the same bytes as rounds that nothing disturbed.
@Suite struct RoundsResumeTests {
  /// Stages that between them keep everything a checkpoint may have to hold: the previous policy, a
  /// moving average, an optimiser that goes on, rounds without a checkpoint, several checkpoints in
  /// a round, a reward model in each round, rollouts against it.
  static let recipes: [(name: String, settings: String, training: String)] = [
    ("spin", RoundsBench.needs(.spin) + "\nrounds: 3", "steps: 3, checkpoints: 2"),
    (
      "inpo", RoundsBench.needs(.inpo) + "\nrounds: 3\ncheckpoint_rounds: 1\nprompts_per_round: 12",
      "steps: 2"
    ),
    (
      "online-dpo",
      RoundsBench.needs(.onlineDPO)
        + "\nrounds: 5\ncheckpoint_rounds: 2\nprompts_per_round: 10\nanchor: ema", "steps: 2"
    ),
    (
      "irl",
      """
      data: praise
      max_tokens: 12
      candidates: 2
      refit: {start: continued, training: {steps: 3, batch: 8, checkpoints: 2}}
      prompts_per_round: 12
      """, "steps: 2"
    ),
    (
      "irl",
      """
      data: praise
      max_tokens: 12
      candidates: 1
      refit: {training: {steps: 2, batch: 8}}
      prompts_per_round: 8
      checkpoint_rounds: 1
      rounds: 4
      inner: {steps: 2, batch: 2, samples: 2, max_tokens: 12, training: {epochs: 1, learning_rate: 1e-3}}
      """, ""
    ),
    // The policy before the previous one, and samples of others.
    (
      "inpo",
      RoundsBench.needs(.inpo)
        + "\nrounds: 4\ncheckpoint_rounds: 2\nprompts_per_round: 12\n\(OpponentTests.mixture)",
      "steps: 2"
    ),
    (
      "sppo",
      RoundsBench.needs(.sppo) + "\nrounds: 3\nprompts_per_round: 12\n\(OpponentTests.mixture)",
      "steps: 3, checkpoints: 2"
    ),
  ]

  static func recipe(_ index: Int) throws -> String {
    let (name, settings, training) = recipes[index]
    let text = try RoundsBench.recipe(name, settings, training: training)
    // The test's own number of rounds replaces that of all.
    return settings.contains("\nrounds:")
      ? text.replacingOccurrences(of: "\n  rounds: 2", with: "") : text
  }

  /// What nothing disturbed, and the stage's folder as it was each time it was asked whether to
  /// stop: what a process that is killed then leaves.
  func undisturbed(
    _ index: Int
  ) throws -> (files: [String: Data], moments: [URL], bench: RoundsBench) {
    let bench = try RoundsBench()
    let name = Self.recipes[index].name
    let folder = bench.directory(name).url
    let moments = bench.run.url.appending(path: "moments")
    try FileManager.default.createDirectory(at: moments, withIntermediateDirectories: true)
    var taken: [URL] = []
    bench.shouldStop = {
      let moment = moments.appending(path: "\(taken.count)")
      do {
        try FileManager.default.copyItem(at: folder, to: moment)
        taken.append(moment)
      } catch {
        Issue.record("\(error)")
      }
      return false
    }
    #expect(try bench.play(Self.recipe(index)).isFinished)
    return (try bench.files(name), taken, bench)
  }

  @Test(arguments: recipes.indices) func killedAnywhereTheyEndWithTheSameBytes(
    _ index: Int
  ) throws {
    let (expected, moments, source) = try undisturbed(index)
    // The moments lie in its folder, which goes when it does.
    defer { withExtendedLifetime(source) {} }
    let name = Self.recipes[index].name
    #expect(moments.count > 8)
    #expect(expected.keys.contains("rounds.jsonl"))
    #expect(expected.keys.contains { $0.hasPrefix("round-0002/rows.jsonl") })
    for (place, moment) in moments.enumerated() {
      let bench = try RoundsBench()
      try FileManager.default.copyItem(at: moment, to: bench.directory(name).url)
      #expect(try bench.play(Self.recipe(index)).isFinished)
      let found = try bench.files(name)
      #expect(found.keys.sorted() == expected.keys.sorted(), "killed at \(place)")
      for (file, data) in expected where found[file] != data {
        Issue.record("\(file) differs after being killed at \(place) of \(moments.count)")
      }
    }
  }

  @Test(arguments: recipes.indices) func stoppedAgainAndAgainTheyEndWithTheSameBytes(
    _ index: Int
  ) throws {
    let (expected, moments, _) = try undisturbed(index)
    let name = Self.recipes[index].name
    for patience in [1, 3] {
      let bench = try RoundsBench()
      var isFinished = false
      var times = 0
      while !isFinished, times < 3 * moments.count {
        times += 1
        var asked = 0
        bench.shouldStop = {
          asked += 1
          return asked >= patience
        }
        isFinished = try bench.play(Self.recipe(index)).isFinished
      }
      #expect(isFinished, "a stage that is stopped must come forward each time")
      #expect(times > 3)
      let found = try bench.files(name)
      #expect(found.keys.sorted() == expected.keys.sorted())
      for (file, data) in expected where found[file] != data {
        Issue.record("\(file) differs after \(times) stops")
      }
    }
  }

  @Test func aFinishedStageIsLeftAsItIs() throws {
    let (expected, _, bench) = try undisturbed(0)
    bench.shouldStop = { true }
    #expect(try bench.play(Self.recipe(0)).isFinished)
    #expect(try bench.files("spin") == expected)
  }

  @Test func anotherSeedDrawsOthers() throws {
    let (expected, _, _) = try undisturbed(0)
    let bench = try RoundsBench()
    let stage = try #require(try RoundsBench.stages(Self.recipe(0)).last?.stage)
    var context = try RoundsBench.context(bench.run, "spin")
    context.seed = 1
    try FileManager.default.createDirectory(
      at: context.directory.url, withIntermediateDirectories: true)
    #expect(try stage.run(context).isFinished)
    let found = try Workbench.files(below: context.directory.url)
    #expect(found["round-0001/rows.jsonl"] != expected["round-0001/rows.jsonl"])
  }
}
