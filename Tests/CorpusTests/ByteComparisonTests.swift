import Runs
import TestSupport
import Testing

@testable import Corpus

/// Two spellings of one word are two texts, two ids and two values.
@Suite struct ByteComparisonTests {
  private let composed = "caf\u{E9}"
  private let decomposed = "cafe\u{301}"

  private func rows(_ texts: String..., conditions: [String: String] = [:]) throws
    -> (DataSource, TemporaryFolder)
  {
    let folder = try TemporaryFolder()
    let path = try folder.write("rows.jsonl", texts.joined(separator: "\n") + "\n").path
    return (DataSource(files: [path], conditions: conditions), folder)
  }

  @Test func `a pair of two spellings is a pair, one of the same bytes is none`() throws {
    let (source, folder) = try rows(
      "{\"prompt\": \"p\", \"chosen\": \"\(composed)\", \"rejected\": \"\(decomposed)\"}",
      "{\"prompt\": \"p\", \"chosen\": \"\(composed)\", \"rejected\": \"\(composed)\"}")
    defer { withExtendedLifetime(folder) {} }
    let notes = RowNotes(forgivesBadRows: true)
    let pairs = try source.preferencePairs(notes)
    #expect(pairs.count == 1)
    #expect(notes.bad.map(\.problem) == ["is the same text as chosen"])
  }

  @Test func `ids and conditions are compared by bytes`() throws {
    let (ids, folder) = try rows(
      "{\"id\": \"\(composed)\", \"text\": \"a b\"}",
      "{\"id\": \"\(decomposed)\", \"text\": \"c d\"}")
    defer { withExtendedLifetime(folder) {} }
    #expect(try ids.plainTexts().count == 2)
    let (conditional, other) = try rows(
      "{\"text\": \"a\", \"lang\": \"\(composed)\"}",
      "{\"text\": \"b\", \"lang\": \"\(decomposed)\"}",
      conditions: ["lang": decomposed])
    defer { withExtendedLifetime(other) {} }
    #expect(try conditional.plainTexts().map(\.text) == ["b"])
  }

  @Test func `keys of an object are found by bytes`() throws {
    let value = try JSONParser.parse(Array("{\"\(composed)\": 1, \"\(decomposed)\": 2}".utf8))
    #expect(value.object?[composed] == .integer(1) && value.object?[decomposed] == .integer(2))
    #expect(JSONValue.string(composed) != .string(decomposed))
    #expect(JSONValue.array([.string(composed)]) == .array([.string(composed)]))
  }

  @Test func `a file's name loses the extension of its format alone`() {
    for (path, stem) in [
      ("x/llama-3.1.json", "llama-3.1"), ("gpt-4.1", "gpt-4.1"), ("a.b.jsonl.gz", "a.b"),
      ("qwen2.5.gz", "qwen2.5"), (".json", ".json"), ("v1.5.txt", "v1.5"),
      ("m.json.bak", "m.json.bak"),
    ] { #expect(DataFile.stem(of: path) == stem) }
  }
}
