import Foundation
import Statistics
import Torch

/// Policies over completions that can be listed, so that the ratios of their densities are known: what
/// ``DensityEstimator`` says of draws is held against it.
public struct DensityWorld {
  /// How often intervals held what they should.
  public struct Coverage: Sendable, Equatable {
    /// What was estimated: `policy`, `optimal`, `log Z`, …
    public let name: String
    public var held = 0
    public var asked = 0

    public var share: Double { Double(held) / Double(asked) }
  }

  /// The reference; a policy that moved half-way to the optimum, and elsewhere, as trained ones do; one
  /// that only moved elsewhere; and best-of-4, whose probabilities are known here.
  /// `[prompt][policy][completion]`
  let logTables: [[[Double]]]
  /// `[prompt][completion]`
  let rewards: [[Double]]
  let beta: Double
  /// What the estimates take it to be.
  var assumedBeta: Double

  public init(beta: Double = 1, moved: Double = 0.15) throws {
    let reference = try TinyLanguage(seed: 1)
    var tables = [try reference.logTable()]
    for seed in [11, 12] as [UInt64] {
      let policy = try reference.copied()
      let generator = try Generator(seed: seed, stream: "density world")
      try withoutGradient {
        for tensor in policy.model.decoder.parameters where tensor.rank == 2 {
          let step = try generator.normal(tensor.sizes, deviation: moved, type: .float64)
          try tensor.assign(tensor + step)
        }
      }
      tables.append(try policy.logTable())
    }
    let rewards = reference.rewards()
    tables[1] = zip(tables[1], rewards).map { table, rewards in
      Distribution.normalised(zip(table, rewards).map { $0 + 0.5 * $1 / beta }).map { log($0) }
    }
    tables.append(
      zip(tables[0], rewards).map { table, rewards in
        (BestOf.distribution(4, probabilities: table.map { exp($0) }, rewards: rewards) ?? [])
          .map { log($0) }
      })
    logTables = rewards.indices.map { prompt in tables.map { $0[prompt] } }
    self.rewards = rewards
    (self.beta, assumedBeta) = (beta, beta)
  }

  /// Draws so many completions of each policy again and again.
  public func coverage(
    repetitions: Int, draws: Int, resamples: Int = 500, seed: UInt64 = 1
  ) -> [Coverage] {
    let estimator = DensityEstimator(resamples: resamples)
    var found = [
      "policy", "optimal", "policies' average", "optimal average", "log Z", "KL(π* ∥ π)",
      "KL(π ∥ π*)",
    ].map { Coverage(name: $0) }
    func tell(_ place: Int, _ held: Bool) {
      found[place].asked += 1
      if held { found[place].held += 1 }
    }
    var generator = SeededGenerator(seed: seed)
    for repetition in 0..<repetitions {
      let all = logTables.indices.map { self.draw(draws, prompt: $0, &generator) }
      let prompt = repetition % all.count
      if let ratios = estimator.ratios([all[prompt]], beta: assumedBeta) {
        compare(ratios, [prompt]) { isOptimal, held in tell(isOptimal ? 1 : 0, held) }
        let (logZ, divergences) = truth(of: prompt)
        if let held = ratios.logNormaliser?.interval?.contains(logZ) { tell(4, held) }
        for (place, known) in divergences.enumerated() {
          if let held = ratios.forwardKL[place]?.interval?.contains(known.forward) { tell(5, held) }
          if let held = ratios.reverseKL[place]?.interval?.contains(known.reverse) { tell(6, held) }
        }
      }
      if let ratios = estimator.ratios(all, beta: assumedBeta) {
        compare(ratios, Array(all.indices)) { isOptimal, held in tell(isOptimal ? 3 : 2, held) }
      }
    }
    return found
  }

  /// By inversion from the tables.
  private func draw(
    _ count: Int, prompt: Int, _ generator: inout SeededGenerator
  ) -> DensityDraws {
    let tables = logTables[prompt]
    let ids = tables.map { table -> [Int] in
      var sums: [Double] = []
      for value in table { sums.append((sums.last ?? 0) + exp(value)) }
      return (0..<count).map { _ in
        let number = generator.uniform() * (sums.last ?? 1)
        return sums.firstIndex { number < $0 } ?? sums.count - 1
      }
    }
    return DensityDraws(
      positions: ids.map { $0.map { tables[0][$0] } },
      rewards: ids.map { $0.map { rewards[prompt][$0] } },
      proposals: Array(tables.indices),
      logProbabilities: tables.map { table in ids.map { $0.map { table[$0] } } })
  }

  /// Whether bands hold the ratio of the smoothed densities, at every place that is told.
  private func compare(
    _ ratios: DensityRatios, _ prompts: [Int], _ tell: (_ isOptimal: Bool, _ held: Bool) -> Void
  ) {
    func smoothed(_ probabilities: (Int) -> [Double]) -> [Double] {
      ratios.grid.map { point in
        zip(prompts, ratios.centres).reduce(0) { sum, place in
          let (prompt, centre) = place
          return sum
            + zip(probabilities(prompt), logTables[prompt][0]).reduce(0) { sum, entry in
              let z = (entry.1 - centre - point) / ratios.bandwidth
              return sum + entry.0 * exp(-z * z / 2)
            }
        }
      }
    }
    let base = smoothed { logTables[$0][0].map { exp($0) } }
    func compare(_ curve: DensityRatios.Curve, _ density: [Double], _ isOptimal: Bool) {
      for point in ratios.grid.indices {
        guard let low = curve.low[point], let high = curve.high[point] else { continue }
        tell(isOptimal, Interval(low, high).contains(density[point] / base[point]))
      }
    }
    for (place, curve) in ratios.policies.enumerated() {
      compare(curve, smoothed { logTables[$0][place + 1].map { exp($0) } }, false)
    }
    if let optimal = ratios.optimal { compare(optimal, smoothed(self.optimum), true) }
  }

  private func optimum(_ prompt: Int) -> [Double] {
    Distribution.normalised(zip(logTables[prompt][0], rewards[prompt]).map { $0 + $1 / beta })
  }

  /// log Z, and the divergences of every policy but the reference.
  private func truth(
    of prompt: Int
  ) -> (logZ: Double, divergences: [(forward: Double, reverse: Double)]) {
    let tables = logTables[prompt]
    let logZ = Distribution.logSum(zip(tables[0], rewards[prompt]).map { $0 + $1 / beta })
    let optimum = optimum(prompt)
    return (
      logZ,
      tables.dropFirst().map { table in
        let policy = table.map { exp($0) }
        return (
          Distribution.divergence(of: optimum, from: policy),
          Distribution.divergence(of: policy, from: optimum)
        )
      }
    )
  }
}
