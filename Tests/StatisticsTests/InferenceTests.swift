import Foundation
import Testing

@testable import Statistics

@Suite struct InferenceTests {
  let inference = Inference()

  private func near(
    _ interval: Interval?, _ low: Double, _ high: Double, _ tolerance: Double = 1e-6
  )
    -> Bool
  {
    guard let interval else { return false }
    return abs(interval.low - low) < tolerance && abs(interval.high - high) < tolerance
  }

  private func answers(_ wins: Int, of count: Int) -> [[Double]] {
    (0..<count).map { [$0 < wins ? 1 : 0] }
  }

  // MARK: Shares

  @Test func twelveOfTwelveIsNotCertain() throws {
    // 0.025^(1/12), Clopper and Pearson's lower end where nothing failed.
    let estimate = try #require(inference.share(answers(12, of: 12)))
    #expect(near(estimate.interval, pow(0.025, 1 / 12.0), 1, 1e-12))
    #expect(estimate.basis?.words == "95 % interval: Clopper–Pearson over prompts")
  }

  @Test func exactSharesAreThoseOfTheBetaDistribution() {
    // scipy.stats.beta.ppf(.025, 3, 8), .ppf(.975, 4, 7)
    #expect(near(ExactShare.interval(successes: 3, of: 10), 0.0667395112, 0.6524528501, 1e-9))
    #expect(ExactShare.interval(successes: 4, of: 3) == nil)
  }

  @Test func boundedMeanOfZerosAndOnesIsExact() throws {
    for (wins, count) in [(0, 1), (1, 2), (3, 10), (20, 20), (7, 90)] {
      let values = answers(wins, of: count).joined().map { $0 }
      let exact = try #require(ExactShare.interval(successes: wins, of: count))
      #expect(near(BoundedMean.interval(values), exact.low, exact.high, 1e-9))
    }
  }

  @Test func boundedMeanOfSoftValuesAsSimulated() {
    // Quantiles of four million draws of Dirichlet weights (NumPy): 0.15513, 0.84488.
    #expect(near(BoundedMean.interval([0.1, 0.5, 0.5, 0.9]), 0.15513, 0.84488, 4e-4))
    #expect(BoundedMean.interval([0.5, 1.1]) == nil)
  }

  @Test func theSaddlepointMeetsTheExactTail() {
    let counts = [Double](repeating: 0, count: 900) + [Double](repeating: 1, count: 101)
    let exact = IncompleteBeta.regularized(0.12, complement: 0.88, 101, 900)
    #expect(abs(BoundedMean.above(0.12, counts) - (1 - exact)) < 1e-3 * (1 - exact))
  }

  @Test(arguments: [[0.5, 0.5, 0.5], [1, 1], [0], [0.5]])
  func noShareIsWithoutWidthOrLeavesItsRange(_ values: [Double]) throws {
    let interval = try #require(inference.share(values.map { [$0] })?.interval)
    #expect(interval.high - interval.low > 0.1)
    #expect(interval.low >= 0 && interval.high <= 1)
    #expect(interval.contains(values[0]))
  }

