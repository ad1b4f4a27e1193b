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

  @Test func kernelsAreTheNormalDensityWithinFiveBandwidths() {
    let grid = (0...20).map { Double($0) }
    let rows = KernelRows([4, 4.5, -30], grid: grid, bandwidth: 0.5)
    var sums = [Double](repeating: 0, count: 42)
    rows.add([2, 1, 7], to: &sums, at: 21)
    func normal(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() / 0.5 }
    #expect(sums[..<21].allSatisfy { $0 == 0 })
    // At 4: the first on its peak, the second one bandwidth beside it; at 6 four and three.
    #expect(isClose(sums[25], 2 * normal(0) + normal(1), within: 1e-12))
    #expect(isClose(sums[27], 2 * normal(4) + normal(3), within: 1e-12))
    // At 7 the first is six away and left out.
    #expect(isClose(sums[28], normal(5), within: 1e-12))
    #expect(sums[29] == 0)
    var squares = [Double](repeating: 0, count: 21)
    rows.addSquares([2, 1, 7], to: &squares)
    #expect(isClose(squares[4], pow(2 * normal(0), 2) + pow(normal(1), 2), within: 1e-12))
  }
}

@Suite struct PooledDrawsTests {
  @Test func oneProposalGivesPlainImportanceWeights() throws {
    // π = (1/2, 1/2) drew each once; the target is (3, 1): Z = 4, weights 3/4 and 1/4.
    let half = log(0.5)
    let pool = try #require(
      PooledDraws(target: [[log(3), 0]], logProbabilities: [[[half, half]]]))
    #expect(isClose(pool.weights[0][0], 0.75, within: 1e-12))
    #expect(isClose(pool.weights[0][1], 0.25, within: 1e-12))
    #expect(isClose(pool.logNormaliser, log(4), within: 1e-12))
    #expect(isClose(pool.effectiveSampleSize, 1 / (0.5625 + 0.0625), within: 1e-12))
    #expect(pool.largest == pool.weights[0][0])
  }

  @Test func theBalanceHeuristicMixesTheProposalsByTheirDraws() throws {
    // Over {a, b}: π₁ = (0.9, 0.1) drew a, a, a; π₂ = (0.2, 0.8) drew b. Their mixture of 3 to 1 is
    // (0.725, 0.275); the target (0.5, 0.5) gives a 0.5/0.725 each time and b 0.5/0.275.
    let one = [log(0.9), log(0.1)]
    let two = [log(0.2), log(0.8)]
    let pool = try #require(
      PooledDraws(
        target: [[log(0.5), log(0.5), log(0.5)], [log(0.5)]],
        logProbabilities: [
          [[one[0], one[0], one[0]], [one[1]]], [[two[0], two[0], two[0]], [two[1]]],
        ]))
    let (a, b) = (0.5 / 0.725, 0.5 / 0.275)
    #expect(isClose(pool.weights[0][2], a / (3 * a + b), within: 1e-12))
    #expect(isClose(pool.weights[1][0], b / (3 * a + b), within: 1e-12))
    #expect(isClose(pool.logNormaliser, log((3 * a + b) / 4), within: 1e-12))
  }

  @Test func whatNobodyCanWeighGivesNil() {
    #expect(PooledDraws(target: [], logProbabilities: []) == nil)
    #expect(PooledDraws(target: [[0]], logProbabilities: [[[0, 0]]]) == nil)
    #expect(PooledDraws(target: [[.nan]], logProbabilities: [[[0]]]) == nil)
    #expect(PooledDraws(target: [[-.infinity]], logProbabilities: [[[0]]]) == nil)
  }
}

@Suite struct DensityEstimatorTests {
  /// Normal positions; the policy stands at a shift, and its probabilities are not known.
  static func draws(shift: Double, count: Int = 200, seed: UInt64 = 3) -> DensityDraws {
    var generator = SeededGenerator(seed: seed)
    let reference = (0..<count).map { _ in generator.normal() }
    let policy = (0..<count).map { _ in generator.normal() + shift }
    // The reference alone stands for the optimum of reward = position: N(1, 1), log Z = 1/2.
    return DensityDraws(
      positions: [reference, policy], rewards: [reference, policy], proposals: [0],
      logProbabilities: [[reference, []], [[], []]])
  }

