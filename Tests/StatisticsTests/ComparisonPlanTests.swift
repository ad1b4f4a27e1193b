import Testing

@testable import Statistics

@Suite struct ComparisonPlanTests {
  private func plan(_ deviation: Double, luck: Double = 0, seeds: Int = 1) throws -> ComparisonPlan
  {
    try #require(
      ComparisonPlan(deviation: deviation, seedDeviation: luck, seeds: seeds, trained: 2))
  }

  @Test func theNoncentralDistributionIsScipys() throws {
    // scipy.stats.nct.cdf(1.5, 7, .8), (12.7, 1, 3), (−2, 200, .5)
    for (t, degrees, shift, expected) in [
      (1.5, 7.0, 0.8, 0.7261200966), (12.7, 1, 3, 0.8138032180), (-2, 200, 0.5, 0.0064745716),
    ] {
      let found = try #require(NoncentralT.cumulative(t, degrees: degrees, shift: shift))
      #expect(abs(found - expected) < 1e-8)
    }
    #expect(NoncentralT.cumulative(1, degrees: 0, shift: 0) == nil)
  }

  @Test func powerIsThatOfThePairedTest() throws {
    // scipy: nct.sf(t, n − 1, d·√n/sd) and the far tail.
    #expect(abs(try #require(plan(0.5).power(difference: 0.05, prompts: 100)) - 0.1676995) < 1e-6)
    #expect(abs(try #require(plan(0.5).power(difference: 0.2, prompts: 10)) - 0.2051485) < 1e-6)
    // Where there is nothing to find, the level.
    #expect(abs(try #require(plan(0.5).power(difference: 0, prompts: 10)) - 0.05) < 1e-8)
  }

  @Test func promptsAreTheFewestThatAreEnough() throws {
    // scipy: power .79976 at 455 prompts and .80063 at 456.
    #expect(try plan(0.38).prompts(difference: 0.05, power: 0.8) == 456)
    #expect(try plan(0.5).prompts(difference: 0.05, power: 0.8) == 787)
  }

  @Test func twoPromptsFindOnlyTheEnormous() throws {
    #expect(try #require(plan(0.5).difference(prompts: 2, power: 0.8)) > 5)
    #expect(try plan(0.5).difference(prompts: 1, power: 0.8) == nil)
    #expect(
      abs(try #require(plan(0.42992).difference(prompts: 805, power: 0.8)) - 0.0425023) < 1e-6)
  }

  @Test func seedsLeaveOpenWhatNoPromptsSettle() throws {
    // Two sides of three seeds: error .05·√(2/3) = .041 however many prompts.
    #expect(try plan(0.5, luck: 0.05, seeds: 3).prompts(difference: 0.05, power: 0.8) == nil)
    let few = try #require(plan(0.5, luck: 0.01, seeds: 5).prompts(difference: 0.05, power: 0.8))
    #expect(few > 787 && few < 2000)
  }

  /// Against the test itself, on 2,000 sets of data for which the power was promised.
  @Test func powerOverSeedsIsThatOfTheCrossedTest() throws {
    for (prompts, difference, seeds) in [(50, 0.2, 3), (20, 0.3, 5)] {
      let said = try #require(
        plan(0.5, luck: 0.1, seeds: seeds).power(difference: difference, prompts: prompts))
      var generator = SeededGenerator(seed: 9)
      var found = 0
      for _ in 0..<2000 {
        let hard = (0..<prompts).map { _ in 0.5 * generator.normal() }
        func side(_ shift: Double, _ own: [Double]) -> [[[Double]]] {
          (0..<seeds).map { _ in
            let luck = shift + 0.1 * generator.normal()
            return own.map { [$0 + luck] }
          }
        }
        let none = [Double](repeating: 0, count: prompts)
        let test = Inference().difference(side(difference, hard), minus: side(0, none))
        if let test, test.pValue <= 0.05 { found += 1 }
      }
      // Three standard errors of a share of 2,000.
      #expect(abs(said - Double(found) / 2000) < 0.034, "\(said) promised, \(found) found")
    }
  }

  @Test func impossiblePlansAreNil() {
    #expect(ComparisonPlan(deviation: 0) == nil)
    #expect(ComparisonPlan(deviation: -1) == nil)
    #expect(ComparisonPlan(deviation: 1, seeds: 0) == nil)
    #expect(ComparisonPlan(deviation: 1, trained: 3) == nil)
  }
}
