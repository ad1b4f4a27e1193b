import Foundation
import TestSupport
import Testing

@testable import Corpus

@Suite struct TokenizerTrainingTests {
  /// "aab" five times and "ab" twice: the pair a b occurs 7 times, a a 5 times. After a b the
  /// pair a ab occurs 5 times and nothing else is left.
  @Test func mergesFollowTheCounts() throws {
    let texts = [String](repeating: "aab", count: 5) + ["ab", "ab"]
    let tokenizer = try Tokenizer.train(on: texts, vocabulary: 300)
    #expect(tokenizer.vocabularySize == 259)
    #expect(tokenizer.token(0) == "<|endoftext|>")
    #expect(tokenizer.token(257) == "ab")
    #expect(tokenizer.token(258) == "aab")
    #expect(tokenizer.encode("aab ab") == [258, 1 + 220, 257])
    #expect(tokenizer.beginToken == 0)
    #expect(tokenizer.endToken == 0)
    #expect(tokenizer.padToken == nil)
  }

  /// The byte-level alphabet in the order of its characters: "!" is id 1; a blank, written Ġ
  /// (U+0120), is the 221st.
  @Test func bytesComeInTheOrderOfTheirCharacters() throws {
    let tokenizer = try Tokenizer.train(on: [], vocabulary: 257)
    #expect(tokenizer.token(1) == "!")
    #expect(tokenizer.encode(" ") == [221])
    #expect(tokenizer.token(221) == "Ġ")
  }

  @Test func tiesGoToTheLowerIds() throws {
    let tokenizer = try Tokenizer.train(on: ["xy", "ab", "mn"], vocabulary: 260)
    #expect((257...259).map { tokenizer.token($0) } == ["ab", "mn", "xy"])
  }

  @Test func everyTextRoundTripsAndSpecialTokensStayText() throws {
    let reviews = SyntheticReviews.generate(count: 500, seed: 1).map(\.text)
    let tokenizer = try Tokenizer.train(on: reviews, vocabulary: 600)
    #expect(tokenizer.vocabularySize == 600)
    for text in reviews + ["", "½é😀\u{0}\n\t", "<|endoftext|>", "e\u{301}"] {
      let ids = tokenizer.encode(text)
      #expect(tokenizer.decode(ids).unicodeScalars.elementsEqual(text.unicodeScalars))
      #expect(!ids.contains(0))
    }
    #expect(tokenizer.encode("a<|endoftext|>", specialTokens: .parse).last == 0)
    let perReview = reviews.map { tokenizer.encode($0).count }.reduce(0, +) / reviews.count
    #expect(perReview < 60)
  }

  @Test func theSameTextsGiveTheSameBytesAndASavedFolderLoads() throws {
    let reviews = SyntheticReviews.generate(count: 100, seed: 2).map(\.text)
    let first = try Tokenizer.train(on: reviews, vocabulary: 400)
    let second = try Tokenizer.train(on: reviews, vocabulary: 400)
    #expect(first.files == second.files)
    let folder = try TemporaryFolder()
    try first.save(to: folder.url)
    let loaded = try Tokenizer.load(directory: folder.url)
    #expect(loaded.hash == first.hash)
    #expect(loaded.encode(reviews[0]) == first.encode(reviews[0]))
    #expect(loaded.endToken == 0)
    let other = try Tokenizer.train(on: reviews, vocabulary: 401)
    #expect(other.hash != first.hash)
  }

  @Test func sizesThatCannotHoldTheBytesAreRefused() {
    #expect(
      message { _ = try Tokenizer.train(on: ["a"], vocabulary: 256) }
        == "tokenizer training: 256 tokens cannot hold the 256 bytes and the special tokens; "
        + "ask for at least 257")
    #expect(
      message { _ = try Tokenizer.train(on: ["a"], vocabulary: 300, specialTokens: ["x", "x"]) }
        == "tokenizer training: special tokens must be distinct, not empty, and at most 1,024 bytes"
    )
  }
}
