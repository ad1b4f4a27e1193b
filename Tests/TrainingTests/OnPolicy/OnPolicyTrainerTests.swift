import Foundation
import Policy
import Runs
import TestSupport
import Testing
import Torch

@testable import Training

@Suite struct OnPolicyTrainerTests {
  private static let small = "steps: 3, batch: 4, samples: 2, max_tokens: 12"

  @Test(arguments: ["ppo", "grpo", "rloo"], [1.0, 0.7])
  func `ratios are 1 on the first minibatch of every rollout`(
    method: String, temperature: Double
  ) throws {
    let trainer = try OnPolicyBench.trainer(
      """
      {method: \(method), \(Self.small), temperature: \(temperature),
       training: {epochs: 2, minibatches: 2, accumulation: 2, learning_rate: 1e-2}}
      """)
    for _ in 0..<3 {
      let metrics = try trainer.advance()
      let error = try #require(metrics["policy/ratio_error"])
      #expect(error < 1e-4)
      // Later minibatches are not at the policy that drew the samples.
      #expect(try #require(metrics["policy/approxkl_avg"]) > 1e-6)
      // Sampler and scorer agree on whole completions of twelve tokens.
      #expect(try #require(metrics["sampling/sampling_logp_difference/max"]) < 1e-4)
    }
  }

  @Test func `another temperature in the scorer would be seen`() throws {
    let trainer = try OnPolicyBench.trainer("{method: rloo, \(Self.small), temperature: 0.7}")
    var costs = RolloutCosts()
    let drawn = try trainer.collector.collect(
      trainer.prompts, step: 0, critic: nil, scale: RewardScale(), costs: &costs)
    let all = Array(drawn.prompts.indices)
    let targets = try drawn.targets(of: all, trainer.policy.decoder)
    let credits = RLOO().credit(drawn.episodes, samples: 2, kl: 0)
    for (temperature, isSame) in [(0.7, true), (1, false)] {
      let scored = try targets.perCompletion(
        trainer.policy.decoder.logProbabilities(of: targets, temperature: temperature))
      #expect((RatioMetrics.largestError(scored, drawn.recorded(of: all)) < 1e-4) == isSame)
      #expect(credits.count == scored.count)
    }
  }

  @Test func `a sampler that disagrees with the trainer is seen`() throws {
    let trainer = try OnPolicyBench.trainer("{method: rloo, \(Self.small)}")
    var costs = RolloutCosts()
    let drawn = try trainer.collector.collect(
      trainer.prompts, step: 0, critic: nil, scale: RewardScale(), costs: &costs)
    let credits = RLOO().credit(drawn.episodes, samples: 2, kl: 0)
    // As if the sampler had left rows of the output head out of its normalisation: a hundredth of a nat
    // more for one token. The trainer's own numbers are the same in both cases.
    var completions = drawn.completions
    completions[0][1].logProbabilities[0] += 0.01
    let other = Experience(
      prompts: drawn.prompts, completions: completions, rewards: drawn.rewards,
      scores: drawn.scores, episodes: drawn.episodes)
    let errors = try [drawn, other].map { experience in
      let updated = try trainer.update(experience, credits, kl: 0, &costs)
      return try #require(updated["policy/ratio_error"])
    }
    #expect(errors[0] < 1e-4)
    // |e^-0.01 − 1|; the first update moved the policy by much less at this learning rate.
    #expect(abs(errors[1] - (1 - exp(-0.01))) < 1e-3)
  }

  @Test func `cut completions carry no end token and every sampled token is scored`() throws {
    let trainer = try OnPolicyBench.trainer(
      "{method: rloo, \(Self.small), samples: 8}"
        .replacingOccurrences(of: "samples: 2, ", with: ""))
    var costs = RolloutCosts()
    let drawn = try trainer.collector.collect(
      trainer.prompts, step: 0, critic: nil, scale: RewardScale(), costs: &costs)
    let all = drawn.completions.flatMap { $0 }
    let end = try #require(trainer.policy.endTokens.first)
    #expect(all.contains { $0.isFinished } && all.contains { !$0.isFinished })
    for (completion, episode) in zip(all, drawn.episodes) {
      #expect(completion.tokens.filter { $0 == end }.count == (completion.isFinished ? 1 : 0))
      #expect(completion.isFinished ? completion.tokens.last == end : completion.tokens.count == 12)
      #expect(episode.old.count == completion.tokens.count)
    }
    #expect(costs.generatedTokens == all.reduce(0) { $0 + $1.tokens.count })
    #expect(costs.rewardCalls == all.count)
  }

