import Statistics
import Testing

@testable import Auditing

@Suite struct LengthBiasTests {
  private func row(_ prompt: String, _ chosen: Int, _ rejected: Int) -> AuditedRow {
    AuditedRow(
      "\(prompt)", prompt: prompt,
      [String(repeating: "x", count: chosen), String(repeating: "y", count: rejected)],
      label: .preference)
  }

  /// Longer, longer, equal, shorter: ½ longer, the rule right in (1 + 1 + ½ + 0)/4.
  @Test func pairsOfFourPrompts() throws {
    let bias = try #require(
      LengthBias([row("a", 10, 4), row("b", 7, 3), row("c", 5, 5), row("d", 2, 4)]))
    #expect(bias.pairs == 4 && bias.equal == 1)
    #expect(bias.chosenLonger.value == 0.5)
    #expect(bias.longerIsRight.value == 0.625)
    #expect(bias.difference.value == 2)
    // Clopper and Pearson's interval of 2 of 4.
    let interval = try #require(bias.chosenLonger.interval)
    #expect(abs(interval.low - 0.067586) < 1e-6 && abs(interval.high - 0.932414) < 1e-6)
  }

  @Test func pairsOfOnePromptAreOneObservation() throws {
    let many = (0..<50).map { _ in row("a", 10, 4) } + [row("b", 4, 10)]
    let bias = try #require(LengthBias(many))
    #expect(bias.chosenLonger.value == 0.5)
    #expect(bias.chosenLonger.clusters == 2)
  }

  @Test func otherRowsHaveNone() {
    #expect(LengthBias([AuditedRow("a", prompt: "P", ["x"], label: .mark(1))]) == nil)
  }
}
