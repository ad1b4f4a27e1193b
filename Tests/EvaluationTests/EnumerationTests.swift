import Foundation
import Policy
import Runs
import Statistics
import Testing

@testable import Evaluation

/// Sampled estimates against sums over all completions. Tolerances are four standard errors, with
/// the variances taken from the same sums; seeds are fixed.
@Suite struct EnumerationTests {
  @Test(arguments: [1.0, 0.6]) func sampledFrequenciesAreTheProbabilities(
    temperature: Double
  ) throws {
    let world = try TinyWorld()
    let model = try world.model(seed: 1)
    var settings = EvaluationSettings()
    settings.maxTokens = world.longest
    settings.temperature = temperature
    let count = 20_000
    let drawn = try Drawing(model: model, stream: "frequencies", settings: settings)
      .completions([world.prompts[1]], count: count)[0]
    let exact = try world.distribution(model, world.prompts[1].tokens, temperature: temperature)
    #expect(abs(exact.reduce(0, +) - 1) < 1e-5)
    var chiSquare = 0.0
    var degrees = -1.0
    var rest = (expected: 0.0, seen: 0.0)
    for (tokens, probability) in zip(world.completions, exact) {
      let matching = drawn.filter { $0.tokens == tokens }
      #expect(matching.allSatisfy { $0.isFinished == (tokens.last == world.end) })
      let (expected, seen) = (probability * Double(count), Double(matching.count))
      // Rare completions are counted together: their χ² is far from its limit.
      if expected < 20 {
        rest = (rest.expected + expected, rest.seen + seen)
      } else {
        chiSquare += (seen - expected) * (seen - expected) / expected
        degrees += 1
      }
    }
    if rest.expected > 0 {
      chiSquare += (rest.seen - rest.expected) * (rest.seen - rest.expected) / rest.expected
      degrees += 1
    }
    #expect(degrees > 3)
    // Mean and variance of χ² are its degrees of freedom and twice them.
    #expect(chiSquare < degrees + 4 * (2 * degrees).squareRoot())
  }

  /// Exact moments of a policy on one prompt.
  struct Truth {
    let probabilities: [Double]
    let sums: [ExactScores.Sums]
    let rewards: [Double]
    let lengths: [Double]

    init(
      _ world: TinyWorld, _ policy: LanguageModel, _ reference: LanguageModel,
      _ prompt: EvaluationPrompt
    ) throws {
      probabilities = try world.distribution(policy, prompt.tokens)
      sums = try ExactScores(
        policy: policy.decoder, reference: reference.decoder,
        temperature: 1
      ).sums([world.completions], of: [prompt.tokens])[0]
      rewards = world.completions.map {
        LetterReward.reward(prompt.dialogue.words + world.tokenizer.decode($0))
      }
      lengths = world.completions.map { Double($0.count) }
    }