  @Test func theRatioOfNormalsIsFoundWhereBothHaveDraws() throws {
    let estimator = DensityEstimator(resamples: 200)
    let ratios = try #require(estimator.ratios([Self.draws(shift: 0.5)], beta: 1))
    let curve = ratios.policies[0]
    var checked = 0
    for (place, point) in ratios.grid.enumerated() {
      guard let ratio = curve.ratio[place], let low = curve.low[place], let high = curve.high[place]
      else { continue }
      #expect(low < ratio && ratio < high && low > 0)
      guard abs(point) < 1 else { continue }
      // Of N(0.5, 1 + h²) over N(0, 1 + h²).
      let truth = exp((0.5 * point - 0.125) / (1 + ratios.bandwidth * ratios.bandwidth))
      #expect(abs(log(ratio / truth)) < 0.5)
      checked += 1
    }
    #expect(checked > 10)
    // Ends of the grid have few draws, and say whose.
    #expect(curve.doubts.first == .reference || curve.doubts.first == .policy)
    #expect(curve.told > 0.8 && curve.told <= 1)
    #expect(curve.effectiveSampleSize.rounded() == 200)
    #expect(ratios.forwardKL == [nil] && ratios.reverseKL == [nil])
  }

  @Test func weightsThatAreWorthTooLittleGiveNoCurve() throws {
    let estimator = DensityEstimator(resamples: 50)
    let steep = try #require(estimator.ratios([Self.draws(shift: 0)], beta: 0.2))
    let optimal = try #require(steep.optimal)
    #expect(optimal.effectiveSampleSize < 100)
    #expect(optimal.doubts.allSatisfy { $0 == .weights } && optimal.told == 0)
    let gentle = try #require(estimator.ratios([Self.draws(shift: 0)], beta: 3))
    #expect(try #require(gentle.optimal).doubts.contains(nil))
  }

  @Test func theLeastBetaIsTheFirstThatReachesTheSize() throws {
    let draws = [Self.draws(shift: 0), Self.draws(shift: 0, seed: 4)]
    let beta = try #require(draws.leastBeta(reaching: 100))
    func size(_ beta: Double) -> Double {
      draws.map { $0.optimal(beta: beta)?.effectiveSampleSize ?? 0 }.min() ?? 0
    }
    let place = try #require([DensityDraws].betas.firstIndex(of: beta))
    #expect(size(beta) >= 100)
    #expect(size([DensityDraws].betas[place - 1]) < 100)
    // Four times as many may yet come: a smaller one will do.
    #expect(try #require(draws.leastBeta(reaching: 100, growth: 4)) < beta)
    #expect(draws.leastBeta(reaching: 1000) == nil)
  }

  @Test func anAverageStandsFromEachPromptsMean() throws {
    let estimator = DensityEstimator(resamples: 50)
    var far = Self.draws(shift: 0.5, seed: 5)
    far.positions = far.positions.map { $0.map { $0 - 80 } }
    let ratios = try #require(estimator.ratios([Self.draws(shift: 0.5), far], beta: 2))
    #expect(ratios.grid[0] > -6 && ratios.centres[1] < -79)
    #expect(ratios.policies[0].told > 0.8)
    #expect(ratios.logNormaliser == nil)
  }

  @Test func withoutAnAxisThereIsNothing() {
    let flat = DensityDraws(
      positions: [[-1, -1]], rewards: [[0, 1]], proposals: [0], logProbabilities: [[[-1, -1]]])
    #expect(DensityEstimator(resamples: 10).ratios([flat], beta: 1) == nil)
  }

  @Test func aRewardThatIsNoNumberTakesTheOptimumAlone() throws {
    var draws = Self.draws(shift: 0)
    draws.rewards[0][0] = .nan
    let ratios = try #require(DensityEstimator(resamples: 20).ratios([draws], beta: 1))
    #expect(ratios.optimal == nil && ratios.logNormaliser == nil)
    #expect(ratios.policies[0].told > 0.5)
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
