import Foundation
import Policy
import Torch

/// Measures, during training, how far the policy has moved: the mean log-ratio of fresh samples.
///
/// Estimator k1 of KL(π ∥ π_ref) in nats per completion: unbiased, and negative at times.
struct KLProbe {
  let prompts: [[Int]]
  let reference: LanguageModel
  let temperature: Double
  let maxTokens: Int
  let seed: UInt64
  /// Of which each draws its part.
  var ranks = Ranks.alone

  func measure(_ policy: Decoder) throws -> [String: Double] {
    let room = reference.decoder.configuration.positions - (prompts.map(\.count).max() ?? 0)
    guard !prompts.isEmpty, room > 0 else { return [:] }
    let settings = reference.sampling(
      temperature: temperature, maxTokens: min(maxTokens, room))
    let uniform = try Generator(seed: seed, stream: "probe")
      .uniform([prompts.count, settings.maxTokens])
    let drawn = try Sampler(policy, settings).sample(
      prompts, count: 1, uniform: uniform, over: ranks
    )
    .compactMap(\.first)
    let targets = try Targets.completions(
      drawn.map { [$0.tokens] }, of: prompts, positions: policy.configuration.positions,
      on: policy.device)
    let ratios: [Double] = try withoutGradient {
      let own = try policy.logProbabilities(of: targets, temperature: temperature)
      let theirs = try reference.decoder.logProbabilities(of: targets, temperature: temperature)
      return try targets.summed(own - theirs).values()
    }
    let length = drawn.reduce(0) { $0 + $1.tokens.count }
    return [
      "kl": ratios.reduce(0, +) / Double(ratios.count),
      "completion_length": Double(length) / Double(drawn.count),
    ]
  }
}
