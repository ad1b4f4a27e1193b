import Foundation
import Recipe
import Runs
import TestSupport
import Testing

@testable import Corpus

/// Markup in texts is text, unless a recipe says otherwise.
@Suite struct SpecialTokensTests {
  private func tokenizer() throws -> Tokenizer {
    let json = """
      {"added_tokens": [
        {"id": 3, "content": "<x>", "special": true}, {"id": 4, "content": "bb", "special": false}],
       "model": {"vocab": {"a": 0, "b": 1, "<": 2, "x": 5, ">": 6}, "merges": []}}
      """
    return try Tokenizer.read(Data(json.utf8), name: "t.json")
  }

  @Test func promptsAndCompletionsAreReadByThePolicy() throws {
    let tokenizer = try tokenizer()
    #expect(try tokenizer.read("<x>a", ["<x>"]).prompt == [2, 5, 6, 0])
    #expect(
      try tokenizer.read(.markup("<x>a"), ["<x>", "b"])
        == Reading(prompt: [3, 0], completions: [[3], [1]]))
  }

  @Test func theFirstMarkupOfATextIsFound() throws {
    let tokenizer = try tokenizer()
    #expect(tokenizer.markup(in: "a<x>a") == "<x>")
    #expect(tokenizer.markup(in: "abba") == nil)
    #expect(tokenizer.markup(in: "") == nil)
  }

  /// Files may have markup looked for in normalised text, as those of GPT-2 do.
  @Test func markupOfNormalisedTextIsFound() throws {
    let json = """
      {"normalizer": {"type": "Lowercase"},
       "added_tokens": [{"id": 1, "content": "<X>", "special": true, "normalized": true}],
       "model": {"vocab": {"a": 0}, "merges": []}}
      """
    let tokenizer = try Tokenizer.read(Data(json.utf8), name: "t.json")
    #expect(tokenizer.markup(in: "a<x>") == "<X>")
    #expect(tokenizer.markup(in: "a") == nil)
  }

  @Test func aRecipeSaysWhatBecomesOfMarkup() throws {
    func source(_ yaml: String) throws -> DataSource {
      let document = try RecipeDocument.parse(
        "data: {p: {files: f.jsonl\(yaml)}}", name: "r.yaml")
      let section = try #require(document.root.sections("data").first).1
      let source = DataSource(from: section, directory: "/")
      try document.finish()
      return source
    }
    #expect(try source("").specialTokens == .plain)
    #expect(try source(", special_tokens: parse").specialTokens == .parse)
    #expect(
      message { _ = try source(", special_tokens: yes") }
        .hasSuffix("r.yaml:1:44: data.p.special_tokens is \"yes\"; it must be one of plain, parse"))
  }

  @Test func aLineSaysWhereMarkupIsReadAsText() throws {
    let tokenizer = try tokenizer()
    let plain = DataSource(files: [])
    #expect(plain.markupRemark(in: ["a", "bb"], tokenizer) == nil)
    #expect(
      plain.markupRemark(in: ["a<x>", "<x><x>", "b"], tokenizer)
        == "2 texts hold the markup of special tokens, such as <x>, which is read as plain text; "
        + "special_tokens: parse in the data reads it as these tokens")
    let parsed = DataSource(files: [], specialTokens: .parse)
    #expect(parsed.markupRemark(in: ["a<x>"], tokenizer) == nil)
  }
}
