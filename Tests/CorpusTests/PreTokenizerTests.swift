import Testing

@testable import Corpus

@Suite struct PreTokenizerTests {
  private func pieces(_ text: String, _ behavior: PieceList.Behavior, invert: Bool = false)
    -> [String]
  {
    var list = PieceList(Array(text.utf8), beginsInput: true)
    list.split(.literal(Array("-".utf8)), behavior, invert: invert)
    return list.pieces.map { String(decoding: list.bytes[$0], as: UTF8.self) }
  }

  /// The five behaviours as the documentation of Hugging Face tokenizers shows them, on the text
  /// "the-final--countdown".
  @Test func behavioursCutAsDocumented() {
    let text = "the-final--countdown"
    #expect(pieces(text, .removed) == ["the", "final", "countdown"])
    #expect(pieces(text, .isolated) == ["the", "-", "final", "-", "-", "countdown"])
    #expect(pieces(text, .mergedWithPrevious) == ["the-", "final-", "-", "countdown"])
    #expect(pieces(text, .mergedWithNext) == ["the", "-final", "-", "-countdown"])
    #expect(pieces(text, .contiguous) == ["the", "-", "final", "--", "countdown"])
    #expect(pieces(text, .removed, invert: true) == ["-", "-", "-"])
  }

  /// Blanks by Unicode's White_Space: U+180E is none, U+0085, U+00A0 and U+3000 are.
  @Test func blanksFollowUnicode() throws {
    var list = PieceList(Array("a\u{85}b\u{A0}c\u{3000}d\u{180E}e".utf8), beginsInput: true)
    list.split(.pattern(try Pattern(#"\s"#)), .removed)
    #expect(
      list.pieces.map { String(decoding: list.bytes[$0], as: UTF8.self) }
        == ["a", "b", "c", "d\u{180E}e"])
  }

  @Test func emptyMatchesMoveOn() throws {
    var list = PieceList(Array("aéb".utf8), beginsInput: true)
    list.split(.pattern(try Pattern("x*")), .isolated)
    #expect(
      list.pieces.map { String(decoding: list.bytes[$0], as: UTF8.self) } == ["a", "é", "b"])
  }

  @Test func theByteAlphabetIsABijection() {
    #expect(Set(ByteAlphabet.scalars).count == 256)
    #expect(ByteAlphabet.scalars[0x20] == "Ġ")
    #expect(ByteAlphabet.scalars[0xAD] == "\u{143}")
    #expect(ByteAlphabet.decode("Ġ!".unicodeScalars) == [0x20, 0x21])
    #expect(ByteAlphabet.decode("東".unicodeScalars) == nil)
  }
}
