import Corpus
import Foundation
import Runs
import TestSupport
import Testing

/// Rows whose texts are conversations: what can be read is read, the rest is refused by its own name.
@Suite struct ConversationRowTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(_ rows: String) throws -> DataSource {
    DataSource(files: [try folder.write("rows.jsonl", rows).path])
  }

  private func lines(_ body: () throws -> Void) -> [String] {
    message(body).replacingOccurrences(of: folder.url.path + "/", with: "")
      .split(separator: "\n").map(String.init)
  }

  @Test func `contents in parts and conversations written as JSON texts are read`() throws {
    let rows = try source(
      #"""
      {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"text": "b"}, "c"]}, {"role": "assistant", "content": "d"}]}
      {"messages": "[{\"from\": \"human\", \"value\": \"q\"}, {\"from\": \"gpt\", \"value\": \"r\"}]"}
      {"prompt": "{\"role\": \"user\", \"content\": \"q\"}", "completion": "[1, 2]"}
      {"prompt": "p", "completion": "[{\"role\": \"a name\"}]"}

      """#
    ).demonstrations()
    #expect(rows.map(\.prompt) == [.asked("abc"), .asked("q"), .asked("q"), "p"])
    #expect(rows.map(\.completion) == ["d", "r", "[1, 2]", "[{\"role\": \"a name\"}]"])
  }

  @Test func `pairs beside a prompt that they repeat are read, nested texts too`() throws {
    let pairs = try source(
      #"""
      {"prompt": "q", "chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}]}
      {"prompt": "q", "chosen": "[{\"role\": \"assistant\", \"content\": \"a\"}]", "rejected": "b"}

      """#
    ).preferencePairs()
    #expect(pairs.map(\.prompt) == [.asked("q"), .asked("q")])
    #expect(pairs.map(\.chosen) == ["a", "a"])
    #expect(pairs.map(\.rejected) == ["b", "b"])
  }

  @Test func `what cannot be read is refused by its own name`() throws {
    let data = try source(
      #"""
      {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": null}]}
      {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}, {"role": "assistant", "content": "a"}]}
      {"messages": [{"role": "user", "content": "q"}, {"role": "narrator", "content": "r"}]}
      {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": 3}]}
      {"messages": [{"role": "user", "content": "q"}, 7]}
      {"messages": "hello"}
      {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}, {"role": "user", "content": "r"}]}
      {"messages": [{"role": "assistant", "tool_calls": [{}]}, {"role": "tool", "content": "a"}]}
      {"conversations": [{"from": "human", "value": "q"}, {"from": "function_call", "value": "f()"}]}
      {"messages": [{"role": "assistant", "content": "a"}]}
      {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": " "}]}
      {"messages": [{"role": "user", "content": ""}, {"role": "assistant", "content": "a"}]}

      """#)
    #expect(
      lines { _ = try data.demonstrations() } == [
        "rows.jsonl:1:14 messages — [1].content is null — "
          + "a turn that only calls a tool has no text to learn; remove the row",
        "rows.jsonl:2:14 messages — [0].content[0] is a part of type \"image_url\" — "
          + "only parts of type text can be read; remove the row",
        "rows.jsonl:3:14 messages — [1] has the role \"narrator\" — "
          + "roles are system, user, assistant and tool (human, gpt and observation)",
        "rows.jsonl:4:14 messages — [1].content is a number — "
          + "it must be a text or a list of texts",
        "rows.jsonl:5:14 messages — [1] is no message — a message has a role and a content",
        "rows.jsonl:6:14 messages — is a text, and no list of messages — "
          + "a message has a role and a content",
        "rows.jsonl:7:14 messages — ends with a turn of the user — "
          + "the last turn must be the assistant's, which is what is learnt",
        "rows.jsonl:8:14 messages — ends with a turn of the tool — "
          + "the last turn must be the assistant's, which is what is learnt",
        "rows.jsonl:9:19 conversations — [1] has the role \"function_call\" — "
          + "write it as a turn of the assistant with tool_calls, or remove the row",
        "rows.jsonl:10:14 messages — [0] answers no turn of the user or a tool — "
          + "put the turn before it that it answers, or remove it",
        "rows.jsonl:11:14 messages — [1].content is empty — remove the row or write the text",
        "rows.jsonl:12:14 messages — [0].content is empty — remove the row or write the text",
      ])
  }

  @Test func `several turns and system prompts are the turns before the last answer`() throws {
    let rows = try source(
      #"""
      {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}, {"role": "user", "content": "r"}, {"role": "assistant", "content": "b"}]}
      {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "f()"}, {"from": "observation", "value": "4"}, {"from": "gpt", "value": "Four."}]}
      {"system": "s", "instruction": "i", "input": "j", "output": "o"}
      {"system": "", "prompt": "p", "completion": "c", "tools": [], "history": []}
      {"instruction": "r", "output": "b", "history": [["q", "a"]]}
      {"system": "s", "prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}], "completion": [{"role": "assistant", "content": "a"}]}
      {"prompt": "q", "completion": [{"role": "assistant", "content": "a"}]}

      """#
    ).demonstrations()
    #expect(
      rows.map(\.prompt) == [
        .turns([
          Turn(.system, "s"), Turn(.user, "q"), Turn(.assistant, "a"), Turn(.user, "r"),
        ]),
        .turns([Turn(.user, "q"), Turn(.assistant, "f()"), Turn(.tool, "4")]),
        .turns([Turn(.system, "s"), Turn(.user, "i\n\nj")]),
        "p",
        .turns([Turn(.user, "q"), Turn(.assistant, "a"), Turn(.user, "r")]),
        .turns([Turn(.system, "s"), Turn(.user, "q")]),
        .asked("q"),
      ])
    #expect(rows.map(\.completion) == ["b", "Four.", "o", "c", "b", "a", "a"])
  }

  @Test func `every answer is learnt where the source asks for it`() throws {
    let path = try folder.write(
      "rows.jsonl",
      #"""
      {"id": "x", "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}, {"role": "user", "content": "r"}, {"role": "assistant", "content": "b"}]}
      {"prompt": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "given"}, {"role": "user", "content": "r"}], "completion": "b"}
      {"instruction": "r", "output": "b", "history": [["q", "a"]]}

      """#
    ).path
    let rows = try DataSource(files: [path], learntTurns: .all).demonstrations()
    #expect(
      rows.map(\.id) == ["x", "x#2", "rows.jsonl:2", "rows.jsonl:3", "rows.jsonl:3#2"])
    #expect(rows.map(\.completion) == ["a", "b", "b", "a", "b"])
    #expect(rows[0].prompt == .asked("q"))
    #expect(
      rows[1].prompt == .turns([Turn(.user, "q"), Turn(.assistant, "a"), Turn(.user, "r")]))
    let notes = RowNotes()
    #expect(try DataSource(files: [path]).demonstrations(notes).count == 3)
    #expect(
      notes.remarks == [
        "2 answers before the last of their conversation are not learnt; learn_turns: all learns "
          + "them"
      ])
  }

  @Test func `pairs of conversations share all but the last turn`() throws {
    let pairs = try source(
      #"""
      {"chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}, {"role": "user", "content": "r"}, {"role": "assistant", "content": "x"}], "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}, {"role": "user", "content": "r"}, {"role": "assistant", "content": "y"}]}
      {"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "q"}], "chosen": {"from": "gpt", "value": "x"}, "rejected": {"from": "gpt", "value": "y"}}
      {"system": "s", "question": "q", "chosen": "x", "rejected": "y"}
      {"prompt": "q", "prompt_id": "7", "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "x"}], "chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "x"}], "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "y"}], "score_chosen": 8, "score_rejected": 5.5}

      """#
    ).preferencePairs()
    #expect(
      pairs.map(\.prompt) == [
        .turns([Turn(.user, "q"), Turn(.assistant, "a"), Turn(.user, "r")]),
        .turns([Turn(.system, "s"), Turn(.user, "q")]),
        .turns([Turn(.system, "s"), Turn(.user, "q")]),
        .asked("q"),
      ])
    #expect(pairs.map(\.chosen) == ["x", "x", "x", "x"])
    #expect(pairs.map(\.rejected) == ["y", "y", "y", "y"])
    #expect(pairs.map(\.margin) == [nil, nil, nil, 2.5])
    #expect(pairs[3].id == "7")
  }

  @Test func `pairs that are no pair of answers are refused by what is wrong`() throws {
    let (q, a, b) = (
      #"{"role": "user", "content": "q"}"#, #"{"role": "assistant", "content": "a"}"#,
      #"{"role": "assistant", "content": "b"}"#
    )
    let data = try source(
      """
      {"chosen": [\(q), \(a), \(q)], "rejected": [\(q), \(a), \(q)]}
      {"chosen": [\(q), \(a)], "rejected": [{"role": "user", "content": "r"}, \(b)]}
      {"chosen": [\(q), \(a), \(q), \(a)], "rejected": [\(q), \(b), \(q), \(a)]}
      {"chosen": [\(q), \(a)], "rejected": "b"}
      {"prompt": "other", "chosen": [\(q), \(a)], "rejected": [\(q), \(b)]}
      {"chosen": \(a), "rejected": \(b)}
      {"chosen": [\(q), \(a)], "rejected": [\(q), \(a)]}
      {"system": "s", "chosen": [{"role": "system", "content": "t"}, \(q), \(a)], "rejected": [{"role": "system", "content": "t"}, \(q), \(b)]}
      {"conversations": [\(q), \(a)], "chosen": \(a), "rejected": \(b)}
      {"prompt": "q", "history": "earlier", "chosen": "a", "rejected": "b"}

      """)
    #expect(
      lines { _ = try data.preferencePairs() } == [
        "rows.jsonl:1:12 chosen — ends with a turn of the user — "
          + "the last turn must be the assistant's",
        "rows.jsonl:2:99 rejected — shares no first turn with chosen — "
          + "pairs are of one prompt; remove the row",
        "rows.jsonl:3:172 rejected — parts from chosen at [1], before the last turn — "
          + "only last turns are compared; cut both behind [1]",
        "rows.jsonl:4:12 chosen — is a whole conversation, and rejected is not — write both alike",
        "rows.jsonl:5:12 prompt — is not in the conversation under chosen — leave one of the two",
        "rows.jsonl:6:1 prompt — is missing; the row has chosen, rejected — "
          + "add it, or name its column under columns",
        "rows.jsonl:7:99 rejected — is the same text as chosen — remove the row",
        "rows.jsonl:8:27 chosen — begins with another system turn than the row's own — "
          + "remove one of the two",
        "rows.jsonl:9:19 conversations — ends with a turn of the assistant — "
          + "a prompt ends with the turn that is answered, of the user or a tool",
        "rows.jsonl:10:28 history — would be left out of the prompt — "
          + "write it as a list of pairs of texts",
      ])
  }

  @Test func `prompts are conversations without their answers`() throws {
    let rows = try source(
      #"""
      {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}
      {"messages": [{"role": "user", "content": "q"}]}
      {"prompt": [{"role": "user", "content": "q"}]}
      {"chosen": "\n\nHuman: q\n\nAssistant: a", "rejected": "\n\nHuman: q\n\nAssistant: b"}

      """#
    ).prompts()
    #expect(
      rows.map(\.dialogue) == [
        .asked("q"), .asked("q"), .asked("q"), "\n\nHuman: q\n\nAssistant:",
      ])
  }

  /// `é` as one character and as two: other bytes, other tokens, another text.
  @Test func `canonically equivalent texts, ids and values are different ones`() throws {
    let (one, two) = ("caf\u{E9}", "cafe\u{301}")
    let pairs = try source(
      """
      {"id": "\(one)", "prompt": "p", "chosen": "\(one)", "rejected": "\(two)"}
      {"id": "\(two)", "prompt": "p", "chosen": "a", "rejected": "b"}

      """
    ).preferencePairs()
    #expect(pairs.count == 2)
    let path = try folder.write(
      "where.jsonl", "{\"text\": \"a\", \"x\": \"\(two)\"}\n{\"text\": \"b\", \"x\": \"\(one)\"}\n")
    let chosen = DataSource(files: [path.path], conditions: ["x": one])
    #expect(try chosen.plainTexts().map(\.text) == ["b"])
  }

  @Test func `a source of nothing but refused rows tells why, and not that there are none`() throws
  {
    let notes = RowNotes(forgivesBadRows: true)
    let kept = try source("{\"text\": \"\"}\n{\"text\": 3}\n").plainTexts(notes)
    #expect(kept.isEmpty)
    #expect(notes.bad.map(\.problem) == ["is empty", "is a number"])
    #expect(
      lines { _ = try source("not JSON\n").layout() } == [
        "rows.jsonl:1:1 — expected a value, found 'n' — correct or remove the line"
      ])
  }
}

extension Dialogue {
  /// One turn of the user.
  static func asked(_ text: String) -> Dialogue { .turns([Turn(.user, text)]) }
}