  @Test func fourEqualAnswersOfAPromptAreOne() throws {
    let once = try #require(inference.share([[1], [0], [1], [1], [0]]))
    let repeated = try #require(
      inference.share([[1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]]))
    #expect(once.interval == repeated.interval)
    #expect((once.count, once.clusters, repeated.count, repeated.clusters) == (5, 5, 20, 5))
  }

  @Test func impossibleSharesHaveNoEstimate() {
    #expect(inference.share([[1.5]]) == nil)
    #expect(inference.share([[.nan]]) == nil)
    #expect(inference.share([[]]) == nil)
  }

  /// As of best-of-n's KL: what is estimated is not below 0, and the estimate may be.
  @Test func anUnbiasedEstimateBelowZeroIsCutThere() throws {
    let found = try #require(inference.nonnegative([[-2], [1]]))
    #expect(found.value == -0.5)
    #expect(try #require(found.interval).low == 0)
    #expect(inference.nonnegative([[0], [0]])?.value == 0)
  }

  /// Two of a hundred rewards are 1: Student's t says [−0.8, 4.8] %, Clopper and Pearson [0.24, 7.04] %.
  @Test func rewardsOfTwoKindsAreNoNarrowerThanTheirShare() throws {
    let rewards = (0..<100).map { [$0 < 2 ? 5.0 : 3.0] }
    let interval = try #require(inference.mean(rewards)?.interval)
    #expect(interval.low <= 3 + 2 * 0.0024 && interval.high >= 3 + 2 * 0.0703)
  }

  /// Sets of n prompts whose answers are won with chance p, tied with chance `ties`.
  @Test(arguments: [
    (2, 0.9, 0.3), (5, 0.02, 0.0), (5, 0.9, 0.0), (5, 0.98, 0.3), (20, 0.98, 0.0), (20, 0.5, 0.3),
  ])
  func sharesCover(_ prompts: Int, _ p: Double, _ ties: Double) throws {
    var generator = SeededGenerator(seed: 7)
    var covered = 0
    for _ in 0..<600 {
      let rows = (0..<prompts).map { _ -> [Double] in
        let won: Double = generator.uniform() < p ? 1 : 0
        return [generator.uniform() < ties ? 0.5 : won]
      }
      let truth = (1 - ties) * p + ties / 2
      if inference.share(rows)?.interval?.contains(truth) == true { covered += 1 }
    }
    #expect(Double(covered) / 600 >= 0.93)
  }

  // MARK: Means

  @Test func meansHaveStudentsInterval() throws {
    // mean 2, sd 1, n = 3: 2 ± 4.302653·1/√3
    let estimate = try #require(inference.mean([[1], [2], [3]]))
    #expect(near(estimate.interval, 2 - 2.484138, 2 + 2.484138))
    #expect(estimate.basis?.caveats == [.tooFew])
  }

  @Test func equalRewardsHaveNoIntervalAndSaySo() throws {
    let estimate = try #require(inference.mean([[0.3], [0.3], [0.3]]))
    #expect(estimate.interval == nil)
    #expect(estimate.basis?.words == "no interval; all values are equal")
    #expect(inference.mean([[0.3]])?.basis?.caveats == [.oneGroup])
  }

  @Test func skewedMeansReachFurtherOnTheLongSide() throws {
    let values = (0..<20).map { [exp(3 * (Double($0) + 0.5) / 20)] } + [[90.0]]
    let estimate = try #require(inference.mean(values))
    #expect(estimate.basis?.method == .bootstrapT)
    let interval = try #require(estimate.interval)
    #expect(interval.high - estimate.value > 1.3 * (estimate.value - interval.low))
  }

  @Test func divergencesStayAboveZero() throws {
    // log scale: factor exp(t·se/mean) = exp(12.706205·0.9/1) on both sides
    let estimate = try #require(inference.nonnegative([[0.1], [1.9]]))
    let factor = exp(12.706204736 * 0.9)
    #expect(near(estimate.interval, 1 / factor, factor, 1e-3))
    #expect(inference.nonnegative([[0], [0]])?.basis?.caveats == [.noSpread])
  }

  @Test func aDifferenceThatIsNotToldFromNoneHoldsIt() throws {
    // 2 of 2⁴ patterns of signs are as extreme: p = 0.125; the skewed values' interval is all below 0.
    let differences: [Double] = [-1, -1, -1, -40]
    let found = try #require(
      inference.difference([differences.map { [$0] }], minus: [differences.map { _ in [0] }]))
    #expect(found.pValue == 0.125)
    #expect(try #require(found.estimate.interval).contains(0))
    // Twelve that agree are told from none, and the interval says so too.
    let many = (1...12).map { -10 - Double($0) / 10 }
    let clear = try #require(
      inference.difference([many.map { [$0] }], minus: [many.map { _ in [0] }]))
    #expect(clear.pValue < 0.05)
    #expect(try #require(clear.estimate.interval).high < 0)
  }

  // MARK: Seeds

  /// `[seed][prompt]`
  static let table: [[Double]] = [[1, 2, 4, 3], [2, 2, 5, 4], [0, 3, 4, 1]]

  @Test func seedsAreCrossedWithPrompts() throws {
    // NumPy: mean squares 1.583333, 5.638889, 0.805556; variance 0.534722, degrees 2.237030.
    let estimate = try #require(
      inference.estimate(.real, seeds: Self.table.map { $0.map { [$0] } }))
    #expect(near(estimate.interval, -0.264132054, 5.430798720))
    #expect(
      estimate.basis?.words
        == "95 % interval: crossed random effects, Satterthwaite, for other seeds and other prompts; "
        + "too few to tell how far it can be trusted")
    #expect((estimate.count, estimate.clusters, estimate.seeds) == (12, 4, 3))
  }

  @Test func promptsArePairedAndSeedsAreNot() throws {
    // NumPy, from the same mean squares and the variance of the prompts' differences.
    let difference = try #require(
      inference.difference(Self.table.map { $0.map { [$0] } }, minus: [[[1], [1], [3], [2]]]))
    #expect(near(difference.estimate.interval, -0.923217288, 2.589883955))
    #expect(abs(difference.pValue - 0.178005063) < 1e-8)
    #expect(difference.estimate.basis?.caveats == [.tooFew, .oneSeed])
  }

  @Test func twoSeedsSettleNothing() throws {
    let estimate = try #require(
      inference.estimate(.real, seeds: Self.table.prefix(2).map { $0.map { [$0] } }))
    #expect(estimate.basis?.words.contains("two seeds settle nothing") == true)
  }

  @Test func seedsThatAgreeDoNotMakeAShareCertain() throws {
    let all = [[[Double]]](repeating: answers(5, of: 5), count: 3)
    let estimate = try #require(inference.estimate(.share, seeds: all))
    #expect(near(estimate.interval, pow(0.025, 0.2), 1, 1e-9))
  }

  @Test func promptsThatASeedLacksAreLeftOut() throws {
    let estimate = try #require(
      inference.estimate(.real, seeds: [[[1], [2], []], [[2], [3], [9]], [[0], [1], [9]]]))
    #expect(estimate.clusters == 2)
    #expect(estimate.value == 1.5)
  }

  // MARK: Differences and ranks

  @Test func signsAreFlippedExactlyForFewPrompts() throws {
    let difference = try #require(
      inference.difference([[[1], [2], [3], [4], [5]]], minus: [[[0], [0], [0], [0], [0]]]))
    // Two of 32 patterns are as extreme.
    #expect(difference.pValue == 2.0 / 32)
    #expect(difference.test == .signFlip)
  }

  @Test func equalSystemsDifferNowhere() throws {
    let rows = (0..<6).map { [Double($0)] }
    let difference = try #require(inference.difference([rows], minus: [rows]))
    #expect(difference.pValue == 1)
    #expect(difference.estimate.interval == nil)
  }

  @Test func ranksAreRefusedWhereTheyCannotHold() {
    let systems = (0..<3).map { system in [(0..<5).map { [Double($0 + 10 * system)] }] }
    #expect(
      inference.ranks(systems)
        == .cannotHold(reason: "5 prompts cannot tell 3 systems apart"))
  }

  @Test func clearRanksAreSingle() {
    var generator = SeededGenerator(seed: 3)
    let systems = (0..<3).map { system in
      [(0..<40).map { _ in [generator.normal() + 3 * Double(system)] }]
    }
    #expect(inference.ranks(systems) == .hold([3...3, 2...2, 1...1]))
  }

  /// Six stages that are one: their trainings differ by luck of the seed and samples alone.
  @Test(arguments: [(1, 10), (1, 20), (3, 8), (5, 8)])
  func oneStageUnderSixNamesHasNoBest(_ seeds: Int, _ prompts: Int) {
    var generator = SeededGenerator(seed: 11)
    var alarms = 0
    for _ in 0..<1000 {
      let easy = (0..<prompts).map { _ in generator.normal() }
      let systems = (0..<6).map { _ in
        (0..<seeds).map { _ in
          let luck = seeds > 1 ? 0.5 * generator.normal() : 0
          return easy.map { prompt in
            (0..<2).map { _ in prompt + luck + generator.normal() }
          }
        }
      }
      let ranks = inference.ranks(systems).ranges ?? []
      if ranks.contains(where: { $0 != 1...6 }) { alarms += 1 }
    }
    #expect(alarms <= 55)
  }
}
