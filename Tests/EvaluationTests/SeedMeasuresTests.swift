import Runs
import Statistics
import Testing

@testable import Evaluation

@Suite struct SeedMeasuresTests {
  static func finding(_ value: Double, prompts: [Double]? = nil, unit: String = "") -> Finding {
    Finding(
      name: "reward", reference: nil, unit: unit, direction: .higher,
      estimate: Estimate(value: value, interval: nil, count: 8, clusters: 4), what: "mean",
      spread: "of prompts", prompts: prompts)
  }

  static func combined(_ findings: [Finding]) -> Finding? {
    SeedMeasures(settings: EvaluationSettings(), seeds: findings.map { [$0] }).all.first
  }

  @Test func fewSeedsGetStudentsTOverSeeds() throws {
    let found = try #require(Self.combined([0.6, 0.7, 0.8].map { Self.finding($0) }))
    let estimate = try #require(found.estimate)
    #expect(abs(estimate.value - 0.7) < 1e-12)
    // 4.3027 · 0.1/√3, two degrees of freedom.
    #expect(abs((estimate.interval?.high ?? 0) - 0.948414) < 1e-5)
    #expect((estimate.count, estimate.clusters) == (24, 3))
    #expect(
      found.measurement(of: "dpo").method
        == "mean, mean over 3 seeds; 95 % interval: Student's t over seeds, 2 degrees of freedom")
  }

  @Test func fiveSeedsGetATwoLevelBootstrap() throws {
    let found = try #require(
      Self.combined((0..<5).map { Self.finding(Double($0), prompts: [Double($0), Double($0)]) }))
    let interval = try #require(found.estimate?.interval)
    // The mean of five of 0 … 4 has deviation √(2/5).
    #expect(abs(interval.low - (2 - 1.96 * 0.632)) < 0.2)
    #expect(abs(interval.high - (2 + 1.96 * 0.632)) < 0.2)
    #expect(
      found.spread
        == "95 % interval: bootstrap of seeds and of prompts within them, 2000 resamples")
  }

  @Test func sharesStayInsideTheirRange() throws {
    let found = try #require(Self.combined([0.9, 1].map { Self.finding($0, unit: "share") }))
    #expect(found.estimate?.interval == Interval(found.estimate?.interval?.low ?? -1, 1))
    #expect(found.estimate?.interval?.low ?? -1 >= 0)
  }

  @Test func seedsThatAgreeByChanceAreNotCertain() throws {
    let found = try #require(Self.combined([0.5, 0.5].map { Self.finding($0) }))
    #expect(found.estimate?.value == 0.5)
    #expect(found.estimate?.interval == nil)
    #expect(found.spread == "no interval: all seeds have the same value")
  }

  @Test func aMissingSeedLeavesNoValue() throws {
    var missing = Self.finding(1)
    missing.estimate = nil
    let found = try #require(Self.combined([Self.finding(1), missing]))
    #expect(found.estimate == nil)
    #expect(found.measurement(of: "dpo").method == "mean; a seed has no value")
  }

  @Test func groupsOfSeedsMeetInAllPairs() throws {
    let rates = [[0.5, 0.6], [0.7, 0.8]].map { $0.map { Self.finding($0, unit: "share") } }
    let found = try #require(
      SeedMeasures.winRate(rates, against: "exo", settings: EvaluationSettings()))
    let estimate = try #require(found.estimate)
    // Rows average to .55 and .75, columns to .6 and .7: error √(.02/2 + .005/2) = .1118; the
    // quantile of one degree of freedom is 12.7, which leaves nothing of a share but its range.
    #expect(abs(estimate.value - 0.65) < 1e-12)
    #expect(estimate.interval == Interval(0, 1))
    #expect((estimate.count, estimate.clusters) == (32, 2))
    #expect(found.reference == "exo")
  }
}
