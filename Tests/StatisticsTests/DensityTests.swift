import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct KernelDensityTests {
  @Test func silvermanTakesTheSmallerSpread() throws {
    // 1 … 5: sd √2.5 = 1.5811, IQR 2 → 2/1.34 = 1.49254; .9 · 1.49254 · 5^(−.2) = .973581.
    let bandwidth = try #require(KernelDensity.silverman([1, 2, 3, 4, 5]))
    #expect(isClose(bandwidth, 0.9 * (2 / 1.34) * pow(5, -0.2), within: 1e-12))
    // Quartiles agree: the standard deviation decides.
    let spiked = [0.0, 0, 0, 0, 0, 0, 0, 9]
    let deviation = try #require(Sample.standardDeviation(spiked))
    #expect(
      isClose(
        KernelDensity.silverman(spiked), 0.9 * deviation * pow(8, -0.2), within: 1e-12))
    #expect(KernelDensity.silverman([2, 2]) == nil)
    #expect(KernelDensity.silverman([1]) == nil)
  }

  @Test func oneValueGivesTheNormalDensity() throws {
    let density = try #require(KernelDensity([2], bandwidth: 0.5))
    #expect(isClose(density.density(at: 2), 0.7978845608, within: 1e-9))
    #expect(isClose(density.density(at: 2.5), 0.7978845608 * exp(-0.5), within: 1e-9))
  }

  @Test func itIntegratesToOne() throws {
    let density = try #require(KernelDensity([0, 1, 5], weights: [1, 2, 1], bandwidth: 0.7))
    let grid = density.grid(points: 2000, margin: 8)
    let width = grid[1] - grid[0]
    #expect(isClose(density.density(at: grid).reduce(0, +) * width, 1, within: 1e-9))
  }

  @Test func theRatioIsTheWeightWherePointsStandAlone() throws {
    let reference = try #require(KernelDensity([0, 100], bandwidth: 1))
    let policy = try #require(KernelDensity([0, 100], weights: [3, 1], bandwidth: 1))
    let ratio = policy.ratio(to: reference, at: [0, 50, 100])
    #expect(isClose(ratio[0], 1.5, within: 1e-12))
    #expect(ratio[1] == nil)
    #expect(isClose(ratio[2], 0.5, within: 1e-12))
  }

  @Test func badInputGivesNil() {
    #expect(KernelDensity([], bandwidth: 1) == nil)
    #expect(KernelDensity([1], bandwidth: 0) == nil)
    #expect(KernelDensity([.nan], bandwidth: 1) == nil)
    #expect(KernelDensity([1], weights: [-1], bandwidth: 1) == nil)
    #expect(KernelDensity([1], weights: [0], bandwidth: 1) == nil)
  }
}

@Suite struct ImportanceWeightsTests {
  @Test func equalRatiosAreWorthAllSamples() throws {
    let weights = try #require(
      ImportanceWeights(logRatios: [Double](repeating: -800, count: 40)))
    #expect(isClose(weights.effectiveSampleSize, 40, within: 1e-9))
    #expect(!weights.isUnreliable)
  }

  @Test func fewOrUnevenSamplesAreFlagged() throws {
    // 100 samples of which one carries e^10 times the rest: e^10/(e^10 + 99) > 1/2.
    let uneven = try #require(
      ImportanceWeights(logRatios: [10] + [Double](repeating: 0, count: 99)))
    #expect(isClose(uneven.largest, exp(10) / (exp(10) + 99), within: 1e-12))
    #expect(uneven.isUnreliable)
    let few = try #require(ImportanceWeights(logRatios: [Double](repeating: 0, count: 19)))
    #expect(few.isUnreliable)
  }

  @Test func divergenceMatchesTheHandSum() throws {
    // (3/4, 1/4) against (1/2, 1/2).
    let skewed = try #require(ImportanceWeights(logRatios: [log(3), 0]))
    let even = try #require(ImportanceWeights(logRatios: [0, 0]))
    #expect(
      isClose(
        skewed.divergence(from: even), 0.75 * log(1.5) + 0.25 * log(0.5), within: 1e-14))
    let dropped = try #require(ImportanceWeights(logRatios: [0, -.infinity]))
    #expect(even.divergence(from: dropped) == .infinity)
    #expect(isClose(dropped.divergence(from: even), log(2), within: 1e-14))
  }

  @Test func badInputGivesNil() throws {
    #expect(ImportanceWeights(logRatios: []) == nil)
    #expect(ImportanceWeights(logRatios: [.nan, 1]) == nil)
    #expect(ImportanceWeights(logRatios: [.infinity]) == nil)
    #expect(ImportanceWeights(logRatios: [-.infinity]) == nil)
    let one = try #require(ImportanceWeights(logRatios: [0]))
    let two = try #require(ImportanceWeights(logRatios: [0, 0]))
    #expect(one.divergence(from: two) == nil)
  }
}

@Suite struct KLEstimatorTests {
  @Test func theTermsMatchTheGoldenNumbers() {
    #expect(isClose(KLEstimators.k1(0.3), 0.3, within: 0))
    #expect(isClose(KLEstimators.k2(0.3), 0.045, within: 1e-15))
    #expect(isClose(KLEstimators.k3(0.3), 0.040818, within: 6e-7))
    #expect(isClose(KLEstimators.k2(-0.5), 0.125, within: 1e-15))
    #expect(isClose(KLEstimators.k3(-0.5), 0.148721, within: 6e-7))
  }

  /// Moments of a term under y ~ N(0, 1) against N(μ, 1), by the trapezium rule, which is exact to
  /// rounding for such integrands: ℓ(y) = μ²/2 − μ·y.
  private func moments(_ mean: Double, _ term: (Double) -> Double) -> (mean: Double, sd: Double) {
    var (first, second) = (0.0, 0.0)
    let width = 0.01
    for step in -2000...2000 {
      let y = Double(step) * width
      let mass = width * exp(-y * y / 2) / (2 * Double.pi).squareRoot()
      let value = term(mean * mean / 2 - mean * y)
      first += mass * value
      second += mass * value * value
    }
    return (first, (second - first * first).squareRoot())
  }

  @Test(
    arguments: [
      (0.1, [20.0, 1.4177, 1.4166], 0.0025), (1.0, [2, 1.7321, 1.6950], 0.25),
    ] as [(Double, [Double], Double)])
  func normalShiftsHaveTheirKnownSpread(shift: Double, spreads: [Double], bias: Double) {
    let divergence = shift * shift / 2
    let terms = [KLEstimators.k1, KLEstimators.k2, KLEstimators.k3]
    let results = terms.map { moments(shift, $0) }
    #expect(isClose(results[0].mean, divergence, within: 1e-10))
    #expect(isClose(results[1].mean / divergence - 1, bias, within: 1e-9))
    #expect(isClose(results[2].mean, divergence, within: 1e-10))
    // The document divides k2's spread by the divergence, as it does the others'.
    for (result, expected) in zip(results, spreads) {
      #expect(isClose(result.sd / divergence, expected, within: 6e-5))
    }
  }

  @Test func theSummaryClustersByPromptAndNeverClamps() {
    let summary = KLEstimators([[-0.2, -0.4], [0.1, 0.1]])
    #expect(isClose(summary.k1?.value, -0.1, within: 1e-15))
    #expect(summary.k1?.clusters == 2)
    let wild = KLEstimators([[-800], [0]])
    #expect(wild.k1?.value == -400)
    #expect(wild.k3 == nil)
    #expect(KLEstimators([]).k1 == nil)
  }
}
