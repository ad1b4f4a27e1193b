import Statistics
import Testing

@testable import Auditing

@Suite struct NearIndexTests {
  private static func word(_ generator: inout SeededGenerator) -> String {
    let length = 3 + generator.index(below: 6)
    return String(
      decoding: (0..<length).map { _ in UInt8(ascii: "a") + UInt8(generator.index(below: 26)) },
      as: UTF8.self)
  }

  private static func text(_ words: Int, _ generator: inout SeededGenerator) -> [String] {
    (0..<words).map { _ in word(&generator) }
  }

  /// Pairs of texts in which some words were exchanged, until the similarity lies in the range.
  private static func pairs(
    _ count: Int, words: Int, similarity range: ClosedRange<Double>
  ) -> [(String, String)] {
    var generator = SeededGenerator(seed: 7)
    var found: [(String, String)] = []
    while found.count < count {
      let original = text(words, &generator)
      var changed = original
      for _ in 0..<words {
        changed[generator.index(below: words)] = word(&generator)
        let pair = (original.joined(separator: " "), changed.joined(separator: " "))
        let similarity = Shingles([pair.0]).similarity(to: Shingles([pair.1]))
        if range.contains(similarity) {
          found.append(pair)
          break
        }
        if similarity < range.lowerBound { break }
      }
    }
    return found
  }

  /// How many of the pairs are found among all first texts.
  private static func found(_ pairs: [(String, String)]) -> Int {
    let index = NearIndex { Shingles([pairs[$0].0]) }
    for pair in pairs { index.append(MinHash(Shingles([pair.0])), isEmpty: false) }
    return pairs.indices.count { place in
      let shingles = Shingles([pairs[place].1])
      return index.matches(shingles, MinHash(shingles)).contains { $0.entry == place }
    }
  }

  /// 1 − (1 − J⁶)²¹ is 0.9983 at 0.80 and above 0.9999 at 0.9: of 150 pairs at 0.80 … 0.82 five or more
  /// are missed with a probability below 10⁻⁵.
  @Test(arguments: [25, 60])
  func pairsAtTheThresholdAreFound(words: Int) {
    #expect(Self.found(Self.pairs(150, words: words, similarity: 0.8...0.82)) > 145)
    #expect(Self.found(Self.pairs(150, words: words, similarity: 0.89...0.91)) == 150)
  }

  @Test func nothingBelowTheThresholdIsFound() {
    #expect(Self.found(Self.pairs(150, words: 60, similarity: 0.7...0.79)) == 0)
  }

  @Test func textsOfAnOwnAreNearToNothing() {
    var generator = SeededGenerator(seed: 3)
    let texts = (0..<1000).map { _ in Self.text(12, &generator).joined(separator: " ") }
    let index = NearIndex { Shingles([texts[$0]]) }
    var found = 0
    for text in texts {
      let shingles = Shingles([text])
      found += index.matches(shingles, MinHash(shingles)).count
      index.append(MinHash(shingles), isEmpty: false)
    }
    #expect(found == 0)
  }

  /// The estimate's deviation is at most √(J (1 − J) / 126) = 0.036 for 126 independent places.
  @Test func equalPlacesEstimateTheSimilarity() {
    let pairs = Self.pairs(100, words: 60, similarity: 0.8...0.82)
    let shares = pairs.map { pair -> Double in
      let (first, second) = (MinHash(Shingles([pair.0])), MinHash(Shingles([pair.1])))
      return Double(zip(first.numbers, second.numbers).count { $0 == $1 }) / 126
    }
    let mean = shares.reduce(0, +) / Double(shares.count)
    #expect(abs(mean - 0.81) < 0.015)
    #expect(shares.allSatisfy { $0 > 0.65 })
  }

  @Test func shortTextsHaveAllPlaces() {
    let hash = MinHash(Shingles(["abc"]))
    #expect(Set(hash.numbers).count == 1)
    #expect(MinHash(Shingles([""])).numbers == [UInt32](repeating: 0, count: 126))
  }
}
