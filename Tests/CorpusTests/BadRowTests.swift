import Corpus
import Foundation
import Recipe
import TestSupport
import Testing

/// Bad rows that a source leaves out, mixtures, repetitions and long rows.
@Suite struct BadRowTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func shown(_ body: () throws -> Void) -> String {
    message(body).replacingOccurrences(of: folder.url.path + "/", with: "")
  }

  /// Ten rows of which the first few are empty.
  private func rows(bad: Int) throws -> String {
    let texts = (0..<10).map { "{\"text\": \"\($0 < bad ? "" : "row \($0)")\"}\n" }
    return try folder.write("rows.jsonl", texts.joined()).path
  }

  @Test func `a tenth of bad rows may be left out, and is counted`() throws {
    let data = DataSource(files: [try rows(bad: 1)], badRows: BadRows(.skip))
    let notes = RowNotes()
    #expect(try data.plainTexts(notes).count == 9)
    #expect(notes.read == 10)
    #expect(
      notes.remarks.map { $0.replacingOccurrences(of: folder.url.path + "/", with: "") } == [
        "1 of 10 rows is bad and left out; the first: rows.jsonl:1:10 text — is empty — "
          + "remove the row or write the text"
      ])
    // Without notes, too.
    #expect(try data.plainTexts().count == 9)
  }

  @Test func `more is refused, as is any without the key`() throws {
    let path = try rows(bad: 2)
    #expect(
      shown { _ = try DataSource(files: [path], badRows: BadRows(.skip)).plainTexts() }
        == "rows.jsonl: 2 of 10 rows are bad, more than the share of 0.1 that most_bad_rows "
        + "allows; the first: rows.jsonl:1:10 text — is empty — remove the row or write the text")
    #expect(
      try DataSource(files: [path], badRows: BadRows(.skip, most: 0.2)).plainTexts().count == 8)
    #expect(
      shown { _ = try DataSource(files: [path]).plainTexts() }.split(separator: "\n").count == 2)
    #expect(
      shown {
        _ = try DataSource(files: [try rows(bad: 1)], badRows: BadRows(.skip, most: 0)).plainTexts()
      }.hasPrefix("rows.jsonl: 1 of 10 rows is bad, more than the share of 0.0 that"))
    let lone = try folder.write("lone.jsonl", "{\"text\": \"\"}\n").path
    #expect(
      shown { _ = try DataSource(files: [lone], badRows: BadRows(.skip, most: 1)).plainTexts() }
        .hasPrefix("lone.jsonl: its one row is bad; the first: lone.jsonl:1:10 text — is empty"))
  }

  @Test func `a file that is cut off is refused all the same`() throws {
    let path = try folder.write(
      "cut.jsonl", String(repeating: "{\"text\": \"a\"}\n", count: 99) + "{\"text\": \"b"
    ).path
    #expect(
      shown { _ = try DataSource(files: [path], badRows: BadRows(.skip)).plainTexts() }
        == "cut.jsonl:100:12 — the text has no closing quote — "
        + "the last line is cut off; copy the file again")
  }

  @Test func `keys of a source and of a mix are read from the recipe`() throws {
    try folder.write("a.jsonl", (0..<9).map { "{\"text\": \"a\($0)\"}\n" }.joined())
    try folder.write("b.jsonl", "{\"text\": \"\"}\n{\"text\": \"b0\"}\n{\"text\": \"b0\"}\n")
    let document = try RecipeDocument.parse(
      """
      a: {files: a.jsonl}
      b: {files: b.jsonl, on_bad_rows: skip, most_bad_rows: 0.5, learn_turns: all}
      c: {mix: {a: 3, b: 1}, deduplicate: true, max_characters: 2, limit: 5}
      """, name: "recipe.yaml")
    var sources: [String: DataSource] = [:]
    for name in ["a", "b", "c"] {
      sources[name] = DataSource(
        from: document.root.section(name), directory: folder.url.path, among: sources)
    }
    try document.finish()
    let notes = RowNotes()
    let mixed = try #require(sources["c"]).plainTexts(notes)
    // Shares of three to one: 0.5/3, 1.5/3 and 0.5/1 (the first of equals goes first), and again.
    #expect(mixed.map(\.text) == ["a0", "a1", "b0", "a2", "a3"])
    #expect(mixed[2].id == "b/b.jsonl:2")
    #expect(notes.bad.count == 1)
    #expect(notes.duplicates == 1)
  }

  @Test func `a mix of data that is not there is a mistake`() throws {
    let document = try RecipeDocument.parse(
      """
      c: {mix: {a: 1, zz: -1}, files: x.jsonl}
      d: {files: x.jsonl, on_bad_rows: drop, most_bad_rows: 2}
      """, name: "recipe.yaml")
    let above = ["a": DataSource(files: [])]
    for name in ["c", "d"] {
      _ = DataSource(from: document.root.section(name), directory: ".", among: above)
    }
    #expect(
      message { try document.finish() }.split(separator: "\n").map(String.init)
        .filter { !$0.contains("there is no file") } == [
          "recipe.yaml:1:21: c.mix.zz is -1; it must be above 0 and at most 1000000",
          "recipe.yaml:1:26: unknown key \"files\" in c; known are deduplicate, limit, max_characters, "
            + "mix",
          "recipe.yaml:2:34: d.on_bad_rows is \"drop\"; it must be one of refuse, skip",
          "recipe.yaml:2:55: d.most_bad_rows is 2; it must be at least 0 and at most 1",
        ])
  }

  @Test func `repetitions and long rows are left out and counted`() throws {
    let path = try folder.write(
      "pairs.jsonl",
      """
      {"prompt": "pp", "chosen": "a", "rejected": "bbb"}
      {"prompt": "pp", "chosen": "a", "rejected": "bbb"}
      {"prompt": "pp", "chosen": "bbb", "rejected": "a"}
      {"prompt": "pp", "chosen": "a", "rejected": "bbbb"}

      """
    ).path
    let notes = RowNotes()
    let pairs = try DataSource(files: [path], deduplicates: true, mostCharacters: 5)
      .preferencePairs(notes)
    #expect(pairs.map(\.id) == ["pairs.jsonl:1", "pairs.jsonl:3"])
    #expect(
      notes.remarks == [
        "1 example repeats another and is left out",
        "1 example exceeds max_characters and is left out",
      ])
  }
}
