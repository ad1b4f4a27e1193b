import Testing

@testable import Report

@Suite struct WordDifferenceTests {
  /// The text with `[…]` around what is its own.
  private func marked(_ text: String, _ other: String) -> String {
    WordDifference(text, from: other).pieces.map { $0.isOwn ? "[\($0.text)]" : $0.text }.joined()
  }

  @Test func `words that the other text has in the same order are not marked`() {
    #expect(marked("a b c", "a b c") == "a b c")
    #expect(marked("a x c", "a b c") == "a [x] c")
    #expect(marked("a x y c", "a c") == "a [x y] c")
    #expect(marked("b a", "a b") == "[b] a" || marked("b a", "a b") == "b [a]")
    #expect(marked("a b c d e", "a c e") == "a [b] c [d] e")
  }

  @Test func `limits: nothing, all, and the spaces between`() {
    #expect(marked("", "a") == "")
    #expect(marked("a", "") == "[a]")
    #expect(marked("  a\n\nx  c\n", "a c") == "  a\n\n[x]  c\n")
    #expect(marked(" \n", "a") == " \n")
    // Parts are the text, whatever it holds.
    for text in ["e\u{301} <b>&\u{202E}", "\u{301}", "a\u{A0}b"] {
      #expect(WordDifference(text, from: "x").pieces.map(\.text).joined() == text)
    }
  }

  @Test func `texts too long to be held against each other differ between equal ends`() {
    let words = (0..<400).map { "w\($0)" }
    let other = ["w0"] + words.dropFirst().dropLast().reversed() + ["w399"]
    let found = WordDifference(words.joined(separator: " "), from: other.joined(separator: " "))
    #expect(found.pieces.map(\.isOwn) == [false, true, false])
    #expect(found.pieces[0].text == "w0 ")
  }

  @Test func `what is marked is escaped`() {
    #expect(WordDifference("a <b>", from: "a").html.source == "a <mark>&lt;b&gt;</mark>")
  }
}
