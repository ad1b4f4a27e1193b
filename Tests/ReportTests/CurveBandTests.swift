import Testing

@testable import Report

@Suite struct CurveBandTests {
  @Test func theBandSpansTheSeeds() {
    let band = CurveBand([[(1, 2.0), (2, 4.0)], [(1, 6.0), (2, 5.0)]])
    #expect(
      band.points == [
        .init(step: 1, mean: 4, low: 2, high: 6), .init(step: 2, mean: 4.5, low: 4, high: 5),
      ])
    #expect(band.seeds == 2 && band.stepsPerPoint == 1)
  }

  @Test func `seeds of unequal length are averaged only where all are`() {
    let band = CurveBand([
      [(1, 2.0), (2, 4.0)], [(1, 6.0), (2, 6.0), (3, 9.0), (4, 9.0)], [(2, 5.0), (3, 1.0)],
    ])
    // All three have step 2; the mean does not jump to the survivors'.
    #expect(band.points == [.init(step: 2, mean: 5, low: 4, high: 6)])
    func line(_ values: (Double, Double)...) -> [CurveBand.Point] {
      values.map { .init(step: $0.0, mean: $0.1, low: $0.1, high: $0.1) }
    }
    #expect(
      band.rests == [
        line((1, 2), (2, 4)), line((1, 6), (2, 6)), line((2, 6), (3, 9), (4, 9)),
        line((2, 5), (3, 1)),
      ])
    #expect(CurveBand([[(1, 1.0), (2, 1.0)], [(1, 3.0), (2, 3.0)]]).rests.isEmpty)
    #expect(CurveBand([[(1, 1.0), (2, 1.0)]]).rests.isEmpty)
  }

  @Test func `seeds without a step in common are each drawn alone`() {
    let band = CurveBand([[(1, 1.0), (2, 1.0)], [(5, 3.0), (6, 3.0)]])
    #expect(band.points.isEmpty)
    #expect(band.rests.map(\.count) == [2, 2])
  }

  @Test func longSeriesAreAveragedInBins() {
    let band = CurveBand([(1...100).map { ($0, Double($0)) }], maximumPoints: 10)
    // Steps 1...10 average to 5.5.
    #expect(band.points.count == 10 && band.stepsPerPoint == 10)
    #expect(band.points.first == .init(step: 5.5, mean: 5.5, low: 5.5, high: 5.5))
  }

  @Test func valuesThatAreNotFiniteAreCountedAndLeftOut() {
    let band = CurveBand([[(1, .nan), (2, 1.0), (3, .infinity)]])
    #expect(band.points.count == 1 && band.nonfinite == 2)
  }

  @Test func nothingGivesNothing() {
    #expect(CurveBand([]).points.isEmpty)
    #expect(CurveBand([[]]).seeds == 0)
  }
}
