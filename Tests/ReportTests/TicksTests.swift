import Testing

@testable import Report

@Suite struct TicksTests {
  @Test func linearTicksAreRound() {
    let ticks = Ticks.linear(0, 7.3)
    #expect(ticks.values == [0, 2, 4, 6])
    #expect(ticks.labels == ["0", "2", "4", "6"])
  }

  @Test func fractionsKeepTheDecimalsTheyNeed() {
    #expect(Ticks.linear(0.47, 0.83).labels == ["0.5", "0.6", "0.7", "0.8"])
    #expect(
      Ticks.linear(-0.03, 0.02).labels == ["−0.03", "−0.02", "−0.01", "0.00", "0.01", "0.02"])
  }

  @Test func largeNumbersAreGrouped() {
    #expect(Ticks.linear(0, 50_000).labels.last == "50,000")
    #expect(Ticks.linear(0, 4e7).labels.last == "4.00×10⁷")
  }

  @Test func aRangeOfNoWidthHasOneTick() {
    #expect(Ticks.linear(3, 3).labels == ["3.00"])
    #expect(Ticks.linear(.nan, 1).values.count == 1)
  }

  @Test func logarithmicTicksAreDecadesOrTheirParts() {
    #expect(Ticks.logarithmic(0.01, 100_000).labels.first == "0.01")
    #expect(Ticks.logarithmic(0.01, 100_000).values.count == 8)
    #expect(Ticks.logarithmic(0.9, 12).labels == ["1", "2", "5", "10"])
  }

  @Test(arguments: [(0.0, 1.0), (-5.0, 5.0), (1e-7, 3e-7), (99.0, 101.0), (-1e9, 2e9)])
  func ticksStayInsideTheirRange(low: Double, high: Double) {
    let ticks = Ticks.linear(low, high)
    let slack = (high - low) * 1e-6
    #expect(ticks.values.count >= 2 && ticks.values.count <= 8)
    #expect(ticks.values.allSatisfy { $0 >= low - slack && $0 <= high + slack })
    #expect(Set(ticks.labels).count == ticks.labels.count)
  }

  @Test func scalesMapTheirEndsAndStayFinite() {
    var scale = Scale(from: 0, to: 10)
    scale.start = 100
    scale.end = 200
    #expect(scale(0) == 100 && scale(10) == 200 && scale(5) == 150)
    #expect(scale(1e300).isFinite)
    let equal = Scale(holding: [2, 2])
    #expect(equal.low < 2 && equal.high > 2)
    #expect(Scale(holding: []).high > Scale(holding: []).low)
    #expect(Scale(holding: [17], zero: true).low == 0)
    #expect(Scale(holding: [-2], zero: true).low < -2)
  }

  /// Decades are 20 apart. Labels of letters 6 wide need 6 (3 + 1) / 2 + 6 = 18 between 0.1 and 1, and
  /// 6 (2 + 3) / 2 + 6 = 21 between 10 and 100; 2 wide, 0.2 is 6 from 0.1 and needs 8, and 50 is 6 from 100
  /// and needs 7.
  @Test func labelsOfAnAxisDoNotRunIntoEachOther() {
    var scale = Scale(from: 0.1, to: 100, logarithmic: true)
    scale.end = 60
    #expect(scale.ticks.labels == ["0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50", "100"])
    #expect(scale.labels(letter: 6).map(\.label) == ["0.1", "1", "10"])
    #expect(
      scale.labels(letter: 2).map(\.label) == ["0.1", "0.5", "1", "2", "5", "10", "20", "100"])
    let linear = Scale(from: 0, to: 10)
    #expect(linear.labels(letter: 0).map(\.label) == linear.ticks.labels)
  }

  @Test func onlyWidePositiveRangesAreLogarithmic() {
    #expect(Scale.prefersLogarithm([0.01, 5]))
    #expect(!Scale.prefersLogarithm([0.5, 5]))
    #expect(!Scale.prefersLogarithm([0, 5]))
    #expect(!Scale(holding: [-1, 5], logarithmic: true).isLogarithmic)
  }
}
