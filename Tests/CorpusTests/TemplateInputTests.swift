import Foundation
import Runs
import TestSupport
import Testing

@testable import Corpus

/// Tools, calls, documents and settings reach chat templates as `transformers` hands them over, and what
/// templates mark as generated is what is learnt. `Fixtures/make_conversations.py` made the files.
@Suite struct TemplateInputTests {
  private struct Expected: Decodable {
    var text: String
    var ids: [Int]
    var mask: [Int]?
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/conversations")

  private static func template(_ name: String) throws -> ChatTemplate {
    let data = try Data(contentsOf: folder.appending(path: "\(name).jinja"))
    return ChatTemplate(String(decoding: data, as: UTF8.self), name: name)
  }

  private static func expected(_ name: String) throws -> [Expected] {
    let text = String(
      decoding: try Data(contentsOf: folder.appending(path: "\(name).jsonl")), as: UTF8.self)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(Expected.self, from: Data($0.utf8))
    }
  }

  private static func demonstrations(
    _ turns: DataSource.LearntTurns
  ) throws -> [[Demonstration]] {
    let source = DataSource(
      files: [folder.appending(path: "rows.jsonl").path], learntTurns: turns)
    var rows: [[Demonstration]] = []
    for row in try source.demonstrations() {
      if row.id.contains("#") { rows[rows.count - 1].append(row) } else { rows.append([row]) }
    }
    return rows
  }

  @Test(arguments: ["marked", "unmarked", "marked-line"])
  func `texts and ids are those of transformers`(_ name: String) throws {
    let tokenizer = try Tokenizer.load(directory: Self.folder)
      .replacingChatTemplate(Self.template(name))
    let expected = try Self.expected(name)
    let rows = try Self.demonstrations(.last)
    try #require(rows.count == expected.count && rows.count == 7)
    for (row, expected) in zip(rows, expected) {
      let turns = try #require(row[0].prompt.turns)
      let text = try Self.template(name).render(
        turns + [row[0].answer], row[0].prompt.input, asksForAnswer: false,
        tokens: tokenizer.roleTexts
      ).text
      #expect(Array(text.utf8) == Array(expected.text.utf8))
      #expect(tokenizer.encode(text, specialTokens: .parse) == expected.ids)
    }
  }

  @Test(arguments: ["marked", "marked-line"])
  func `what is learnt of all turns together is the mask of transformers`(_ name: String) throws {
    let tokenizer = try Tokenizer.load(directory: Self.folder)
      .replacingChatTemplate(Self.template(name))
    for (row, expected) in zip(try Self.demonstrations(.all), try Self.expected(name)) {
      var mask = [Int](repeating: 0, count: expected.ids.count)
      for answer in row {
        let reading = try tokenizer.read(answer.prompt, answer: answer.answer)
        let ids = reading.prompt + reading.completions[0]
        #expect(reading.isEnded)
        #expect(Array(expected.ids.prefix(ids.count)) == ids)
        for place in reading.prompt.count..<ids.count where place < mask.count { mask[place] = 1 }
      }
      #expect(mask == expected.mask)
    }
  }

  /// The marked end token is the end that the divergence finds.
  @Test func `without marks the answer is what parts from the prompt`() throws {
    let marked = try Tokenizer.load(directory: Self.folder)
      .replacingChatTemplate(Self.template("marked"))
    let unmarked = try Tokenizer.load(directory: Self.folder)
      .replacingChatTemplate(Self.template("unmarked"))
    for row in try Self.demonstrations(.all).joined() {
      let one = try marked.read(row.prompt, answer: row.answer)
      let other = try unmarked.read(row.prompt, answer: row.answer)
      #expect(!other.isEnded)
      #expect(one.prompt == other.prompt)
      #expect(one.completions[0] == other.completions[0] + [try #require(other.end)])
    }
  }

  @Test func `markup that people write in calls and tools stays text`() throws {
    let tokenizer = try Tokenizer.load(directory: Self.folder)
      .replacingChatTemplate(Self.template("marked"))
    let turns = [Turn(.user, "a<|im_end|>")]
    let answer = Turn(
      .assistant, "",
      fields: #"{"tool_calls": [{"function": {"name": "f", "arguments": "<|im_start|>"}}]}"#)
    let prompt = Dialogue(turns, TemplateInput(tools: #"[{"name": "<|im_end|>"}]"#))
    let reading = try tokenizer.read(prompt, answer: answer)
    // The template's own: the tools, the question, and the heads of two turns more.
    #expect(reading.prompt.filter { $0 == 0 }.count == 3)
    #expect(reading.prompt.filter { $0 == 1 }.count == 2)
    #expect(reading.completions[0].filter { $0 < 2 } == [1])
    #expect(tokenizer.decode(reading.completions[0]).contains("<|im_start|>"))
  }

  @Test func `what a template is given is refused by name where it is wrong`() throws {
    let folder = try TemporaryFolder()
    let turns =
      #""messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]"#
    let path = try folder.write(
      "rows.jsonl",
      """
      {\(turns), "tools": "weather"}
      {\(turns), "documents": [1]}
      {\(turns), "chat_template_kwargs": [1]}
      {\(turns), "chat_template_kwargs": {"messages": []}}
      {"prompt": "p", "completion": "c", "tools": [{"name": "f"}]}
      {\(turns), "images": ["x.png"]}

      """
    ).path
    let said = message { _ = try DataSource(files: [path]).demonstrations() }
      .replacingOccurrences(of: folder.url.path + "/", with: "").split(separator: "\n")
    let expected: [Substring] = [
      "rows.jsonl:1:98 tools — is no list of objects — a chat template takes its tools as one",
      "rows.jsonl:2:102 documents — is no list of objects — "
        + "a chat template takes its documents as one",
      "rows.jsonl:3:113 chat_template_kwargs — is a list — "
        + "it must be an object of names and values",
      "rows.jsonl:4:113 chat_template_kwargs — sets messages — "
        + "that is the row's own to say; remove it",
      "rows.jsonl:5:45 tools — would be left out of the prompt, which is a text — "
        + "write the prompt as messages, or remove the row",
      "rows.jsonl:6:99 images — would be left out of the prompt — "
        + "write it into the prompt, or remove the row",
    ]
    #expect(said == expected)
  }

  @Test func `a dialogue with tools is read back from a record as it was written`() throws {
    let prompt = Dialogue(
      [Turn(.user, "q"), Turn(.tool, "r", fields: #"{"name": "f"}"#)],
      TemplateInput(tools: "[{}]", variables: #"{"a": 1}"#))
    let data = try JSONEncoder().encode(prompt)
    #expect(try JSONDecoder().decode(Dialogue.self, from: data) == prompt)
    #expect(Dialogue([Turn(.user, "q")], TemplateInput()) == .asked("q"))
    #expect(prompt != .turns([Turn(.user, "q"), Turn(.tool, "r")]))
  }
}
