import Foundation
import TestSupport
import Testing

@testable import Corpus

/// Files that are damaged, hostile or beyond what is supported: an error, never a trap.
@Suite struct TokenizerRefusalTests {
  private func refusal(_ text: String) -> String {
    message {
      _ = try Tokenizer(files: ["tokenizer.json": Data(text.utf8)], folder: nil, name: "t.json")
    }
  }

  private func model(_ text: String) -> String { refusal("{\"model\": {\(text)}}") }

  /// A file that is fine but for one more key.
  private func part(_ text: String) -> String {
    refusal("{\(text), \"model\": {\"unk_token\": \"a\", \"vocab\": {\"a\": 0}, \"merges\": []}}")
  }

  @Test func damagedModelsAreRefused() {
    #expect(refusal("{") == "t.json: not JSON: 1:2: ends early; expected a key in quotes")
    #expect(refusal("[]") == "t.json:  is a list; it must be an object")
    #expect(refusal("{}") == "t.json: no model")
    #expect(
      model("\"type\": \"Morphemes\"")
        == "t.json: model: model \"Morphemes\" is not supported; supported are BPE, Unigram, "
        + "WordPiece, WordLevel")
    #expect(model("\"type\": \"BPE\"") == "t.json: model: no vocab")
    #expect(
      model("\"vocab\": {\"a\": -1}, \"merges\": []")
        == "t.json: model.vocab: id -1 of \"a\" is outside the vocabulary")
    #expect(
      model("\"vocab\": {\"a\": 4000000000}, \"merges\": []")
        == "t.json: model.vocab: id 4000000000 of \"a\" is outside the vocabulary")
    #expect(
      model("\"vocab\": {\"a\": 0, \"b\": 0}, \"merges\": []")
        == "t.json: model.vocab: \"a\" and \"b\" share id 0")
    #expect(
      model("\"vocab\": {\"a\": \"0\"}, \"merges\": []")
        == "t.json: model.vocab: the id of \"a\" is a text")
    #expect(
      model("\"vocab\": {\"a\": 0}, \"merges\": [\"a\"]")
        == "t.json: model: merges[0] must be two tokens, as \"a b\" or [\"a\", \"b\"]")
    #expect(
      model("\"vocab\": {\"a\": 0}, \"merges\": [[\"a\", \"a\"]]")
        == "t.json: model: merges[0] joins \"a\" and \"a\", which or whose whole is not in the "
        + "vocabulary")
    #expect(
      model("\"vocab\": {\"a\": 0}, \"merges\": [], \"unk_token\": \"u\"")
        == "t.json: model: unk_token \"u\" is not in the vocabulary")
    #expect(
      model("\"vocab\": {\"a\": 0}, \"merges\": [], \"byte_fallback\": true")
        == "t.json: model: byte_fallback needs all of <0x00> to <0xFF> in the vocabulary")
    #expect(
      model("\"vocab\": {\"a\": 0}, \"merges\": [], \"end_of_word_suffix\": \"</w>\"")
        == "t.json: model: end_of_word_suffix \"</w>\" is not supported")
  }

  @Test(arguments: [
    (
      "\"pre_tokenizer\": {\"type\": \"UnicodeScripts\"}",
      "t.json: pre_tokenizer: pre-tokenizer \"UnicodeScripts\" is not supported; supported are "
        + "ByteLevel, Split, Digits, Punctuation, Whitespace, WhitespaceSplit, Metaspace, "
        + "BertPreTokenizer, CharDelimiterSplit, Sequence"
    ),
    (
      "\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Odd\"}]}",
      "t.json: normalizer.normalizers[0]: normalizer \"Odd\" is not supported; supported are NFC, "
        + "NFD, NFKC, NFKD, Lowercase, StripAccents, Replace, Prepend, Strip, BertNormalizer, "
        + "Precompiled, Nmt, ByteLevel, Sequence"
    ),
    (
      "\"decoder\": {\"type\": \"CTC\"}",
      "t.json: decoder: decoder \"CTC\" is not supported; supported are ByteLevel, ByteFallback, "
        + "Fuse, Replace, Strip, WordPiece, Metaspace, Sequence"
    ),
    (
      "\"post_processor\": {\"type\": \"Odd\"}",
      "t.json: post_processor: post-processor \"Odd\" is not supported; supported are "
        + "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence"
    ),
    (
      """
      "post_processor": {"type": "TemplateProcessing", "special_tokens":
        {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
      """,
      "t.json: post_processor.special_tokens.<s>: token \"<s>\" with id 1 is not in the vocabulary"
    ),
    (
      """
      "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Isolated"}
      """,
      "t.json: pre_tokenizer: the regular expression is refused: missing closing parenthesis at "
        + "byte 2 of \"(a\""
    ),
    (
      """
      "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "[a&&b]"}, "behavior": "Isolated"}
      """,
      "t.json: pre_tokenizer: the regular expression is refused: the intersection of classes (&&) "
        + "is not supported"
    ),
    (
      """
      "pre_tokenizer": {"type": "Split", "pattern": {"String": "a"}, "behavior": "Odd"}
      """,
      "t.json: pre_tokenizer: behavior \"Odd\" is not known"
    ),
    (
      """
      "normalizer": {"type": "Replace", "pattern": {"String": "a"},
        "content": "aaaaaaaaaaaaaaaaa"}
      """,
      "t.json: normalizer: replacements let the text grow more than 16 times"
    ),
    (
      "\"added_tokens\": [{\"id\": 3, \"content\": \"a\"}]",
      "t.json: added_tokens[0]: \"a\" has id 3 here and 0 elsewhere"
    ),
    (
      "\"added_tokens\": [{\"id\": 0, \"content\": \"b\"}]",
      "t.json: added_tokens[0]: \"a\" and \"b\" share id 0"
    ),
  ])
  func unsupportedPartsAreRefusedByName(text: String, expected: String) {
    #expect(part(text) == expected)
  }

  @Test func tooManyAddedTokensAreRefused() {
    let tokens = [String](repeating: "{}", count: 100_001).joined(separator: ",")
    #expect(
      part("\"added_tokens\": [\(tokens)]")
        == "t.json: 100001 added tokens; more than 100000 are refused")
  }

  @Test func patternsThatExplodeEndInBoundedTime() throws {
    let text = """
      {"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a+)+$|(a|aa)+b"},
       "behavior": "Isolated"},
       "model": {"unk_token": "a", "vocab": {"a": 0}, "merges": []}}
      """
    let tokenizer = try Tokenizer(
      files: ["tokenizer.json": Data(text.utf8)], folder: nil, name: "t.json")
    let start = ContinuousClock.now
    let ids = tokenizer.encode(String(repeating: "a", count: 65_536) + "c")
    #expect(ids.count == 65_537)
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test func namedTokensMustExist() {
    let files = [
      "tokenizer.json":
        "{\"model\": {\"unk_token\": \"a\", \"vocab\": {\"a\": 0}, \"merges\": []}}",
      "tokenizer_config.json": "{\"bos_token\": {\"content\": \"a\"}, \"eos_token\": \"</s>\"}",
    ].mapValues { Data($0.utf8) }
    #expect(
      message { _ = try Tokenizer(files: files, folder: "m") }
        == "m/tokenizer_config.json: eos_token \"</s>\" is not in tokenizer.json")
  }

  @Test func aFolderWithoutATokenizerSaysWhatMakesOne() throws {
    let folder = try TemporaryFolder()
    #expect(
      message { _ = try Tokenizer.load(directory: folder.url) }
        == "\(folder.url.path)/tokenizer.json: no such file; a checkpoint needs tokenizer.json, "
        + "which transformers writes with AutoTokenizer.from_pretrained(…).save_pretrained(…), or the "
        + "tokenizer.model of SentencePiece")
  }

  /// Every prefix and many single-byte changes of a valid file: an error or a tokenizer.
  @Test func damagedBytesNeverTrap() throws {
    let reviews = SyntheticReviews.generate(count: 20, seed: 1).map(\.text)
    let tokenizer = try Tokenizer.train(on: reviews, vocabulary: 280)
    let bytes = Array(try #require(tokenizer.files["tokenizer.json"]))
    var random = SplitMix64(seed: 9)
    var accepted = 0
    for round in 0..<300 {
      var changed = bytes
      if round % 3 == 0 {
        changed.removeLast(1 + random.below(bytes.count))
      } else {
        for _ in 0..<(1 + random.below(3)) {
          changed[random.below(changed.count)] = UInt8(random.below(256))
        }
      }
      do {
        let damaged = try Tokenizer(
          files: ["tokenizer.json": Data(changed)], folder: nil, name: "t.json")
        _ = damaged.decode(damaged.encode("the acting was good. ½é😀"))
        accepted += 1
      } catch {
        #expect("\(error)".hasPrefix("t.json: "))
      }
    }
    #expect(accepted < 300)
  }
}
