import Foundation
import Runs
import Testing

@testable import Evaluation

@Suite struct DensityWorkTests {
  static let draw = DensityWork.Draw(
    prompt: "p", tokens: [], rewards: [0, 1, 2, 1.5],
    logProbabilities: [-1, -2, -3, -2.5])
  static let prompt = EvaluationPrompt(id: "p", "why", tokens: [0])

  static func panel(beta: Double, _ policies: [(String, [Double])]) throws -> DensityPanel {
    try #require(
      DensityWork.panel(
        draw, prompt, beta: beta, seed: 3,
        policies: policies.map { (id: $0.0, logProbabilities: $0.1) }))
  }

  @Test func theOptimalPolicyWeighsByItsReward() throws {
    let panel = try Self.panel(beta: 1, [])
    let weights = [0, 1, 2, 1.5].map { exp($0) }
    let shares = weights.map { $0 / weights.reduce(0, +) }
    let optimal = try #require(panel.curves.first)
    #expect(panel.curves.map(\.policy) == ["optimal"])
    #expect(abs(optimal.largestWeight - shares[2]) < 1e-12)
    #expect(abs(optimal.effectiveSampleSize - 1 / shares.reduce(0) { $0 + $1 * $1 }) < 1e-12)
    #expect(optimal.isUnreliable)
    #expect(optimal.forwardKL == nil)
    #expect((panel.seed, panel.samples, panel.beta, panel.promptText) == (3, 4, 1, "why"))
  }

  @Test func aPolicyAtTheOptimumHasItsCurve() throws {
    // log π = log π_ref + r/β up to a constant, which the normalisation removes.
    let best = zip(Self.draw.logProbabilities, Self.draw.rewards).map { $0 + $1 / 0.5 - 7 }
    let panel = try Self.panel(
      beta: 0.5, [("best", best), ("same", Self.draw.logProbabilities)])
    #expect(panel.curves.map(\.policy) == ["optimal", "best", "same"])
    for (one, other) in zip(panel.curves[0].ratio, panel.curves[1].ratio) {
      #expect(abs((one ?? 0) - (other ?? 0)) < 1e-9)
    }
    #expect(abs(panel.curves[1].forwardKL ?? 1) < 1e-12)
    #expect(abs(panel.curves[1].reverseKL ?? 1) < 1e-12)
    // The reference itself: ratio 1 everywhere, and the divergence of four points by hand.
    #expect(panel.curves[2].ratio.allSatisfy { abs(($0 ?? 1) - 1) < 1e-9 })
    #expect(abs(panel.curves[2].effectiveSampleSize - 4) < 1e-9)
    let weights = Self.draw.rewards.map { exp($0 / 0.5) }
    let shares = weights.map { $0 / weights.reduce(0, +) }
    let forward = shares.reduce(0) { $0 + $1 * log($1 / 0.25) }
    #expect(abs((panel.curves[2].forwardKL ?? 0) - forward) < 1e-12)
  }

  @Test func ratioTimesReferenceIsADensity() throws {
    let panel = try Self.panel(beta: 1, [])
    let step = panel.grid[1] - panel.grid[0]
    let mass = zip(panel.curves[0].ratio, panel.referenceDensity)
      .reduce(0) { $0 + ($1.0 ?? 0) * $1.1 * step }
    #expect(abs(mass - 1) < 0.02)
  }

  @Test func drawsOfOneProbabilityHaveNoPanel() {
    let flat = DensityWork.Draw(
      prompt: "p", tokens: [], rewards: [0, 1], logProbabilities: [-1, -1])
    #expect(DensityWork.panel(flat, Self.prompt, beta: 1, seed: nil, policies: []) == nil)
  }
}
