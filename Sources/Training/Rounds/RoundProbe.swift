import Foundation
import Policy
import Torch

/// Measures, at checkpoints, how far the policy has moved and whom it beats: one fresh sample for
/// each of a few prompts from the policy, from that of the previous round, and from the initial one,
/// all with the same random numbers.
struct RoundProbe {
  let prompts: [PromptSettings.Prompt]
  let initial: LanguageModel
  let previous: Decoder
  let temperature: Double
  let maxTokens: Int
  let seed: UInt64
  /// Of which each draws its part.
  let ranks: Ranks
  let reward: (any Reward)?
  let oracle: (any PreferenceOracle)?

  /// `kl` (estimator k1, nats per completion), `largest_log_ratio` (the largest |log π/π_initial|,
  /// nats), `completion_length`; `reward`; `win_rate_previous` and `win_rate_initial`, the mean
  /// probability by the oracle that the policy's sample is better, over the answers that it has.
  func measure(_ policy: Decoder) throws -> [String: Double] {
    let longest = prompts.map(\.tokens.count).max() ?? 0
    let room = initial.decoder.configuration.positions - longest
    guard !prompts.isEmpty, room > 0 else { return [:] }
    let settings = initial.sampling(
      temperature: temperature, maxTokens: min(maxTokens, room))
    let uniform = try Generator(seed: seed, stream: "probe")
      .uniform([prompts.count, settings.maxTokens])
    func drawn(_ model: Decoder) throws -> [Completion] {
      try Sampler(model, settings)
        .sample(prompts.map(\.tokens), count: 1, uniform: uniform, over: ranks)
        .compactMap(\.first)
    }
    let mine = try drawn(policy)
    let targets = try Targets.completions(
      mine.map { [$0.tokens] }, of: prompts.map(\.tokens),
      positions: policy.configuration.positions, on: policy.device)
    let ratios: [Double] = try withoutGradient {
      let own = try policy.logProbabilities(of: targets, temperature: temperature)
      let theirs = try initial.decoder.logProbabilities(of: targets, temperature: temperature)
      return try targets.summed(own - theirs).values()
    }
    let count = Double(prompts.count)
    var values = [
      "kl": ratios.reduce(0, +) / count,
      "largest_log_ratio": ratios.map(abs).max() ?? 0,
      "completion_length": Double(mine.reduce(0) { $0 + $1.tokens.count }) / count,
    ]
    let texts = self.texts(mine)
    if let reward {
      let scores = try reward.rewards(of: texts.map { [$0] }, after: prompts.map(\.dialogue))
      values["reward"] = scores.joined().reduce(0, +) / count
    }
    if let oracle {
      for (name, other) in [("previous", previous), ("initial", initial.decoder)] {
        let questions = zip(prompts, zip(texts, self.texts(try drawn(other)))).map {
          PreferenceQuestion(prompt: $0.dialogue, first: $1.0, second: $1.1)
        }
        let wins = try oracle.preferences(questions).compactMap(\.self)
        guard !wins.isEmpty else { continue }
        values["win_rate_\(name)"] = wins.reduce(0, +) / Double(wins.count)
      }
    }
    return values
  }

  private func texts(_ completions: [Completion]) -> [String] {
    zip(prompts, completions).map { initial.text(of: $1, after: $0.tokens) }
  }
}
