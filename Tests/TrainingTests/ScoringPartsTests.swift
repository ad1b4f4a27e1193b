import Testing

@testable import Training

@Suite struct ScoringPartsTests {
  @Test func `short examples are run by many, long ones by few, each once`() {
    #expect(ScoringParts.of([]) == [])
    #expect(ScoringParts.of(Array(repeating: 10, count: 70)) == [0..<32, 32..<64, 64..<70])
    #expect(ScoringParts.of(Array(repeating: 10, count: 20), most: 16) == [0..<16, 16..<20])
    // Three rows of 400 tokens each: three examples have 3600 tokens, four 4800.
    #expect(
      ScoringParts.of(Array(repeating: 400, count: 7), rows: 3) == [0..<3, 3..<6, 6..<7])
    // What one pads to counts for all: 5 × 900 is too much, and one of 9000 is a part of its own.
    #expect(ScoringParts.of([10, 10, 10, 900, 10, 9000, 10]) == [0..<4, 4..<5, 5..<6, 6..<7])
  }
}
