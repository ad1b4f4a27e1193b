import Runs
import Testing

@testable import Report

@Suite struct NumeralTests {
  @Test(arguments: [
    (0.0, "0"), (1.0, "1.00"), (-0.123456, "−0.123"), (12.345, "12.3"), (1234.5, "1234"),
    (-98765.4, "−98,765"), (1e6, "1.00×10⁶"), (2.5e-7, "2.50×10⁻⁷"), (0.000123, "0.000123"),
    (0.9999, "1.00"), (.nan, "not finite"), (-.infinity, "not finite"),
  ])
  func significantDigitsDecideWhatIsPrinted(value: Double, text: String) {
    #expect(Numeral.significant(value) == text)
  }

  @Test func zeroHasNoSign() {
    #expect(Numeral.fixed(-0.0004, decimals: 2) == "0.00")
    #expect(Numeral.fixed(-0.6, decimals: 0) == "−1")
  }

  @Test func thousandsAreGroupedFromFiveDigitsOn() {
    #expect(Numeral.count(1234) == "1234")
    #expect(Numeral.count(-12345) == "−12,345")
    #expect(Numeral.count(1_234_567) == "1,234,567")
  }

  @Test func theIntervalDecidesTheDecimals() {
    // Half-widths 0.031 and 3.1 leave two significant digits; 0.98 counts as 1.0.
    #expect(Numeral.decimals(halfWidth: 0.031) == 3)
    #expect(Numeral.decimals(halfWidth: 3.1) == 1)
    #expect(Numeral.decimals(halfWidth: 0.98) == 1)
    #expect(Numeral.decimals(halfWidth: 310) == 0)
    #expect(Numeral.decimals(halfWidth: 0) == nil)
  }

  @Test func bytesAndDurationsTakeAFittingUnit() {
    #expect(Numeral.bytes(512) == "512\u{A0}B")
    #expect(Numeral.bytes(1_572_864) == "1.50\u{A0}MiB")
    #expect(Numeral.duration(seconds: 0.5) == "0.500\u{A0}s")
    #expect(Numeral.duration(seconds: 150) == "2.50\u{A0}min")
    #expect(Numeral.duration(seconds: 9000) == "2.50\u{A0}h")
  }

  @Test func coordinatesAreShortAndNeverBreakADrawing() {
    #expect(Numeral.coordinate(12.04) == "12")
    #expect(Numeral.coordinate(-0.26) == "-0.3")
    #expect(Numeral.coordinate(.nan) == "0")
    #expect(Numeral.coordinate(.infinity) == "0")
  }

  private func estimate(_ value: Double?, _ low: Double?, _ high: Double?, unit: String)
    -> PrintedEstimate
  {
    PrintedEstimate(
      Measurement(
        name: "m", subject: "s", value: value, low: low, high: high, count: 1, clusters: 1,
        unit: unit, direction: .higher, method: ""))
  }

  @Test func sharesArePrintedInPercent() {
    #expect(estimate(0.57, 0.472154, 0.662667, unit: "share").phrase == "57.0\u{A0}% [47.2, 66.3]")
  }

  @Test func whatIsMissingIsSaid() {
    #expect(estimate(nil, nil, nil, unit: "").value == "—")
    #expect(estimate(.infinity, nil, nil, unit: "").value == "not finite")
    #expect(estimate(1.5, nil, nil, unit: "").interval == nil)
    #expect(estimate(1.5, .nan, 2, unit: "").interval == nil)
  }
}
