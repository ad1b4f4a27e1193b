import Corpus
import Foundation
import Recipe
import Runs
import TestSupport
import Testing

@Suite struct DataSourceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(_ text: String) throws -> DataSource {
    DataSource(files: [try folder.write("rows.jsonl", text).path])
  }

  /// The lines of an error, without the folder's path.
  private func lines(_ body: () throws -> Void) -> [String] {
    message(body).replacingOccurrences(of: folder.url.path + "/", with: "")
      .split(separator: "\n").map(String.init)
  }

  @Test func settingsAreReadFromARecipe() throws {
    try folder.write("reviews.jsonl", "{\"review\": \"A<br />B\", \"mood\": 1, \"id\": 7}\n")
    let document = try RecipeDocument.parse(
      """
      files: reviews.jsonl
      columns: {text: review, label: mood}
      replace: [["<br />", "\\n"]]
      lowercase: true
      limit: 5
      part: [0.0, 1]
      """, name: "recipe.yaml")
    let source = DataSource(from: document.root, directory: folder.url.path)
    try document.finish()
    #expect(try source.labelledTexts() == [LabelledText(id: "7", text: "a\nb", label: 1)])
  }

  @Test func wrongSettingsAreMistakesOfTheRecipe() throws {
    let document = try RecipeDocument.parse(
      """
      files: []
      columns: {txt: review}
      part: [0.5, 0.5]
      format: xml
      limit: 0
      """, name: "recipe.yaml")
    _ = DataSource(from: document.root, directory: ".")
    #expect(
      message { try document.finish() }.split(separator: "\n").map(String.init) == [
        "recipe.yaml:1:1: files: names no file",
        "recipe.yaml:2:11: unknown key \"txt\" in columns; did you mean \"text\"?",
        "recipe.yaml:3:1: part: must be two numbers, the smaller first, as in [0.0, 0.6]",
        "recipe.yaml:4:9: format is \"xml\"; it must be one of auto, jsonl, json, csv, tsv, text, "
          + "parquet",
        "recipe.yaml:5:8: limit is 0; it must be at least 1",
      ])
  }

  @Test func pairsAreReadInEveryForm() throws {
    let pairs = try source(
      """
      {"prompt": "p", "chosen": "a", "rejected": "b", "id": "x"}
      {"prompt": "", "chosen": "a", "rejected": "b"}
      {"chosen": "\\n\\nHuman: q\\n\\nAssistant: yes, a", "rejected": "\\n\\nHuman: q\\n\\nAssistant: yes, b"}
      {"instruction": "i", "input": "j", "chosen_response": "a", "rejected_response": "b"}
      {"chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}]}
      {"prompt": [{"role": "user", "content": "q"}], "chosen": [{"role": "assistant", "content": "a"}], "rejected": {"from": "gpt", "value": "b"}}

      """
    ).preferencePairs()
    #expect(pairs.map(\.id) == ["x"] + (2...6).map { "rows.jsonl:\($0)" })
    #expect(
      pairs.map(\.prompt) == [
        "p", "", "\n\nHuman: q\n\nAssistant:", "i\n\nj", .asked("q"), .asked("q"),
      ])
    #expect(pairs.map(\.chosen) == ["a", "a", " yes, a", "a", "a", "a"])
    #expect(pairs.map(\.rejected) == ["b", "b", " yes, b", "b", "b", "b"])
  }

  @Test func wrongPairsAreNamedByPlaceFieldAndAdvice() throws {
    let data = try source(
      """
      {"prompt": "p", "chosen": "a", "rejected": "a"}
      {"prompt": "p", "chosen": " \\n", "rejected": "a"}
      {"prompt": "p", "chosen": "a"}
      {"prompt": 3, "chosen": "a", "rejected": "b"}
      {"chosen": "a", "rejected": "b"}
      {"prompt": "p", "chosen": "a\\u0000", "rejected": "b"}
      {"prompt": "p", "chosen": "a", "rejected": "b", "id": "x"}
      {"prompt": "p", "chosen": "a", "rejected": "b", "id": "x"}
      {"prompt": "p", "chosen": "a", "rejected": "b", "tools": [{}]}
      {"prompt": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "r"}], "chosen": "a", "rejected": "b"}

      """)
    #expect(
      lines { _ = try data.preferencePairs() } == [
        "rows.jsonl:1:44 rejected — is the same text as chosen — remove the row",
        "rows.jsonl:2:27 chosen — is empty — remove the row or write the text",
        "rows.jsonl:3:1 rejected — is missing; the row has prompt, chosen — "
          + "add it, or name its column under columns",
        "rows.jsonl:4:12 prompt — is a number — it must be a text",
        "rows.jsonl:5:1 prompt — is missing, and chosen and rejected share no turn that ends in "
          + "\"Assistant:\" — add a prompt column",
        "rows.jsonl:6:27 chosen — holds a NUL character — remove it",
        "rows.jsonl:8:55 id — \"x\" is already at rows.jsonl:7 — give every row its own id",
        "rows.jsonl:9:58 tools — would be left out of the prompt, which is a text — "
          + "write the prompt as messages, or remove the row",
        "rows.jsonl:10:12 prompt — ends with a turn of the assistant — "
          + "a prompt ends with the turn that is answered, of the user or a tool",
      ])
  }

  @Test func twentyProblemsAreShownAndTheRestCounted() throws {
    let row = "{\"text\": \"\"}\n"
    let data = try source(String(repeating: row, count: 33))
    let found = lines { _ = try data.plainTexts() }
    #expect(found.count == 21)
    #expect(found.last == "… and 13 more problems")
    let notes = RowNotes(forgivesBadRows: true)
    let kept = try source(row + "{\"text\": \"a\"}\n").plainTexts(notes)
    #expect(kept.map(\.text) == ["a"])
    #expect(notes.bad.count == 1)
  }

  @Test func labelledCompletionsAreReadAndRefusedByPlace() throws {
    let rows = try source(
      """
      {"prompt": "p", "completion": "a", "label": true}
      {"instruction": "p", "output": "b", "label": 0}
      {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "c"}], "label": "positive"}

      """
    ).labelledCompletions()
    #expect(rows.map(\.prompt) == ["p", "p", .asked("q")])
    #expect(rows.map(\.completion) == ["a", "b", "c"])
    #expect(rows.map(\.isDesirable) == [true, false, true])
    let wrong = try source(
      """
      {"prompt": "p", "completion": "a", "label": 2}
      {"prompt": "p", "completion": "a"}
      {"prompt": "p", "completion": " ", "label": 1}

      """)
    #expect(
      lines { _ = try wrong.labelledCompletions() } == [
        "rows.jsonl:1:45 label — is 2 — a completion is wanted (true) or not (false)",
        "rows.jsonl:2:1 label — is missing; the row has prompt, completion — add it, or name its "
          + "column under columns",
        "rows.jsonl:3:31 completion — is empty — remove the row or write the text",
      ])
    #expect(try wrong.layout() == .labelledCompletions)
    #expect(
      try source("{\"prompt\": \"p\", \"completion\": \"a\"}\n").layout() == .demonstrations)
  }

  @Test func groupsTakeTheirScoresFromEitherPlace() throws {
    let groups = try source(
      """
      {"prompt": "p", "completions": ["a", "b"], "scores": [1, -0.5]}
      {"prompt": "p", "completions": [{"response": "a", "overall_score": 7.5}]}
      {"prompt": "p", "answers": [{"answer": "a", "rank": 1}, {"answer": "b", "rank": 2}]}

      """
    ).scoredGroups()
    #expect(groups.map(\.scores) == [[1, -0.5], [7.5], [-1, -2]])
    #expect(groups.map(\.completions) == [["a", "b"], ["a"], ["a", "b"]])
  }

  @Test func scoresThatAreNotNumbersAreRefused() throws {
    let data = try source(
      """
      {"prompt": "p", "completions": ["a", "b"], "scores": [1, null]}
      {"prompt": "p", "completions": ["a", "b"], "scores": [1, NaN]}
      {"prompt": "p", "completions": ["a", "b"], "scores": [1]}
      {"prompt": "p", "completions": ["a", ""], "scores": [1, 2]}
      {"prompt": "p", "completions": ["a"], "scores": [1e999]}

      """)
    #expect(
      lines { _ = try data.scoredGroups() } == [
        "rows.jsonl:1:54 scores — [1] is null — each score must be a finite number, at most 1e30",
        "rows.jsonl:2:58 — NaN and Infinity are not JSON; write a finite number or null — "
          + "correct or remove the line",
        "rows.jsonl:3:54 scores — has 1 scores for 2 completions — give each one score",
        "rows.jsonl:4:32 completions[1] — is empty — remove the row or write the text",
        "rows.jsonl:5:50 — the number 1e999 overflows — correct or remove the line",
      ])
  }

  @Test func demonstrationsComeFromColumnsOrConversations() throws {
    let rows = try source(
      """
      {"prompt": "p", "completion": "c"}
      {"instruction": "i", "input": "", "output": "o"}
      {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}

      """
    ).demonstrations()
    #expect(rows.map(\.prompt) == ["p", "i", .asked("q")])
    #expect(rows.map(\.completion) == ["c", "o", "a"])
  }

  @Test func partsAreDisjointStableAndOfTheirSize() throws {
    let text = (0..<2000).map { "{\"text\": \"row \($0)\"}\n" }.joined()
    let path = try folder.write("rows.jsonl", text).path
    func part(_ from: Double, _ to: Double) throws -> Set<String> {
      let data = DataSource(files: [path], part: DataPart(from: from, to: to))
      return Set(try data.plainTexts().map(\.text))
    }
    let (train, rest) = (try part(0, 0.6), try part(0.6, 1))
    #expect(train.isDisjoint(with: rest))
    #expect(train.count + rest.count == 2000)
    // 1200 ± 22 is one standard deviation of a fair split.
    #expect(abs(train.count - 1200) < 88)
    #expect(try DataSource(files: [path], limit: 3).plainTexts().count == 3)
  }

  @Test func noRowsAtAllIsAnError() throws {
    let data = try source("\n")
    #expect(
      lines { _ = try data.prompts() } == [
        "rows.jsonl: no rows; check the files, part, where and cut"
      ])
  }

  @Test(.enabled(if: SharedData.isPresent)) func publishedReviewsLoad() throws {
    let path = try SharedData.url("imdb/valid.jsonl").path
    let rows = try DataSource(files: [path], replacements: [("<br />", "\n")]).labelledTexts()
    #expect(rows.count == 1000)
    #expect(rows.filter { $0.label == 1 }.count == 500)
    #expect(!rows.contains { $0.text.contains("<br />") })
  }

  /// Changed bytes give rows or problems, never a trap; every message is one line.
  @Test func damagedRowsNeverTrap() throws {
    let text = Array(
      "{\"prompt\": \"p\\u00e9\", \"chosen\": \"\\ud83d\\ude00\", \"rejected\": \"é\", \"x\": [1e5, null]}"
        .utf8)
    var random = UInt64(7)
    func below(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % count
    }
    var file: [UInt8] = []
    for _ in 0..<3000 {
      var row = text
      for _ in 0...below(2) { row[below(row.count)] = UInt8(below(256)) }
      file += row + [0x0A]
    }
    let data = DataSource(files: [try folder.write("rows.jsonl", file).path])
    let notes = RowNotes(forgivesBadRows: true)
    let pairs = try data.preferencePairs(notes)
    let problems = notes.bad.map(\.description)
    #expect(!pairs.isEmpty)
    #expect(problems.count > 1000)
    #expect(!problems.contains { $0.contains("\n") })
  }
}
