import Foundation
import Runs
import TestSupport
import Testing

@testable import Corpus

/// A prompt and its completions are read as one text.
@Suite struct ReadingTests {
  /// Like Llama 2: `▁` in front of a text and in the place of blanks; characters, and a few words.
  static func sentencePieces() throws -> Tokenizer {
    let words = ["▁the", "▁cat", "▁", "t", "h", "e", "c", "a", "▁t", "▁th", "▁c", "▁ca", "s"]
    let vocabulary = (["<s>", "</s>", "<unk>"] + words).enumerated()
      .map { "\"\($1)\": \($0)" }.joined(separator: ", ")
    let merges = ["▁ t", "▁t h", "▁th e", "▁ c", "▁c a", "▁ca t"].map { "\"\($0)\"" }
      .joined(separator: ", ")
    let json = """
      {"normalizer": {"type": "Sequence", "normalizers": [
         {"type": "Prepend", "prepend": "▁"},
         {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": null,
         "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}},
       "added_tokens": [{"id": 0, "content": "<s>", "single_word": false, "lstrip": false,
         "rstrip": false, "normalized": false, "special": true}],
       "model": {"type": "BPE", "unk_token": "<unk>", "vocab": {\(vocabulary)}, "merges": [\(merges)]}}
      """
    return try Tokenizer.read(Data(json.utf8), name: "t.json")
  }

  @Test func `a completion gets no blank that nobody wrote`() throws {
    let tokenizer = try Self.sentencePieces()
    // ▁the = 3, ▁cat = 4, ▁ = 5, s = 15. By itself "s" would be read as ▁ s.
    #expect(tokenizer.encode("s") == [5, 15])
    let reading = try tokenizer.read("the cat", [" the", "s", ""])
    #expect(reading.prompt == [0, 3, 4])
    #expect(reading.completions == [[3], [15], []])
    #expect(reading.straddling.isEmpty)
  }

  @Test func `all completions follow what is common to the prompt and every whole`() throws {
    let tokenizer = try Self.sentencePieces()
    // "the " ends in ▁, which "cat" makes a part of ▁cat; "s" leaves it alone.
    #expect(try tokenizer.read("the ", []).prompt == [0, 3, 5])
    let reading = try tokenizer.read("the ", ["s", "cat", "ca"])
    #expect(reading.prompt == [0, 3])
    #expect(reading.completions == [[5, 15], [4], [14]])
    #expect(reading.straddling == [1, 2])
  }

  @Test func `an empty prompt is what stands in front of every text`() throws {
    let reading = try Self.sentencePieces().read("", ["the"])
    #expect(reading == Reading(prompt: [0], completions: [[3]]))
  }

  @Test func `prompt and completion together are the ids of the whole text`() throws {
    let tokenizer = try Tokenizer.train(
      on: SyntheticReviews.generate(count: 40, seed: 1).map(\.text), vocabulary: 400)
    for review in SyntheticReviews.generate(count: 30, seed: 2) {
      for cut in stride(from: 1, to: review.text.count, by: 7) {
        let (prompt, rest) = (String(review.text.prefix(cut)), String(review.text.dropFirst(cut)))
        let reading = try tokenizer.read(.text(prompt), [rest])
        #expect(
          reading.prompt + reading.completions[0]
            == tokenizer.leadingTokens + tokenizer.encode(review.text))
        #expect(
          reading.straddling.isEmpty
            == (reading.prompt == tokenizer.leadingTokens + tokenizer.encode(prompt)))
      }
    }
  }

  @Test(arguments: [
    (
      #"[{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]"#,
      "t.json: post_processor.single[0]: the token \"<s>\" of the template is not among its "
        + "special_tokens"
    ),
    (
      #"[{"Sequence": {"id": "A", "type_id": 0}}, {"Special": {"id": "<s>"}}]"#,
      "t.json: post_processor.single[1]: expected a SpecialToken or a Sequence"
    ),
  ])
  func `a template with a token that it does not define is refused`(
    single: String, expected: String
  ) {
    let text = """
      {"post_processor": {"type": "TemplateProcessing", "single": \(single), "special_tokens": {}},
       "model": {"vocab": {"<s>": 0}, "merges": []}}
      """
    #expect(message { _ = try Tokenizer.read(Data(text.utf8), name: "t.json") } == expected)
  }

  @Test func `a byte order mark in front of JSON is passed over, once`() throws {
    let text = Array("\u{FEFF}{\"a\": 1}".utf8)
    #expect(try JSONValue(parsing: text).object?["a"] == .integer(1))
    #expect(
      message { _ = try JSONValue(parsing: Array("\u{FEFF}\u{FEFF}{}".utf8)) }
        == "1:1: expected a value, found byte 0xEF")
    #expect(
      message { _ = try JSONValue(parsing: Array("\u{FEFF}{\"a\": 1, \"a\": 2}".utf8)) }
        == "1:10: duplicate key \"a\"")
  }
}