    func mean(_ values: [Double]) -> Double {
      zip(probabilities, values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    func variance(_ values: [Double]) -> Double {
      let centre = mean(values)
      return mean(values.map { ($0 - centre) * ($0 - centre) })
    }
  }

  @Test func measurementsAgreeWithSumsOverAllCompletions() throws {
    let world = try TinyWorld()
    let (policy, reference) = (try world.model(seed: 1), try world.model(seed: 2))
    var settings = EvaluatorTests.settings(samples: 1500)
    settings.bestOf = []
    let result = try EvaluatorTests.result(
      Evaluator(
        settings: settings, reference: world.subject("sft", reference),
        subjects: [world.subject("dpo", policy)],
        oracle: .init(LetterReward(), isLogOdds: true), prompts: world.prompts,
        directory: world.folder
      ).run())
    let truths = try world.prompts.map { try Truth(world, policy, reference, $0) }
    let bases = try world.prompts.map { try Truth(world, reference, reference, $0) }
    func value(_ name: String, against: String? = nil) throws -> Double {
      let found = result.record.measurements.first {
        $0.name == name && $0.subject == "dpo" && (against == nil || $0.reference == against)
      }
      return try #require(found?.value)
    }
    let draws = Double(settings.samples * truths.count)
    func check(_ name: String, _ values: (Truth) -> [Double]) throws {
      let exact = truths.reduce(0) { $0 + $1.mean(values($1)) } / Double(truths.count)
      let variance = truths.reduce(0) { $0 + $1.variance(values($1)) } / Double(truths.count)
      let found = try value(name)
      #expect(abs(found - exact) < 4 * (variance / draws).squareRoot(), "\(name)")
    }
    try check("reward", \.rewards)
    try check("kl") { $0.sums.map(\.divergence) }
    try check("kl_k1") { $0.sums.map { $0.logProbability - $0.reference } }
    try check("kl_k3") { $0.sums.map { KLEstimators.k3($0.logProbability - $0.reference) } }
    try check("length", \.lengths)
    try check("truncated") { _ in world.completions.map { $0.last == world.end ? 0 : 1 } }
    try check("classifier_accuracy") { $0.rewards.map { $0 > 0 ? 1 : 0 } }

    // Quotients of means, within the error of their numerator at the exact denominator.
    func quotient(_ name: String, _ values: (Truth) -> [Double], _ transform: (Double) -> Double)
      throws
    {
      let tokens = truths.reduce(0) { $0 + $1.mean($1.lengths) }
      let ratio = truths.reduce(0) { $0 + $1.mean(values($1)) } / tokens
      let spread =
        truths.reduce(0) { sum, truth in
          sum + truth.variance(zip(values(truth), truth.lengths).map { $0 - ratio * $1 })
        } / Double(truths.count)
      let error = 4 * (spread / draws).squareRoot() / (tokens / Double(truths.count))
      let found = try value(name)
      #expect(transform(ratio - error) < found && found < transform(ratio + error), "\(name)")
    }
    try quotient("entropy", { $0.sums.map(\.entropy) }, { $0 })
    try quotient("kl_per_token", { $0.sums.map(\.divergence) }, { $0 })
    try quotient("perplexity", { $0.sums.map { -$0.reference } }, exp)

    // All pairs of completions of policy and reference.
    let rates = zip(truths, bases).map { truth, base in
      zip(truth.probabilities, truth.rewards).reduce(0) { sum, ours in
        sum + ours.0 * base.mean(base.rewards.map { ours.1 > $0 ? 1 : ours.1 == $0 ? 0.5 : 0 })
      }
    }
    let rate = rates.reduce(0, +) / 3
    #expect(abs(try value("win_rate", against: "sft") - rate) < 4 * (0.5 / draws).squareRoot())

  }

  /// Exact moments of best-of-n from one policy on one prompt.
  struct BestTruth {
    let reward: Double
    let kl: Double
    let wins: Double

    init(_ n: Int, _ base: Truth) throws {
      let total = base.probabilities.reduce(0, +)
      let normal = base.probabilities.map { $0 / total }
      let found = BestOf.distribution(n, probabilities: normal, rewards: base.rewards)
      let distribution = try #require(found)
      var sums = (reward: 0.0, kl: 0.0, wins: 0.0)
      for (index, weight) in distribution.enumerated() {
        let reward = base.rewards[index]
        let shares = base.rewards.map { reward > $0 ? 1 : reward == $0 ? 0.5 : 0 }
        let log = base.sums[index].logProbability
        sums.reward += weight * reward
        sums.kl += weight * (BestOf.klTerm(n, logProbability: log) ?? .nan)
        sums.wins += weight * base.mean(shares)
      }
      (reward, kl, wins) = sums
    }
  }

  @Test func bestOfNAgreesWithItsExactDistribution() throws {
    let world = try TinyWorld()
    let reference = try world.model(seed: 2)
    var settings = EvaluatorTests.settings(samples: 500)
    settings.bestOf = [1, 2, 4, 16]
    settings.bestOfPool = 1024
    settings.bestOfPrompts = 3
    settings.densityBeta = nil
    let result = try EvaluatorTests.result(
      Evaluator(
        settings: settings, reference: world.subject("sft", reference), subjects: [],
        oracle: .init(LetterReward()), prompts: world.prompts, directory: world.folder
      ).run())
    let bases = try world.prompts.map { try Truth(world, reference, reference, $0) }
    let spread = bases.map { $0.variance($0.rewards).squareRoot() }.max() ?? 0
    let record = try #require(result.record.bestOf)
    #expect(record.points.map(\.n) == [1, 2, 4, 16])
    for point in record.points {
      let exact = try bases.map { try BestTruth(point.n, $0) }
      // A pool of N holds N/n independent choices.
      let error = 4 * (Double(point.n) / Double(3 * settings.bestOfPool)).squareRoot()
      let reward = try #require(point.reward.value)
      let kl = try #require(point.kl?.value)
      let wins = try #require(point.winRate?.value)
      #expect(abs(reward - exact.reduce(0) { $0 + $1.reward } / 3) < error * spread)
      #expect(abs(kl - exact.reduce(0) { $0 + $1.kl } / 3) < error)
      #expect(abs(wins - exact.reduce(0) { $0 + $1.wins } / 3) < error / 2)
      #expect(point.klBound == BestOf.klBound(point.n))
    }
    let first = try #require(record.points.first?.reward.value)
    let last = try #require(record.points.last?.reward.value)
    #expect(last > first + 0.3)
  }
}
