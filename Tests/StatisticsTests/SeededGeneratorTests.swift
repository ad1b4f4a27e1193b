import TestSupport
import Testing

@testable import Statistics

@Suite struct SeededGeneratorTests {
  @Test func theStreamNeverChanges() {
    // SplitMix64 of seed 0 begins e220a8397b1dcdaf, 6e789e6aa1b965f4; the first xoshiro256** output
    // is rotl(5 · second, 7) · 9, by hand:
    let second: UInt64 = 0x6e78_9e6a_a1b9_65f4
    let product = second &* 5
    var generator = SeededGenerator(seed: 0)
    #expect(generator.next() == (product << 7 | product >> 57) &* 9)
    #expect(generator.next() == 0xbf6e_1f78_4956_452a)
  }

  @Test func equalSeedsAgreeAndOthersDiffer() {
    var first = SeededGenerator(seed: 7)
    var same = SeededGenerator(seed: 7)
    var other = SeededGenerator(seed: 8)
    let stream = (0..<100).map { _ in first.next() }
    #expect(stream == (0..<100).map { _ in same.next() })
    #expect(stream != (0..<100).map { _ in other.next() })
  }

  @Test func indicesCoverTheirRangeEvenly() {
    var generator = SeededGenerator(seed: 3)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[generator.index(below: 7)] += 1 }
    // Standard deviation of a count is 93.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    #expect(generator.index(below: 1) == 0)
    #expect(generator.index(below: 0) == 0)
  }

  @Test func normalDrawsHaveUnitVariance() {
    var generator = SeededGenerator(seed: 5)
    let draws = (0..<20_000).map { _ in generator.normal() }
    #expect(isClose(Sample.mean(draws), 0, within: 0.03))
    #expect(isClose(Sample.variance(draws), 1, within: 0.05))
  }
}
