import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct NormalTests {
  // scipy.stats.norm.ppf
  @Test(
    arguments: [
      (0.975, 1.959963984540054), (0.8, 0.8416212335729143), (0.5, 0), (0.025, -1.959963984540054),
      (1e-10, -6.361340902404056), (1e-300, -37.0471), (0.4999999, -2.5066282746310005e-07),
    ] as [(Double, Double)])
  func quantilesMatchTables(probability: Double, expected: Double) {
    let tolerance = probability == 1e-300 ? 1e-4 : 1e-13 * max(1, abs(expected))
    #expect(isClose(Normal.quantile(probability), expected, within: tolerance))
  }

  @Test func quantileInvertsCumulative() {
    for z in stride(from: -8.0, through: 5.0, by: 0.37) {
      #expect(isClose(Normal.quantile(Normal.cumulative(z)), z, within: 1e-9))
    }
  }

  @Test func quantileOutsideTheOpenIntervalIsNil() {
    for probability in [0, 1, -1, 2, Double.nan] { #expect(Normal.quantile(probability) == nil) }
  }

  // The textbook table, to its printed digits, and closed forms for 1 and 2 degrees.
  @Test(
    arguments: [
      (0.975, 1.0, 12.706204736), (0.975, 2, 4.302652730), (0.975, 4, 2.776445105),
      (0.975, 9, 2.262157163), (0.975, 30, 2.042272456), (0.995, 4, 4.604094871),
      (0.025, 4, -2.776445105), (0.5, 7, 0), (0.975, 1e6, 1.959966),
    ] as [(Double, Double, Double)])
  func studentQuantilesMatchTables(probability: Double, degrees: Double, expected: Double) {
    #expect(
      isClose(StudentT.quantile(probability, degrees: degrees), expected, within: 1e-6))
  }

  @Test func studentTailsHaveTheirClosedForms() {
    // One degree is Cauchy: P(T ≤ t) = 1/2 + atan(t)/π. Two: 1/2 + t/(2√(2 + t²)).
    for t in [-300, -2, -0.1, 0, 0.5, 3, 1e4] {
      #expect(
        isClose(StudentT.cumulative(t, degrees: 1), 0.5 + atan(t) / .pi, within: 1e-13))
      #expect(
        isClose(
          StudentT.cumulative(t, degrees: 2), 0.5 + t / (2 * (2 + t * t).squareRoot()),
          within: 1e-13))
    }
    #expect(isClose(StudentT.twoSided(12.706204736, degrees: 1), 0.05, within: 1e-10))
  }

  @Test func studentWithoutDegreesIsNil() {
    #expect(StudentT.quantile(0.975, degrees: 0) == nil)
    #expect(StudentT.cumulative(1, degrees: -1) == nil)
    #expect(StudentT.twoSided(.nan, degrees: 3) == nil)
    #expect(StudentT.cumulative(-.infinity, degrees: 3) == 0)
  }
}
