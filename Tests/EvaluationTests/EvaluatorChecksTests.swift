import Foundation
import Policy
import Runs
import Testing

@testable import Evaluation

@Suite struct EvaluatorChecksTests {
  /// Gives one value less than there are texts.
  struct ShortReward: Reward {
    let name = "short"
    func rewards(of texts: [String]) -> [Double] { texts.dropLast().map { _ in 0 } }
  }

  /// Remembers what it was asked.
  final class Listening: Reward {
    let name = "listening"
    var texts: [String] = []
    func rewards(of texts: [String]) -> [Double] {
      self.texts += texts
      return texts.map { Double($0.count) }
    }
  }

  static func run(
    _ world: TinyWorld, reference: Subject, subjects: [Subject] = [],
    reward: any Reward = LetterReward(), heldOut: (any Reward)? = nil,
    scorer: PerplexityScorer? = nil, prompts: [EvaluationPrompt],
    settings: EvaluationSettings = EvaluatorTests.settings()
  ) throws -> EvaluationResult {
    try EvaluatorTests.result(
      Evaluator(
        settings: settings, reference: reference, subjects: subjects, oracle: .init(reward),
        heldOut: heldOut.map { .init($0) }, scorer: scorer, prompts: prompts,
        directory: world.folder.appending(path: "work")
      ).run())
  }

