import Policy
import Runs
import Statistics

/// What policies write for one prompt, and how probable others find it: the draws behind density ratios.
struct DensityWork {
  /// Completions of one prompt that one policy drew.
  struct Draw: Codable, Equatable {
    var prompt: String
    var tokens: [[Int]]
    var rewards: [Double]
  }

  /// log π of draws under one policy, summed, in nats. `[policy that drew][draw]`
  struct Scores: Codable, Equatable {
    var logProbabilities: [[Double]]
  }

  let settings: EvaluationSettings

  /// Policies draw apart, unlike in sampling: intervals of a ratio take its two samples for independent.
  func draw(
    _ count: Int, of prompt: EvaluationPrompt, from model: LanguageModel, stream: String,
    _ reward: RewardCalls, _ meter: inout CostMeter
  ) throws -> Draw {
    try meter.measure("density") { amount in
      let drawing = Drawing(model: model, stream: stream, settings: settings)
      let drawn = try drawing.completions([prompt], count: count)
      let tokens = drawn.joined().map(\.tokens)
      amount.tokens = tokens.joined().count
      amount.calls = tokens.count
      let rewards = try reward.values(
        [drawn.joined().map { drawing.text(of: $0, after: prompt) }], of: [prompt])
      return Draw(prompt: prompt.id, tokens: tokens, rewards: rewards[0])
    }
  }

  /// - Parameter draws: of one prompt, by several policies.
  func scores(
    _ draws: [Draw], _ prompt: EvaluationPrompt, under model: LanguageModel,
    _ meter: inout CostMeter
  ) throws -> Scores {
    try meter.measure("density") { amount in
      let tokens = draws.flatMap(\.tokens)
      amount.tokens = tokens.joined().count
      let sums = try ExactScores(
        policy: model.decoder, reference: nil, temperature: settings.temperature
      ).sums([tokens], of: [prompt.tokens])[0].map(\.logProbability)
      var next = 0
      return Scores(
        logProbabilities: draws.map { draw in
          defer { next += draw.tokens.count }
          return Array(sums[next..<next + draw.tokens.count])
        })
    }
  }
}
