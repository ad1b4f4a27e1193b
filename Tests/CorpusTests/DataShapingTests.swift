import Corpus
import Foundation
import Recipe
import TestSupport
import Testing

/// What a recipe does to rows on their way in: choosing them, cutting texts, and spoiling some.
@Suite struct DataShapingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The data of a recipe's section, read in order, each able to name those before it.
  private func sources(_ recipe: String) throws -> [String: DataSource] {
    let document = try RecipeDocument.parse(recipe, name: "recipe.yaml")
    var found: [String: DataSource] = [:]
    for (name, section) in document.root.sections("data") {
      found[name] = DataSource(from: section, directory: folder.url.path, among: found)
    }
    try document.finish()
    return found
  }

  private func source(_ settings: String) throws -> DataSource {
    try #require(try sources("data: {rows: {files: rows.jsonl, \(settings)}}")["rows"])
  }

  private func write(_ rows: String) throws { try folder.write("rows.jsonl", rows) }

  // MARK: Choosing

  @Test func rowsAreChosenByTheValuesOfFieldsAndColumns() throws {
    try write(
      """
      {"text": "a", "label": 1, "split": "x", "seen": true}
      {"text": "b", "label": 0, "split": "x", "seen": true}
      {"text": "c", "label": 1, "split": "y", "seen": true}
      {"text": "d", "label": 1, "split": "x", "seen": false}

      """)
    #expect(try source("where: {label: 1}").plainTexts().map(\.text) == ["a", "c", "d"])
    #expect(
      try source("where: {label: 1, split: x, seen: true}").plainTexts().map(\.text) == ["a"])
    // The limit counts what is chosen.
    #expect(try source("where: {split: y}, limit: 1").plainTexts().map(\.text) == ["c"])
    #expect(
      message { _ = try source("where: {split: z}").plainTexts() }
        .hasSuffix("rows.jsonl: no rows; check the files, part, where and cut"))
  }

  @Test func aRowWithoutTheColumnIsNamed() throws {
    try write("{\"text\": \"a\", \"kind\": [1]}\n{\"text\": \"b\"}\n")
    #expect(
      message { _ = try source("where: {kind: 1}").plainTexts() }
        .replacingOccurrences(of: folder.url.path + "/", with: "")
        == "rows.jsonl:1:23 kind — is a list — where compares texts, numbers and truth values\n"
        + "rows.jsonl:2:1 kind — is missing — where asks for it; add it, or remove the row")
  }

  // MARK: Cutting

  /// Prompt and completion together are the beginning of the text, blanks between words included.
  @Test func textsAreCutInWords() throws {
    try write(
      """
      {"text": "one  two\\nthree four five"}
      {"text": "one two"}
      {"text": " one two three "}
      {"text": "uno dos trés"}

      """)
    let cut = try source("cut: {prompt: 2, completion: 2}")
    #expect(try cut.demonstrations().map(\.prompt) == ["one  two", " one two", "uno dos"])
    #expect(try cut.demonstrations().map(\.completion) == ["\nthree four", " three", " trés"])
    #expect(try cut.prompts().map(\.dialogue.words) == ["one  two", " one two", "uno dos"])
    #expect(try cut.layout() == .demonstrations)
    #expect(try cut.plainTexts().count == 4)
    // The last word is the end of the text, with or without a blank behind it.
    #expect(
      try source("cut: {prompt: 1, completion: 2}").demonstrations().map(\.completion)
        == ["  two\nthree", " two", " two three", " dos trés"])
  }

  // MARK: Spoiling

  private func demonstrations(_ count: Int) -> String {
    (0..<count).map {
      "{\"id\": \"r\($0)\", \"prompt\": \"p\($0)\", \"completion\": \"c\($0)\"}\n"
    }.joined()
  }

  @Test func aSpoiltDemonstrationAnswersTheNextPrompt() throws {
    try write(demonstrations(1000))
    let rows = try source("noise: {share: 0.2, seed: 3}").demonstrations()
    let clean = try source("limit: 1000").demonstrations()
    var spoilt: [Int] = []
    for place in rows.indices {
      #expect(rows[place].id == clean[place].id)
      #expect(rows[place].prompt == clean[place].prompt)
      guard rows[place].completion != clean[place].completion else { continue }
      spoilt.append(place)
      #expect(rows[place].completion == "c\((place + 1) % 1000)")
    }
    // 200 ± 12.6 is one standard deviation of independent draws.
    #expect(abs(spoilt.count - 200) < 51)
    // The same rows in a smaller series, and among those of a larger share; others under another seed.
    let fewer = try source("noise: {share: 0.2, seed: 3}, limit: 500").demonstrations()
    let least = zip(fewer, clean).filter { $0.0.completion != $0.1.completion }.map(\.0.id)
    #expect(least == spoilt.filter { $0 < 500 }.map { "r\($0)" })
    let more = try source("noise: {share: 0.5, seed: 3}").demonstrations()
    #expect(spoilt.allSatisfy { more[$0].completion != clean[$0].completion })
    let other = try source("noise: {share: 0.2, seed: 4}").demonstrations()
    #expect(!spoilt.allSatisfy { other[$0].completion != clean[$0].completion })
  }

  @Test func rowsOfOtherDataStandForSpoiltOnes() throws {
    try write(demonstrations(10))
    try folder.write(
      "bad.jsonl",
      "{\"prompt\": \"x\", \"completion\": \"bad\"}\n{\"prompt\": \"y\", \"completion\": \"worse\"}\n"
    )
    let found = try sources(
      """
      data:
        bad: {files: bad.jsonl}
        good: {files: rows.jsonl, noise: {share: 1, kind: replaced, from: bad}}
      """)
    let rows = try #require(found["good"]).demonstrations()
    #expect(rows.map(\.completion) == (0..<5).flatMap { _ in ["bad", "worse"] })
  }

  @Test func labelsAndPairsAreTurnedRound() throws {
    try write("{\"text\": \"a\", \"label\": 1}\n{\"text\": \"b\", \"label\": 0}\n")
    #expect(try source("noise: {share: 1}").labelledTexts().map(\.label) == [0, 1])
    try write("{\"prompt\": \"p\", \"completion\": \"a\", \"label\": true}\n")
    #expect(try source("noise: {share: 1}").labelledCompletions().map(\.isDesirable) == [false])
    try write("{\"prompt\": \"p\", \"chosen\": \"a\", \"rejected\": \"b\"}\n")
    let pair = try #require(try source("noise: {share: 1}").preferencePairs().first)
    #expect(pair.chosen == "b")
    #expect(pair.rejected == "a")
  }

  @Test func whatHasNoAnswerCannotBeSpoilt() throws {
    try write("{\"text\": \"a\"}\n")
    #expect(
      message { _ = try source("noise: {share: 0.5}").plainTexts() }
        .hasSuffix(
          "rows.jsonl: noise cannot spoil texts; it is for demonstrations, pairs and labelled rows")
    )
  }

  @Test func wrongNoiseIsAMistakeOfTheRecipe() throws {
    let found = message {
      _ = try sources(
        """
        data:
          rows: {files: a, noise: {share: 0}}
          more: {files: a, noise: {share: 0.2, kind: replaced, from: later}}
          later: {files: a, cut: {prompt: 0}}
        """)
    }
    #expect(
      found.split(separator: "\n").map(String.init)
        .filter { !$0.contains("there is no file") } == [
          "recipe.yaml:2:35: data.rows.noise.share is 0; it must be above 0 and at most 1",
          "recipe.yaml:3:62: data.more.noise.from: there is no data named later above this one "
            + "(there is rows)",
          "recipe.yaml:4:35: data.later.cut.prompt is 0; it must be from 1 to 1000000",
        ])
  }
}
