import Foundation
import Runs
import Testing

@testable import Corpus

/// Small tokenizers whose ids follow by hand.
@Suite struct TokenizerTests {
  /// A tokenizer of `a b c ab abc ▁` and whatever else is given, as the text of tokenizer.json.
  private func load(
    vocab: [String] = ["<unk>", "a", "b", "c", "ab", "abc", "▁", "▁a"],
    merges: [String] = ["a b", "ab c", "▁ a"], model: String = "\"unk_token\": \"<unk>\"",
    added: String = "", parts: String = ""
  ) throws -> Tokenizer {
    let entries = vocab.enumerated().map { "\(JSONText.quoted($1)): \($0)" }
    let pairs = merges.map(JSONText.quoted)
    let text = """
      {"added_tokens": [\(added)], \(parts)
       "model": {"type": "BPE", \(model), "vocab": {\(entries.joined(separator: ","))},
       "merges": [\(pairs.joined(separator: ","))]}}
      """
    return try Tokenizer(
      files: ["tokenizer.json": Data(text.utf8)], folder: nil, name: "tokenizer.json")
  }

  @Test func theLowestRankMergesFirstAndTiesGoLeft() throws {
    let tokenizer = try load()
    #expect(tokenizer.encode("abc") == [5])
    #expect(tokenizer.encode("aab") == [1, 4])
    #expect(tokenizer.encode("bcab") == [2, 3, 4])
    #expect(tokenizer.encode("") == [])
  }

  @Test func longPiecesMergeAsShortOnes() throws {
    let tokenizer = try load()
    #expect(
      tokenizer.encode(String(repeating: "abc", count: 5000)) == [Int](repeating: 5, count: 5000))
    #expect(
      tokenizer.encode(String(repeating: "ba", count: 20)) == [2] + [Int](repeating: 4, count: 19)
        + [1])
  }

  @Test func ignoredMergesTakeAWholePiece() throws {
    let merges = ["ab c"]
    #expect(try load(merges: merges).encode("abc") == [1, 2, 3])
    let whole = try load(
      merges: merges, model: "\"unk_token\": \"<unk>\", \"ignore_merges\": true")
    #expect(whole.encode("abc") == [5])
  }

  @Test func unknownCharactersBecomeTheUnknownToken() throws {
    #expect(try load().encode("axyb") == [1, 0, 0, 2])
    let fused = try load(model: "\"unk_token\": \"<unk>\", \"fuse_unk\": true")
    #expect(fused.encode("axyb") == [1, 0, 2])
  }

  @Test func charactersWithoutAnyTokenAreCounted() throws {
    let result = try load(model: "\"unk_token\": null").encodeCountingLosses("azb")
    #expect(result.ids == [4])
    #expect(result.lost == 1)
  }

  @Test func bytesStandInForUnknownCharacters() throws {
    let bytes = (0...255).map { byte in
      "<0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))>"
    }
    let tokenizer = try load(
      vocab: ["<unk>", "▁", "h"] + bytes, merges: [],
      model: "\"unk_token\": \"<unk>\", \"byte_fallback\": true",
      parts: """
        "normalizer": {"type": "Sequence", "normalizers": [
          {"type": "Prepend", "prepend": "▁"},
          {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
        "decoder": {"type": "Sequence", "decoders": [
          {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
          {"type": "ByteFallback"}, {"type": "Fuse"},
          {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        """)
    // é is C3 A9; ids of bytes begin at 3.
    #expect(tokenizer.encode("h é") == [1, 2, 1, 3 + 0xC3, 3 + 0xA9])
    #expect(tokenizer.decode([1, 2, 1, 3 + 0xC3, 3 + 0xA9]) == "h é")
    #expect(tokenizer.decode([1, 3 + 0xC3, 2]) == "\u{FFFD}h")
    #expect(tokenizer.encode("") == [])
  }

  @Test func specialTokensInTextStayTextUnlessAskedFor() throws {
    let tokenizer = try load(
      added: """
        {"id": 8, "content": "<c>", "special": true},
        {"id": 9, "content": "cc", "special": false}
        """)
    #expect(tokenizer.encode("a<c>bccc") == [1, 0, 3, 0, 2, 9, 3])
    #expect(tokenizer.encode("a<c>bccc", specialTokens: .parse) == [1, 8, 2, 9, 3])
    #expect(tokenizer.isSpecial(8))
    #expect(tokenizer.decode([1, 8, 2]) == "a b")
    #expect(tokenizer.decode([1, 8, 2], skippingSpecialTokens: false) == "a <c> b")
    #expect(tokenizer.decode([1, 77, -1]) == "a")
  }

  @Test func aWholePieceThatIsASpecialTokenStaysText() throws {
    let tokenizer = try load(
      model: "\"unk_token\": \"<unk>\", \"ignore_merges\": true",
      added: "{\"id\": 5, \"content\": \"abc\", \"special\": true}")
    #expect(tokenizer.encode("abc", specialTokens: .parse) == [5])
    #expect(
      try load(
        merges: [], model: "\"unk_token\": \"<unk>\", \"ignore_merges\": true",
        added: "{\"id\": 5, \"content\": \"abc\", \"special\": true}"
      ).encode("abc") == [1, 2, 3])
    #expect(tokenizer.vocabularySize == 8)
  }

  @Test func blanksBesideATokenAreStrippedWhereItAsks() throws {
    let tokenizer = try load(
      added: """
        {"id": 8, "content": "<l>", "lstrip": true}, {"id": 9, "content": "<r>", "rstrip": true},
        {"id": 10, "content": "bb", "single_word": true}
        """)
    #expect(tokenizer.encode("a <l> a") == [1, 8, 0, 1])
    #expect(tokenizer.encode("a <r> a") == [1, 0, 9, 1])
    #expect(tokenizer.encode("bb.bba") == [10, 0, 2, 2, 1])
  }

  @Test func aMetaspaceBeginsTheInputOnly() throws {
    let parts = """
      "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first",
        "split": true},
      "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"},
      """
    let tokenizer = try load(
      added: "{\"id\": 8, \"content\": \"<x>\"}", parts: parts)
    #expect(tokenizer.encode("ab a") == [6, 4, 7])
    #expect(tokenizer.encode("a<x>a") == [7, 8, 1])
    #expect(tokenizer.decode([6, 4, 7]) == "ab a")
  }

  @Test func encodersOnSeveralThreadsAgree() async throws {
    let tokenizer = try load()
    let text = String(repeating: "abcabca", count: 200)
    let expected = tokenizer.encode(text)
    await withTaskGroup(of: [Int].self) { group in
      for _ in 0..<16 { group.addTask { tokenizer.encode(text) } }
      for await ids in group { #expect(ids == expected) }
    }
  }
}
