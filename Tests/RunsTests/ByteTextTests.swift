import Testing

@testable import Runs

@Suite struct ByteTextTests {
  private let composed = "caf\u{E9}"
  private let decomposed = "cafe\u{301}"

  @Test func `two spellings of one word are two texts`() {
    #expect(composed == decomposed, "Swift takes them for equal, which is why this type is needed")
    #expect(ByteText(composed) != ByteText(decomposed))
    #expect(Set([composed, decomposed, composed].map { ByteText($0) }).count == 2)
    #expect([composed, decomposed, composed].distinctTexts.map(\.utf8.count) == [5, 6])
  }

  @Test func `texts are sorted by their bytes`() {
    // 63 61 66 65 CC 81 comes before 63 61 66 C3 A9.
    let sorted = [composed, "b", decomposed, ""].map { ByteText($0) }.sorted()
    #expect(sorted.map(\.text.utf8.count) == [0, 1, 6, 5])
    #expect(ByteText("a") < ByteText("ab") && !(ByteText("a") < ByteText("a")))
  }

  @Test func `equal bytes are equal however the text is stored`() {
    let long = String(repeating: "x", count: 100)
    let slice = String((long + "y").dropLast())
    #expect(ByteText(long) == ByteText(slice))
    #expect(Set([ByteText(long), ByteText(slice)]).count == 1)
  }
}
