import Testing

@testable import Auditing

@Suite struct ShinglesTests {
  /// "abcdefgh i" has the runs abcdefgh, bcdefgh_ and cdefgh_i.
  @Test func shinglesAreRunsOfEightBytes() {
    #expect(Shingles(["abcdefgh i"]).all.count == 3)
    #expect(Shingles(["abc"]).all == [0x616263])
    #expect(Shingles([""]).all.isEmpty)
  }

  @Test func caseAndPunctuationDoNotCount() {
    #expect(Shingles(["Hello,   World! Ünï"]) == Shingles(["hello world ünï"]))
    #expect(Shingles.normalised("  A—b\n") == Array("a b".utf8))
  }

  @Test func letterOfAnyScriptCounts() {
    #expect(Shingles(["我喜歡這部電影"]).all.count == 14)
    #expect(Shingles(["我喜歡這部電影"]) != Shingles(["我討厭這部電影"]))
  }

  /// 3 common of 3 + 4 − 3.
  @Test func similarityIsTheShareOfCommonShingles() {
    let similarity = Shingles(["abcdefghij"]).similarity(to: Shingles(["abcdefghijk"]))
    #expect(similarity == 0.75)
    #expect(Shingles([""]).similarity(to: Shingles([""])) == 0)
  }

  @Test func noShingleReachesFromOneTextIntoAnother() {
    #expect(
      Shingles(["abcdefgh", "ijklmnop"]).all.count == 2
        && Shingles(["ijklmnop", "abcdefgh"]) == Shingles(["abcdefgh", "ijklmnop"]))
  }
}
