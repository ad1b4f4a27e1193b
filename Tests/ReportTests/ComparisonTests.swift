import Runs
import Statistics
import Testing

@testable import Report

@Suite struct ComparisonTests {
  /// Rewards per prompt and completion.
  static func system(
    _ name: String, _ rewards: [[Double?]], text: (Int) -> String = { "prompt \($0)" }
  ) -> Comparison.System {
    Comparison.System(
      name: name,
      samples: rewards.enumerated().flatMap { prompt, values in
        values.enumerated().map { index, reward in
          SampleRecord(
            policy: name, prompt: "p\(prompt)", dialogue: .text(text(prompt)), index: index,
            text: "t",
            tokens: 1, finished: true, logProbability: -1, reward: reward)
        }
      })
  }

  /// Means 0, 1, …, 9 on ten prompts, plus a shift.
  static func shifted(_ name: String, by shift: Double) -> Comparison.System {
    system(name, (0..<10).map { [Double($0) + shift - 0.25, Double($0) + shift + 0.25] })
  }

  @Test func pairingFindsWhatPromptsWouldHide() throws {
    // Prompts spread over 9, systems over 0.1; every paired difference is 0.1.
    let comparison = try Comparison([
      Self.shifted("low", by: 0), Self.shifted("high", by: 0.1), Self.shifted("same", by: 0),
    ])
    #expect(comparison.standings.map(\.name) == ["high", "low", "same"])
    #expect(comparison.standings.map(\.ranks) == [1...1, 2...3, 2...3])
    #expect(abs(comparison.standings[0].reward.value - 4.6) < 1e-12)
    let first = comparison.contrasts[0]
    #expect((first.first, first.second) == ("high", "low"))
    #expect(abs(first.difference.value - 0.1) < 1e-12)
    // All ten signs equal: 2 of 2¹⁰ patterns are as extreme. Holm multiplies the two smallest of
    // three by 3 and 2, and keeps them rising.
    #expect(first.pValue == 2.0 / 1024)
    #expect(first.test == .signFlip)
    #expect(first.correctedPValue == 6.0 / 1024)
    #expect(comparison.contrasts.map(\.correctedPValue) == [6.0 / 1024, 6.0 / 1024, 1])
    // Completions of one place share their random numbers and are not compared: +0.25 + 0.1 beats
    // −0.25, and −0.25 + 0.1 loses to +0.25.
    #expect(first.winRate.value == 0.5)
    #expect(comparison.contrasts[2].winRate.value == 0.5)
  }

  @Test func promptsWithoutRewardsFromAllAreLeftOutAndCounted() throws {
    let comparison = try Comparison([
      Self.system("a", [[1], [2], [nil], [.infinity]]), Self.system("b", [[0], [1], [5]]),
    ])
    #expect(comparison.prompts == ["p0", "p1"])
    #expect(comparison.omittedPrompts == 2)
    #expect(comparison.omittedSamples == 2)
    #expect(comparison.standings[0].name == "a")
    #expect(comparison.standings[0].reward.value == 1.5)
  }

  @Test func differentTextsUnderOneIdAreRefused() {
    #expect(
      throws: ReportError.differentPrompts(prompt: "p0", first: "a", second: "b")
    ) {
      try Comparison([Self.system("a", [[1]]), Self.system("b", [[1]], text: { "other \($0)" })])
    }
  }

  @Test func oneSystemOrNoCommonPromptIsNothingToCompare() {
    #expect(
      throws: ReportError.nothingToCompare(
        "1 system given; give two or more checkpoints or runs")
    ) { try Comparison([Self.system("a", [[1]])]) }
    #expect(
      throws: ReportError.nothingToCompare(
        "no prompt has rewards from all of 'a', 'b'; evaluate them on the same prompts")
    ) { try Comparison([Self.system("a", [[1]]), Self.system("b", [[nil]])]) }
    #expect(throws: ReportError.repeatedSystem("a")) {
      try Comparison([Self.system("a", [[1]]), Self.system("a", [[2]])])
    }
  }

  @Test func finalCheckpointsOfARunAreSystemsAndTheirSeedsGroups() {
    func policy(_ id: String, group: String, isFinal: Bool = true) -> EvaluatedPolicy {
      EvaluatedPolicy(
        id: id, group: group, method: group, seed: nil, step: nil, isFinal: isFinal, options: [:],
        weights: "")
    }
    let record = EvaluationRecord(
      reference: "sft",
      policies: [
        policy("sft", group: "sft"), policy("x/1", group: "x"),
        policy("x/0", group: "x", isFinal: false), policy("x/2", group: "x"),
      ], measurements: [], bestOf: nil, panels: [], protocolNotes: [])
    let samples = ["sft", "x/0", "x/1", "x/2"].flatMap { Self.system($0, [[1], [2]]).samples }
    let input = ReportInput(name: "run", evaluation: record, samples: samples)
    let checkpoints = Comparison.checkpoints(of: input, prefix: "run/")
    #expect(checkpoints.map(\.name) == ["run/sft", "run/x/1", "run/x/2"])
    #expect(checkpoints.map(\.samples.count) == [2, 2, 2])
    let groups = Comparison.groups(of: input)
    #expect(groups.map(\.name) == ["sft", "x"])
    #expect(groups.map(\.samples.count) == [2, 4])
  }

  @Test func protocolsThatDifferAreNamed() {
    func record(_ notes: [(String, String)]) -> EvaluationRecord {
      EvaluationRecord(
        reference: "r", policies: [], measurements: [], bestOf: nil, panels: [],
        protocolNotes: notes.map { .init(name: $0.0, value: $0.1) })
    }
    let first = record([("reward", "a"), ("temperature", "1")])
    #expect(Comparison.differences(between: [first, first]) == [])
    #expect(
      Comparison.differences(between: [first, record([("temperature", "0.7"), ("reward", "a")])])
        == ["temperature"])
    #expect(Comparison.differences(between: [first, record([("reward", "a")])]) == ["temperature"])
  }
}