  /// Scored apart, equal completions of policy and opponent might win or lose by their last bits.
  @Test func `completions and the opponent's are scored in one call, each text once`() throws {
    final class Asked: Reward {
      let name = "asked"
      var calls: [[String]] = []
      func rewards(of texts: [String]) -> [Double] {
        calls.append(texts)
        return texts.map { Double($0.utf8.count) }
      }
    }
    let reward = Asked()
    let trainer = try OnPolicyBench.trainer(
      "{method: nash-md, \(Self.small), normalise_reward: none}", reward: reward)
    try trainer.advance()
    #expect(reward.calls.count == 1)
    #expect(Set(reward.calls[0].map { Array($0.utf8) }).count == reward.calls[0].count)
    // Four prompts with two completions of the policy and two of the opponent.
    #expect(trainer.costs.rewardCalls == 16)
  }

  @Test func `the same seed gives the same weights and metrics, another seed others`() throws {
    let text = "{method: ppo, \(Self.small), training: {learning_rate: 1e-2, minibatches: 2}}"
    let runs = try [UInt64(7), 7, 8].map { seed in
      let trainer = try OnPolicyBench.trainer(text, seed: seed)
      let metrics = try trainer.run(steps: 2)
      return (metrics, try OnPolicyBench.weights(trainer.policy.decoder))
    }
    #expect(runs[0].0 == runs[1].0)
    #expect(runs[0].1 == runs[1].1)
    #expect(runs[0].1 != runs[2].1)
  }

  @Test(arguments: ["ppo", "grpo", "rloo", "reinforce"])
  func `parts of a minibatch move the weights as the whole does`(method: String) throws {
    // A large epsilon, because Adam divides by gradients: noise of 1e-9 would become a step.
    let weights = try [1, 4, 3].map { parts in
      let trainer = try OnPolicyBench.trainer(
        """
        {method: \(method), \(Self.small), training: {epochs: 1, accumulation: \(parts),
         learning_rate: 1e-2, epsilon: 1e-2}}
        """)
      try trainer.run(steps: 1)
      return try OnPolicyBench.weights(trainer.policy.decoder)
        + OnPolicyBench.weights(trainer.critic)
    }
    let start = try OnPolicyBench.weights(OnPolicyBench.model().decoder)
    #expect(zip(start.joined(), weights[0].joined()).contains { abs($0 - $1) > 1e-4 })
    for other in weights.dropFirst() {
      for (mine, theirs) in zip(other, weights[0]) { expectClose(mine, theirs, within: 2e-6) }
    }
  }

  @Test func `in the critic's warm-up the policy stands still`() throws {
    let trainer = try OnPolicyBench.trainer(
      "{method: ppo, \(Self.small), ppo: {critic_warmup: 2}, training: {learning_rate: 1e-2}}")
    let start = try OnPolicyBench.weights(trainer.policy.decoder)
    let before = try OnPolicyBench.weights(trainer.critic)
    let metrics = try trainer.run(steps: 2)
    #expect(try OnPolicyBench.weights(trainer.policy.decoder) == start)
    #expect(try OnPolicyBench.weights(trainer.critic) != before)
    #expect(metrics["learning_rate"] == 0)
    #expect(metrics["policy/ratio_error"] == nil)
    #expect(try trainer.advance()["policy/ratio_error"] != nil)
    #expect(try OnPolicyBench.weights(trainer.policy.decoder) != start)
  }

  @Test func `a rollout is given up once the policy has moved too far`() throws {
    func updates(_ options: String) throws -> Double? {
      let trainer = try OnPolicyBench.trainer(
        """
        {method: ppo, \(Self.small), ppo: \(options), training: {epochs: 4, learning_rate: 1e-2}}
        """)
      return try trainer.advance()["updates"]
    }
    #expect(try updates("{}") == 4)
    // The first pass begins at a ratio of 1; any step of 1e-2 moves further than 1e-9.
    #expect(try updates("{stop_above: 1e-9}") == 1)
    #expect(try updates("{stop_above: 1e9}") == 4)
  }

