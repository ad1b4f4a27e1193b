import Testing

@testable import Statistics

@Suite struct GapTests {
  /// Of 1 … 5 and 2, 4, 6: means 3 and 4, variances 2.5 and 4, so ½ + 4/3 = 1.8333 behind the difference;
  /// degrees (1.8333)²/(0.25/4 + 1.7778/2) = 3.5328, t 2.92741 (scipy.stats.t.ppf(0.975, 3.5328)).
  @Test func welchsInterval() throws {
    let found = try #require(Inference().gap(between: [1, 2, 3, 4, 5], and: [2, 4, 6]))
    #expect(found.value == -1)
    let interval = try #require(found.interval)
    #expect(abs(interval.low + 4.9637) < 1e-3)
    #expect(abs(interval.high - 2.9637) < 1e-3)
    #expect(found.basis?.caveats == [.tooFew])
  }

  @Test func sidesWithoutSpreadHaveNoInterval() {
    #expect(Inference().gap(between: [1, 1], and: [0, 0])?.interval == nil)
    #expect(Inference().gap(between: [1], and: [0, 2])?.interval == nil)
    #expect(Inference().gap(between: [], and: [0, 2]) == nil)
  }
}