  @Test func inputsThatDoNotFitAreRefused() throws {
    let world = try TinyWorld()
    let sft = world.subject("sft", try world.model(seed: 1))
    #expect(throws: EvaluationError.noPrompts) {
      try Self.run(world, reference: sft, prompts: [])
    }
    #expect(throws: EvaluationError.repeatedPrompt("p0")) {
      try Self.run(world, reference: sft, prompts: [world.prompts[0], world.prompts[0]])
    }
    #expect(throws: EvaluationError.repeatedPolicy("sft")) {
      try Self.run(world, reference: sft, subjects: [sft], prompts: world.prompts)
    }
    #expect(throws: PolicyError.self) {
      try Self.run(world, reference: sft, reward: ShortReward(), prompts: world.prompts)
    }
    let short = world.subject("small", try world.model(seed: 1, positions: 5))
    #expect(
      throws: EvaluationError.promptTooLong(
        prompt: "p2", tokens: 3, maxTokens: 3, positions: 5, policy: "small")
    ) { try Self.run(world, reference: short, prompts: world.prompts) }
  }

  /// Another tokenizer's samples have no probability under the reference: all that needs none is
  /// measured, in the policy's own tokens.
  @Test func anotherTokenizerIsMeasuredWithoutDivergence() throws {
    let world = try TinyWorld()
    let other = try TinyWorld(letters: 3)
    var prompts = world.prompts
    prompts[0].pairs = [.init(chosen: "a", rejected: "b")]
    let result = try Self.run(
      world, reference: world.subject("sft", try world.model(seed: 1)),
      subjects: [
        other.subject("big", try other.model(seed: 1)),
        world.subject("padded", try world.model(seed: 1, padding: 3)),
        world.subject("dpo", try world.model(seed: 2)),
      ], prompts: prompts)
    func names(_ policy: String) -> Set<String> {
      Set(result.record.measurements.filter { $0.subject == policy }.map(\.name))
    }
    let missing = names("dpo").subtracting(names("big"))
    #expect(
      missing == [
        "kl", "kl_k1", "kl_k3", "kl_per_token", "preference_accuracy", "chosen_log_ratio",
        "rejected_log_ratio",
      ])
    #expect(names("padded") == names("big"))
    #expect(names("big").isSuperset(of: ["reward", "win_rate", "length", "entropy", "perplexity"]))
    #expect(
      result.samples.filter { $0.policy == "big" }.allSatisfy {
        $0.referenceLogProbability == nil && $0.reward != nil
      })
    #expect(
      result.record.protocolNotes.first { $0.name == "tokens of their own" }?.value
        == "big, padded: no divergence from the reference, and lengths in these tokens")
    // The perplexity of its texts is the reference's, which reads them.
    let found = result.record.measurements.first { $0.name == "perplexity" && $0.subject == "big" }
    #expect(found?.reference == "sft" && found?.value ?? 0 > 1)
  }

  /// Without a reward nobody wins, and what is left is that of the same evaluation with one.
  @Test func withoutARewardDivergencesAndLengthsAreMeasured() throws {
    let world = try TinyWorld()
    func evaluate(_ work: String, _ oracle: Evaluator.Oracle?) throws -> EvaluationResult {
      try EvaluatorTests.result(
        Evaluator(
          settings: EvaluatorTests.settings(),
          reference: world.subject("sft", try world.model(seed: 1)),
          subjects: [
            world.subject("dpo/seed-0", try world.model(seed: 2), group: "dpo", seed: 0),
            world.subject("dpo/seed-1", try world.model(seed: 3), group: "dpo", seed: 1),
          ], oracle: oracle, prompts: world.prompts,
          directory: world.folder.appending(path: work)
        ).run())
    }
    let with = try evaluate("with", .init(LetterReward()))
    let without = try evaluate("without", nil)
    let ranked: Set = ["reward", "win_rate", "prompts_worse", "reward_difference"]
    #expect(
      without.record.measurements
        == with.record.measurements.filter { !ranked.contains($0.name) })
    #expect(without.record.measurements.contains { $0.name == "kl" && $0.subject == "dpo" })
    #expect(without.record.bestOf == nil && without.record.panels.isEmpty)
    #expect(without.record.identity?.reward == EvaluationIdentity.noReward)
    #expect(without.record.protocolNotes.first { $0.name == "reward" }?.value == "none")
    #expect(without.samples.map(\.text) == with.samples.map(\.text))
    #expect(without.samples.allSatisfy { $0.reward == nil })
    #expect(!without.costs.contains { $0.phase == "reward" })
  }

  @Test func otherWeightsOrPromptsAreMeasuredAfresh() throws {
    let world = try TinyWorld()
    let reference = try world.model(seed: 1)
    let first = try Self.run(
      world, reference: world.subject("sft", reference),
      subjects: [world.subject("dpo", try world.model(seed: 2))], prompts: world.prompts)
    var policy = first.record.policies[1]
    policy.weights = "retrained"
    let retrained = try world.model(seed: 3)
    let second = try Self.run(
      world, reference: world.subject("sft", reference),
      subjects: [Subject(policy: policy) { retrained }], prompts: world.prompts)
    func samples(_ result: EvaluationResult, _ policy: String) -> [SampleRecord] {
      result.samples.filter { $0.policy == policy }
    }
    #expect(samples(first, "sft") == samples(second, "sft"))
    #expect(samples(first, "dpo") != samples(second, "dpo"))

    var prompts = world.prompts
    prompts[2].dialogue = "other"
    let third = try Self.run(world, reference: world.subject("sft", reference), prompts: prompts)
    #expect(third.samples.map(\.dialogue).suffix(4).allSatisfy { $0 == "other" })
    // Prompts have random numbers of their own: the others' completions are what they were.
    #expect(third.samples.prefix(8).map(\.text) == samples(first, "sft").prefix(8).map(\.text))
  }

  @Test func rewardsSeePromptAndCompletion() throws {
    let world = try TinyWorld()
    let reward = Listening()
    var settings = EvaluatorTests.settings()
    settings.bestOf = []
    settings.densityBeta = nil
    var prompts = world.prompts
    prompts[1].chosen = ["ab"]
    let result = try Self.run(
      world, reference: world.subject("sft", try world.model(seed: 1)), reward: reward,
      prompts: prompts, settings: settings)
    // Each text of a chunk once.
    #expect(Set(reward.texts) == Set(result.samples.map { $0.dialogue.words + $0.text } + ["baab"]))
    #expect(reward.texts.last == "baab")
    #expect(result.costs.first { $0.phase == "reward" }?.oracleCalls == 13)
    #expect(result.costs.first { $0.phase == "sample" }?.tokens ?? 0 > 12)
    #expect(result.costs.allSatisfy { $0.stage == "evaluation" && $0.peakMemory > 1 << 20 })
  }

  @Test func labelledPairsChosenAndHeldOutRewardsAreMeasured() throws {
    let world = try TinyWorld()
    let (policy, reference) = (try world.model(seed: 1), try world.model(seed: 2))
    var prompts = world.prompts
    prompts[0].chosen = ["aa"]
    prompts[0].pairs = [.init(chosen: "a", rejected: "b")]
    let result = try Self.run(
      world, reference: world.subject("sft", reference),
      subjects: [world.subject("dpo", policy, beta: 0.5)], heldOut: Listening(), prompts: prompts)
    func value(_ name: String, _ against: String? = nil) -> Double? {
      result.record.measurements.first {
        $0.name == name && $0.subject == "dpo" && (against == nil || $0.reference == against)
      }?.value
    }
    // log π of a letter and the end token, one prefix at a time.
    func log(_ model: LanguageModel, _ letter: Int) throws -> Double {
      Foundation.log(try world.next(model, [0])[letter])
        + Foundation.log(try world.next(model, [0, letter])[world.end])
    }
    let margin =
      try (log(policy, 0) - log(reference, 0)) - (log(policy, 1) - log(reference, 1))
    #expect(abs(try #require(value("reward_margin")) - 0.5 * margin) < 1e-5)
    #expect(value("preference_accuracy") == (margin > 0 ? 1 : 0))
    let lengths = result.samples.filter { $0.policy == "dpo" }
      .map { Double(($0.dialogue.words + $0.text).count) }
    #expect(
      abs(try #require(value("held_out_reward")) - lengths.reduce(0, +) / 12) < 1e-12)
    #expect(value("win_rate", "chosen") != nil)
  }

  @Test func anotherTokenizersScorerReadsTheText() throws {
    let world = try TinyWorld()
    let big = try TinyWorld(letters: 3)
    let scorer = try big.model(seed: 4)
    let reference = try world.model(seed: 2)
    let result = try Self.run(
      world, reference: world.subject("sft", reference),
      scorer: PerplexityScorer(name: "judge", model: scorer), prompts: world.prompts)
    var total = 0.0
    var tokens = 0
    for sample in result.samples {
      var prefix = try scorer.prompt(sample.dialogue)
      // A completion that was cut gets no end token.
      let end = sample.finished ? [big.end] : []
      for id in scorer.tokenizer.encode(sample.text) + end {
        total -= log(try big.next(scorer, prefix)[id])
        prefix.append(id)
        tokens += 1
      }
    }
    let found = result.record.measurements.first { $0.name == "perplexity" }
    #expect(found?.reference == "judge")
    #expect(abs(try #require(found?.value) - exp(total / Double(tokens))) < 1e-4)
  }

  @Test func recordsHoldEverythingAReportShows() throws {
    let world = try TinyWorld()
    let record = try EvaluatorTests.result(EvaluatorTests.evaluator(world, "w").run()).record
    #expect(record.reference == "sft")
    #expect(record.policies.map(\.id) == ["sft", "dpo/seed-0", "dpo/seed-1", "exo", "exo/step-1"])
    let group = record.measurements.filter { $0.subject == "dpo" }
    #expect(
      group.contains {
        $0.name == "reward" && $0.method.contains("for other seeds and other prompts")
      })
    #expect(group.contains { $0.name == "win_rate" && $0.reference == "sft" })
    let matrix = record.measurements.filter {
      $0.name == "win_rate" && $0.reference != "sft"
    }.map { "\($0.subject) \($0.reference ?? "")" }
    #expect(matrix == ["dpo/seed-0 dpo/seed-1", "dpo/seed-0 exo", "dpo/seed-1 exo"])
    #expect(record.bestOf?.points.map(\.n) == [1, 2, 4])
    #expect(record.panels.map { $0.curves.map(\.policy) } == [["optimal", "dpo/seed-0", "exo"]])
    #expect(record.protocolNotes.first { $0.name == "prompts" }?.value == "3")
    // The reference's divergence from itself is 0, exactly.
    #expect(
      record.measurements.first { $0.name == "kl" && $0.subject == "sft" }?.value == 0)
  }

  @Test func folderNamesAreSafeAndDistinct() {
    #expect(WorkFolder.name(of: "dpo") == "dpo")
    let names = ["a/b", "a_b", "a b", "../x", ".", "", String(repeating: "x", count: 300)]
      .map(WorkFolder.name(of:))
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { !$0.contains("/") && !$0.hasPrefix(".") && $0.count < 120 })
  }
}