  @Test func `what a step reports adds up`() throws {
    let trainer = try OnPolicyBench.trainer(
      "{method: ppo, \(Self.small), kl: 0.25, training: {learning_rate: 1e-2}}")
    try trainer.advance()
    let metrics = try trainer.advance()
    func value(_ name: String) throws -> Double { try #require(metrics[name], "\(name)") }
    let kl = try value("objective/kl")
    #expect(abs(kl) > 1e-4)
    expectClose(try value("objective/non_score_reward"), -0.25 * kl, within: 1e-12)
    expectClose(
      try value("objective/rlhf_reward"), try value("objective/scores") - 0.25 * kl, within: 1e-12)
    #expect(try value("objective/kl_coef") == 0.25)
    #expect(try value("reward_calls") == 8)
    #expect(try value("generated_tokens") == 8 * value("completions/mean_length"))
    // Prompts are read once for their samples, in each of four passes.
    #expect(try value("num_tokens") > 4 * value("generated_tokens"))
    #expect(try value("epoch") == 2 * 4 / 12.0)
    #expect(try value("val/explained_variance") <= 1)
    #expect((0...1).contains(try value("policy/clipfrac_avg")))
    #expect((0...1).contains(try value("val/clipfrac_avg")))
    for name in ["loss", "loss/policy_avg", "loss/value_avg", "grad_norm", "val/ratio"] {
      #expect(try value(name).isFinite, "\(name)")
    }
    #expect(trainer.costs.generating > .zero)
    #expect(trainer.costs.scoring > .zero)
    #expect(trainer.costs.training > .zero)
  }

  @Test func `Nash-MD draws an opponent for every completion`() throws {
    let trainer = try OnPolicyBench.trainer(
      "{method: nash-md, \(Self.small), training: {learning_rate: 1e-2}}")
    let metrics = try trainer.run(steps: 2)
    #expect(metrics["reward_calls"] == 16)
    let preference = try #require(metrics["objective/preference"])
    #expect(preference > 0 && preference < 1)
  }

  /// Prefers what is longer; knows nothing where both have an even number of characters.
  private struct HalfBlind: PreferenceOracle {
    let name = "half blind"
    var knowsNothing = false

    func preferences(_ questions: [PreferenceQuestion]) -> [Double?] {
      questions.map { question in
        let (one, two) = (question.first.count, question.second.count)
        if knowsNothing || (one % 2 == 0 && two % 2 == 0) { return nil }
        return one > two ? 1 : one < two ? 0 : 0.5
      }
    }
  }

  @Test func `an oracle decides without a reward, and what it does not know moves nothing`() throws
  {
    func trained(_ oracle: HalfBlind) throws -> (OnPolicyTrainer, [String: Double]) {
      let model = try OnPolicyBench.model()
      let settings = try OnPolicyBench.settings("{method: nash-md, \(Self.small)}")
      let trainer = try OnPolicyTrainer(
        policy: model, reference: model.decoder.copied(), reward: nil, oracle: oracle,
        prompts: OnPolicyBench.prompts(model), settings: settings, seed: 7)
      return (trainer, try trainer.advance())
    }
    let before = try OnPolicyBench.weights(OnPolicyBench.model().decoder)
    let (seeing, metrics) = try trained(HalfBlind())
    #expect(try OnPolicyBench.weights(seeing.policy.decoder) != before)
    #expect(metrics["reward"] == nil && metrics["objective/scores"] == nil)
    let preference = try #require(metrics["objective/preference"])
    #expect((0...1).contains(preference))
    // Nothing known: every credit is 0, and so is the gradient.
    let (blind, none) = try trained(HalfBlind(knowsNothing: true))
    let settings = blind.settings
    #expect(none["objective/unanswered"] == Double(settings.batch * settings.samples))
    #expect(none["objective/preference"] == nil)
    #expect(none["grad_norm"] == 0)
    #expect(none["reward_calls"] == Double(settings.batch * settings.samples))
    #expect(
      message {
        let model = try OnPolicyBench.model()
        _ = try OnPolicyTrainer(
          policy: model, reference: model.decoder.copied(), reward: nil,
          prompts: OnPolicyBench.prompts(model), settings: settings, seed: 7)
      } == "nash-md: nothing says what a completion is worth")
  }

  /// Remembers what it was asked.
  private final class Listener: PreferenceOracle {
    let name = "listener"
    var heard: [PreferenceQuestion] = []

    func preferences(_ questions: [PreferenceQuestion]) -> [Double?] {
      heard += questions
      return questions.map { $0.first.count > $0.second.count ? 0.9 : 0.1 }
    }
  }

