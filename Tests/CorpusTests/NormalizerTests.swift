import Foundation
import Testing

@testable import Corpus

/// Normal forms, and classes of characters by the tables of Hugging Face tokenizers 0.23, whose values
/// these are.
@Suite struct NormalizerTests {
  private func apply(_ normalizer: Normalizer, _ text: String) -> String {
    String(decoding: normalizer.apply(Array(text.utf8)), as: UTF8.self)
  }

  private let bert = Normalizer.bert(
    BertNormalizer(cleans: true, spacesChinese: true, stripsAccents: true, lowercases: true))

  @Test func charactersAfterUnicode9KeepTheirForm() {
    // U+32FF came with Unicode 12.1; U+2460 is older.
    #expect(apply(.compatibilityComposed, "\u{32FF}\u{2460}") == "\u{32FF}1")
    #expect(apply(.compatibilityDecomposed, "e\u{301}\u{10781}é") == "e\u{301}\u{10781}e\u{301}")
    #expect(
      Array(apply(.composed, "a\u{1DF6}\u{301}e\u{301}").unicodeScalars)
        == ["a", "\u{1DF6}", "\u{301}", "é"])
  }

  @Test func classesAreThoseOfOlderTables() {
    // Punctuation of Unicode 8: U+166D was, U+2E52 was not there yet.
    #expect(CharacterClass.isPunctuation("\u{166D}") && !CharacterClass.isPunctuation("\u{2E52}"))
    // U+0898 came with 14; U+1CF2 is a letter today.
    #expect(CharacterClass.isAccent9("\u{1CF2}") && !CharacterClass.isAccent9("\u{898}"))
    #expect(CharacterClass.isNonspacingMark8("\u{1734}"))
    #expect(!CharacterClass.isNonspacingMark8("\u{1885}") && CharacterClass.isAccent9("\u{1885}"))
    #expect(CharacterClass.isOther8("\u{AD}") && !CharacterClass.isOther8("\u{8E2}"))
  }

  @Test func bertCleansATextInItsOrder() {
    #expect(apply(bert, "Ünï\u{1}\tCode\u{A0}\u{FFFD}中x\u{301}") == "uni code  中 x")
    let cased = Normalizer.bert(
      BertNormalizer(cleans: false, spacesChinese: false, stripsAccents: true, lowercases: false))
    #expect(apply(cased, "Ü\u{1}中") == "U\u{1}中")
  }

  @Test func translationDropsControlsAndWidensBlanks() {
    #expect(apply(.translation, "a\u{1}b\u{200B}c\u{FEFF}\u{85}\n") == "ab c \u{85} ")
  }

  /// `prepend_scheme: first` looks at the first character of the original text.
  @Test(arguments: [
    (Normalizer.translation, "\u{2}a", false), (.translation, "a\u{2}", true),
    (.strip(left: true, right: false), " a", false), (.stripAccents, "\u{301}a", false),
    (.replace(.literal([0x61]), with: []), "ab", false),
    (.replace(.literal([0x61]), with: [0x62]), "ab", true),
    (.replace(.literal([0x61, 0x61]), with: [0x62]), "aab", false),
    (.sequence([.strip(left: true, right: false), .prepend([0x7A])]), " a", false),
    (.prepend([0x7A]), "a", true),
  ])
  func theStartIsTracked(normalizer: Normalizer, text: String, isStart: Bool) {
    #expect(normalizer.applyTrackingStart(Array(text.utf8)).isStart == isStart)
    #expect(
      normalizer.applyTrackingStart(Array(text.utf8)).bytes == normalizer.apply(Array(text.utf8)))
  }
}
