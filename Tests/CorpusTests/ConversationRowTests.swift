import Corpus
import Foundation
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
    #expect(rows.map(\.prompt) == ["abc", "q", "q", "p"])
    #expect(rows.map(\.completion) == ["d", "r", "[1, 2]", "[{\"role\": \"a name\"}]"])
  }

  @Test func `pairs beside a prompt that they repeat are read, nested texts too`() throws {
    let pairs = try source(
      #"""
      {"prompt": "q", "chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}]}
      {"prompt": "q", "chosen": "[{\"role\": \"assistant\", \"content\": \"a\"}]", "rejected": "b"}

      """#
    ).preferencePairs()
    #expect(pairs.map(\.prompt) == ["q", "q"])
    #expect(pairs.map(\.chosen) == ["a", "a"])
    #expect(pairs.map(\.rejected) == ["b", "b"])
  }

  @Test func `what cannot be read is refused by its own name`() throws {
    let data = try source(
      #"""
      {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": null}]}
      {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}, {"role": "assistant", "content": "a"}]}
      {"messages": [{"role": "user", "content": "q"}, {"role": "tool", "content": "r"}]}
      {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": 3}]}
      {"messages": [{"role": "user", "content": "q"}, 7]}
      {"messages": "hello"}
      {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}, {"role": "user", "content": "r"}]}

      """#)
    #expect(
      lines { _ = try data.demonstrations() } == [
        "rows.jsonl:1:14 messages — [1].content is null — "
          + "a turn that only calls a tool has no text to learn; remove the row",
        "rows.jsonl:2:14 messages — [0].content[0] is a part of type \"image_url\" — "
          + "only parts of type text can be read; remove the row",
        "rows.jsonl:3:14 messages — [1] has the role \"tool\" — "
          + "roles are system, user and assistant (human and gpt); leave other turns out",
        "rows.jsonl:4:14 messages — [1].content is a number — "
          + "it must be a text or a list of texts",
        "rows.jsonl:5:14 messages — [1] is no message — a message has a role and a content",
        "rows.jsonl:6:14 messages — is a text, and no list of messages — "
          + "a message has a role and a content",
        "rows.jsonl:7:14 messages — is a conversation of several turns — "
          + "render it with the model's chat template into prompt and completion",
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
    var reasons: [String] = []
    let kept = try source("{\"text\": \"\"}\n{\"text\": 3}\n").plainTexts {
      reasons.append($0.problem)
    }
    #expect(kept.isEmpty)
    #expect(reasons == ["is empty", "is a number"])
    #expect(
      lines { _ = try source("not JSON\n").layout() } == [
        "rows.jsonl:1:1 — expected a value, found 'n' — correct or remove the line"
      ])
  }
}