  @Test func `opponents of the user's choice take their share of Nash-MD's games`() throws {
    func asked(_ rival: LanguageModel?) throws -> (deal: [[Int]], heard: [PreferenceQuestion]) {
      let model = try OnPolicyBench.model()
      let listener = Listener()
      let settings = try OnPolicyBench.settings("{method: nash-md, \(Self.small)}")
      let prompts = try OnPolicyBench.prompts(model)
      let trainer = try OnPolicyTrainer(
        policy: model, reference: model.decoder.copied(), reward: nil, oracle: listener,
        prompts: prompts, settings: settings, seed: 7)
      let mixture = OpponentMixture([
        .init(name: "current", player: .current, weight: 1),
        .init(name: "other", player: .model(.folder("./other")), weight: 1),
      ])
      if let rival {
        trainer.collector.rivals = RolloutRivals(mixture, models: [1: rival.decoder])
      }
      _ = try trainer.advance()
      var seen: [Dialogue] = []
      for question in listener.heard where !seen.contains(question.prompt) {
        seen.append(question.prompt)
      }
      let seed = Generator.mix(7, "opponents-0")
      let deal = seen.map { dialogue in
        mixture.deal(2, prompt: prompts.first { $0.dialogue == dialogue }?.id ?? "", seed: seed)
      }
      return (deal, listener.heard)
    }
    let one = try asked(OnPolicyBench.model(seed: 5))
    let two = try asked(OnPolicyBench.model(seed: 6))
    let plain = try asked(nil)
    let dealt = Array(one.deal.joined())
    #expect(Set(dealt) == [0, 1] && dealt.count == one.heard.count)
    #expect(one.heard.map(\.first) == plain.heard.map(\.first), "candidates stay what they are")
    for (place, player) in dealt.enumerated() where player == 0 {
      #expect(one.heard[place].second == two.heard[place].second)
    }
    let others = dealt.indices.filter { dealt[$0] == 1 }
    let differing = others.count { one.heard[$0].second != two.heard[$0].second }
    #expect(differing > others.count / 2)
    #expect(try asked(OnPolicyBench.model(seed: 5)).heard == one.heard)
  }

  @Test func `a reward that is not finite stops the training`() throws {
    struct Broken: Reward {
      let name = "broken"
      func rewards(of texts: [String]) -> [Double] {
        texts.indices.map { $0 == 5 ? .nan : 0 }
      }
    }
    let trainer = try OnPolicyBench.trainer("{method: rloo, \(Self.small)}", reward: Broken())
    let text = message { try trainer.advance() }
    // Two samples a prompt: number 5 is of the third.
    let order = Permutation(count: 12, seed: Generator.mix(7, "prompts"))
    var copy = order
    let id = trainer.prompts[copy.examples(from: 0, length: 4)[2]].id
    #expect(text == "step 1: broken gives a completion of prompt \(id) the reward nan")
  }

  @Test func `a policy that is not finite is named before it is updated`() throws {
    let trainer = try OnPolicyBench.trainer("{method: rloo, \(Self.small)}")
    var costs = RolloutCosts()
    let drawn = try trainer.collector.collect(
      Array(trainer.prompts.prefix(4)), step: 0, critic: nil, scale: RewardScale(), costs: &costs)
    let credits = drawn.episodes.map { Credit(whole: .nan, tokens: $0.old.count) }
    let before = try OnPolicyBench.weights(trainer.policy.decoder)
    let ids = trainer.prompts.prefix(4).map(\.id).joined(separator: ", ")
    #expect(
      message { _ = try trainer.update(drawn, credits, kl: 0, &costs) }
        == "step 1: the loss is not finite (examples \(ids)); nothing was updated; lower "
        + "learning_rate, or look at these examples")
    #expect(try OnPolicyBench.weights(trainer.policy.decoder) == before)
  }

  @Test func `models and prompts that do not fit are refused`() throws {
    let model = try OnPolicyBench.model()
    let other = try model.decoder.copied()
    func refusal(
      _ text: String, reference: Decoder, critic: Decoder? = nil, prompts: Int = 12
    ) throws -> String {
      let settings = try OnPolicyBench.settings("{\(text), \(Self.small)}")
      let all = try OnPolicyBench.prompts(model, prompts)
      return message {
        _ = try OnPolicyTrainer(
          policy: model, reference: reference, critic: critic,
          reward: OnPolicyBench.LetterReward(), prompts: all, settings: settings, seed: 1)
      }
    }
    #expect(
      try refusal("method: rloo", reference: model.decoder)
        == "rloo: the reference must be a model of its own")
    #expect(try refusal("method: ppo", reference: other) == "ppo needs a critic")
    #expect(
      try refusal("method: rloo", reference: other, critic: other)
        == "rloo has no use for a critic")
    #expect(
      try refusal("method: rloo", reference: other, prompts: 0) == "rloo: no prompts to complete")
  }
}
