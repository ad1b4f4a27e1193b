import Foundation
import TestSupport
import Testing

@testable import Corpus

@Suite struct RowWeightTests {
  @Test func `every kind of row has a weight, 1 where none is written`() throws {
    let folder = try TemporaryFolder()
    func source(_ rows: String, _ columns: [String: String] = [:]) throws -> DataSource {
      DataSource(files: [try folder.write("rows.jsonl", rows).path], columns: columns)
    }
    #expect(
      try source("{\"text\": \"a\", \"weight\": 2}\n{\"text\": \"b\"}\n").plainTexts().map(\.weight)
        == [2, 1])
    #expect(
      try source("{\"text\": \"a\", \"label\": 1, \"weight\": 0.5}\n").labelledTexts().map(\.weight)
        == [0.5])
    #expect(
      try source("{\"prompt\": \"p\", \"completion\": \"c\", \"trust\": 3}\n", ["weight": "trust"])
        .demonstrations().map(\.weight) == [3])
    #expect(
      try source(
        "{\"prompt\": \"p\", \"completion\": \"c\", \"label\": true, \"weight\": 0}\n"
          + "{\"prompt\": \"p\", \"completion\": \"d\", \"label\": 0.0}\n"
      ).labelledCompletions().map(\.weight) == [0, 1])
    #expect(
      try source("{\"prompt\": \"p\", \"chosen\": \"a\", \"rejected\": \"b\", \"weight\": 4}\n")
        .preferencePairs().map(\.weight) == [4])
    #expect(
      try source("{\"prompt\": \"p\", \"completions\": [\"a\"], \"scores\": [1], \"weight\": 4}\n")
        .scoredGroups().map(\.weight) == [4])
    let table = try folder.write("rows.csv", "text,weight\na,0.25\nb,\n").path
    #expect(try DataSource(files: [table]).plainTexts().map(\.weight) == [0.25, 1])
  }

  @Test func `what is no weight is refused`() throws {
    let folder = try TemporaryFolder()
    let rows = """
      {"text": "a", "weight": -1}
      {"text": "a", "weight": "much"}
      {"text": "a", "weight": 1e31}

      """
    let path = try folder.write("rows.jsonl", rows).path
    #expect(
      message { _ = try DataSource(files: [path]).plainTexts() }
        .replacingOccurrences(of: folder.url.path + "/", with: "")
        == "rows.jsonl:1:25 weight — is -1.0 — a weight is a number from 0 to 1e30\n"
        + "rows.jsonl:2:25 weight — is a text — a weight is a number from 0 to 1e30\n"
        + "rows.jsonl:3:25 weight — is too large — a weight is a number from 0 to 1e30")
    let idle = try folder.write("idle.jsonl", "{\"text\": \"a\", \"weight\": 0}\n").path
    #expect(
      message { _ = try DataSource(files: [idle]).plainTexts() }
        .hasSuffix("every row has the weight 0, and nothing would be learnt; give some row another")
    )
  }
}

@Suite struct LabelTextTests {
  @Test func `tables of data frames write labels with a fraction`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "rows.csv", "prompt,completion,label\nWhy?,So.,1.0\nWhy?,No.,0.0\n"
    ).path
    #expect(
      try DataSource(files: [path]).labelledCompletions().map(\.isDesirable) == [true, false])
  }
}
