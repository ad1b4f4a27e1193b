import Testing

@testable import Statistics

/// All pairs of systems on the same prompts, with one correction over all of them.
@Suite struct ContrastTests {
  private func system(_ values: [Double]) -> [[[Double]]] { [values.map { [$0] }] }

  @Test func `p-values are corrected over all families together`() {
    let all = system([1, 1, 1, 1, 1, 1])
    let most = system([1, 1, 1, 1, 1, 0])
    let none = system([0, 0, 0, 0, 0, 0])
    let alone = Inference().contrasts([[all, none, most]])[0]
    #expect(alone.map { [$0.first, $0.second] } == [[0, 1], [0, 2], [1, 2]])
    // Exact flips of signs: 2/2^6 of six equal signs, 2/2 of one, 2/2^5 of five.
    #expect(alone.map(\.difference.pValue) == [0.03125, 1, 0.0625])
    // Holm: 3 · 0.03125, then 2 · 0.0625, then 1.
    #expect(alone.map(\.correctedPValue) == [0.09375, 1, 0.125])
    let two = Inference().contrasts([[all, none], [all, none]])
    #expect(two.map { $0.map(\.correctedPValue) } == [[0.0625], [0.0625]])
    #expect(Inference().contrasts([]).isEmpty)
    #expect(Inference().contrasts([[all]]) == [[]])
  }

  @Test func `what is not resolved says how many prompts would show as much`() throws {
    let all = system([1, 1, 1, 1, 1, 1])
    let most = system([1, 1, 1, 1, 1, 0])
    let found = try #require(Inference().contrasts([[all, most]])[0].first)
    #expect(!found.isResolved)
    // Deviation √(1/6) of a difference of 1/6, so (2.8016 · 2.4495)² = 47.1 by the normal; Student's
    // quantiles ask for about two more.
    let needed = try #require(found.promptsNeeded)
    #expect((48...51).contains(needed), "\(needed)")
    // Nothing is foretold of equal systems, nor of a difference that is shown, nor beside luck of seeds.
    #expect(Inference().contrasts([[all, all]])[0][0].promptsNeeded == nil)
    let shown = Inference().contrasts([[all, system([0, 0, 0, 0, 0, 0])]])[0][0]
    #expect(shown.promptsNeeded == nil)
    let seeds = Inference().contrasts([[all + all, most + most]])[0][0]
    #expect(seeds.promptsNeeded == nil)
  }
}
