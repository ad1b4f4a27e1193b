import Testing

@testable import Command

@Suite struct NearestNameTests {
  @Test func `the word's beginning or its nearest neighbour is found, and nothing far`() {
    let names = ["evaluate", "exam", "export"]
    #expect(NearestName.of("eval", among: names) == "evaluate")
    #expect(NearestName.of("exprot", among: names) == "export")
    #expect(NearestName.of("judge", among: names) == nil)
    // A family's name is nearer to its members than to another family's.
    #expect(NearestName.of("dpo", among: ["ipo", "dpo-pref", "dpo-rw"]) == "dpo-pref")
    #expect(NearestName.of("ex", among: names) == nil)
  }

  @Test func `an offer names a score at most, the number of the others, and the nearest`() {
    #expect(NearestName.offer(["exo", "dpo"], for: "dpi") == "exo, dpo; did you mean dpo?")
    let many = (1...22).map { "stage-\($0)" }
    let offer = NearestName.offer(many, for: "nothing like it")
    #expect(offer.hasSuffix("stage-20 and 2 more"))
    #expect(
      NearestName.offer(many, for: "stage-22x").hasSuffix("and 2 more; did you mean stage-22?"))
  }
}
