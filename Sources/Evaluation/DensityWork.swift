import Policy
import Runs
import Statistics

/// Density ratios to the reference along its own log-probability: how policies move mass, beside
/// how the optimal policy of a β would.
struct DensityWork {
  /// Completions of one prompt drawn from the reference.
  struct Draw: Codable, Equatable {
    var prompt: String
    var tokens: [[Int]]
    var rewards: [Double]
    /// log π_ref, summed, in nats.
    var logProbabilities: [Double]
  }

  /// log π of the same completions under another policy.
  struct Scores: Codable, Equatable {
    var logProbabilities: [Double]
  }

  let settings: EvaluationSettings

  func draw(
    _ prompt: EvaluationPrompt, from reference: LanguageModel, _ reward: RewardCalls,
    _ meter: inout CostMeter
  ) throws -> Draw {
    try meter.measure("density") { amount in
      let drawing = Drawing(model: reference, stream: "density", settings: settings)
      let drawn = try drawing.completions([prompt], count: settings.densitySamples)
      let tokens = drawn.joined().map(\.tokens)
      amount.tokens = tokens.joined().count
      amount.calls = tokens.count
      let rewards = try reward.values(
        [drawn.joined().map { drawing.text(of: $0, after: prompt) }], of: [prompt])
      return Draw(
        prompt: prompt.id, tokens: tokens, rewards: rewards[0],
        logProbabilities: try logProbabilities(tokens, prompt, reference))
    }
  }

  func scores(
    _ draw: Draw, _ prompt: EvaluationPrompt, under model: LanguageModel, _ meter: inout CostMeter
  ) throws -> Scores {
    try meter.measure("density") { amount in
      amount.tokens = draw.tokens.joined().count
      return Scores(logProbabilities: try logProbabilities(draw.tokens, prompt, model))
    }
  }

  private func logProbabilities(
    _ tokens: [[Int]], _ prompt: EvaluationPrompt, _ model: LanguageModel
  ) throws -> [Double] {
    try ExactScores(
      policy: model.decoder, reference: nil, temperature: settings.temperature
    ).sums([tokens], of: [prompt.tokens])[0].map(\.logProbability)
  }

  /// The panel of one prompt; nil where the reference gives all draws one probability, so that
  /// there is no axis to draw along, or where a reward is not finite.
  ///
  /// - Parameters:
  ///   - seed: of the policies' trainings, where they share one.
  ///   - policies: log π of the draws, by policy id.
  static func panel(
    _ draw: Draw, _ prompt: EvaluationPrompt, beta: Double, seed: Int?,
    policies: [(id: String, logProbabilities: [Double])]
  ) -> DensityPanel? {
    let positions = draw.logProbabilities
    guard let bandwidth = KernelDensity.silverman(positions),
      let base = KernelDensity(positions, bandwidth: bandwidth),
      draw.rewards.allSatisfy(\.isFinite),
      let optimal = ImportanceWeights(logRatios: draw.rewards.map { $0 / beta })
    else { return nil }
    let grid = base.grid()
    func curve(_ policy: String, _ weights: ImportanceWeights) -> DensityPanel.Curve? {
      guard let density = KernelDensity(positions, weights: weights.values, bandwidth: bandwidth)
      else { return nil }
      let isOptimal = policy == "optimal"
      return DensityPanel.Curve(
        policy: policy, ratio: density.ratio(to: base, at: grid),
        effectiveSampleSize: weights.effectiveSampleSize, largestWeight: weights.largest,
        forwardKL: isOptimal ? nil : finite(optimal.divergence(from: weights)),
        reverseKL: isOptimal ? nil : finite(weights.divergence(from: optimal)),
        isUnreliable: weights.isUnreliable)
    }
    let curves = policies.compactMap { policy -> DensityPanel.Curve? in
      ImportanceWeights(logRatios: zip(policy.logProbabilities, positions).map { $0 - $1 })
        .flatMap { curve(policy.id, $0) }
    }
    return DensityPanel(
      prompt: draw.prompt, promptText: prompt.dialogue.words, seed: seed, samples: positions.count,
      bandwidth: bandwidth, beta: beta, grid: grid, referenceDensity: base.density(at: grid),
      curves: [curve("optimal", optimal)].compactMap { $0 } + curves)
  }

  private static func finite(_ value: Double?) -> Double? {
    value.flatMap { $0.isFinite ? $0 : nil }
  }
}
