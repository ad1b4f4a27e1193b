import Foundation
import Runs
import TestSupport
import Testing

/// Conversations, checklists, references by line, repetitions and batch files, as a user judges them.
@Suite(.serialized) struct ConversationJudgingTests {
  private func write(_ rows: [[String: Any]], _ name: String, in folder: URL) throws {
    let lines = try rows.map {
      String(
        decoding: try JSONSerialization.data(withJSONObject: $0, options: [.sortedKeys]),
        as: UTF8.self)
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: name))
  }

  private func run(_ line: String, in folder: URL) throws -> Program.Outcome {
    try Program.start(arguments: line.split(separator: " ").map(String.init), in: folder)
  }

  private func text(_ path: String, in folder: URL) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  @Test func `two turns are judged as one conversation, or the first alone`() throws {
    try Program.withFolder { folder in
      // Of the first turn A is the longer, of both together B.
      try write(
        [["instruction": ["q1", "q2"], "output": ["long one", "s"], "generator": "A"]], "a.jsonl",
        in: folder)
      try write(
        [
          [
            "messages": [
              ["role": "user", "content": "q1"], ["role": "assistant", "content": "s"],
              ["role": "user", "content": "q2"],
              ["role": "assistant", "content": "a very long one"],
            ], "generator": "B",
          ]
        ], "b.jsonl", in: folder)
      let whole = try run(
        "judge a.jsonl b.jsonl --judge longer -o both --export mt-bench", in: folder)
      #expect(whole.code == 0, "\(whole.complaint)")
      #expect(whole.output.contains("wins 0 · ties 0 · losses 1"))
      let texts = try text("both/texts.jsonl", in: folder)
      #expect(texts.contains("\"text\":\"user: q1\\n\\nuser: q2\""))
      #expect(
        texts.contains(
          "\"text\":\"user: q1\\n\\nassistant: long one\\n\\nuser: q2\\n\\nassistant: s\""))
      let first = try run(
        "judge a.jsonl b.jsonl --judge longer -o first --turn 1", in: folder)
      #expect(first.output.contains("wins 1 · ties 0 · losses 0"))
      #expect(try text("first/texts.jsonl", in: folder).contains("\"text\":\"long one\""))
      let second = try run(
        "judge a.jsonl b.jsonl --judge longer -o second --turn 2 --export mt-bench", in: folder)
      #expect(second.code == 0)
      #expect(try text("second/mt-bench.jsonl", in: folder).contains("\"turn\": 2"))
      let changed = try run("judge a.jsonl b.jsonl --judge longer -o first", in: folder)
      #expect(changed.code == 3 && changed.complaint.contains("other --turn"))
      let third = try run("judge a.jsonl b.jsonl --judge longer -o x --turn 3", in: folder)
      #expect(third.code == 3)
      #expect(
        third.complaint.contains("a.jsonl:1:") && third.complaint.contains("--turn asks for 3"),
        "\(third.complaint)")
    }
  }

  @Test func `a conversation that is none is refused with its place`() throws {
    try Program.withFolder { folder in
      try write([["instruction": "q", "output": "a"]], "b.jsonl", in: folder)
      for (row, words) in [
        (["instruction": ["q1", "q2"], "output": ["a"]], "has 2 turns, and there are 1 answers"),
        (
          ["messages": [["role": "user", "content": "q"]]],
          "is no conversation of user and assistant in turns"
        ),
        (["instruction": "q", "output": "a", "checklist": "x"], "it must be a list of texts"),
      ] as [([String: Any], String)] {
        try write([row], "a.jsonl", in: folder)
        let outcome = try run("judge a.jsonl b.jsonl --judge longer -o out", in: folder)
        #expect(outcome.code == 3 && outcome.complaint.contains("a.jsonl:1:"))
        #expect(outcome.complaint.contains(words), "\(outcome.complaint)")
      }
    }
  }

  @Test func `references without instructions belong to the rows line by line`() throws {
    try Program.withFolder { folder in
      try write(
        (0..<3).map { ["instruction": "q\($0)", "output": "alpha beta \($0)"] }, "a.jsonl",
        in: folder)
      try write(
        (0..<3).map { ["instruction": "q\($0)", "output": "gamma delta"] }, "b.jsonl", in: folder)
      try write(
        (0..<3).map { ["output": $0 == 1 ? "gamma delta" : "alpha beta \($0)"] }, "gold.jsonl",
        in: folder)
      let outcome = try run(
        "judge a.jsonl b.jsonl --judge rouge-l --reference gold.jsonl -o out", in: folder)
      #expect(outcome.code == 0, "\(outcome.complaint)")
      #expect(outcome.output.contains("wins 2 · ties 0 · losses 1"))
      try write([["output": "one"]], "gold.jsonl", in: folder)
      let short = try run(
        "judge a.jsonl b.jsonl --judge rouge-l --reference gold.jsonl -o out2", in: folder)
      #expect(short.code == 3)
      #expect(
        short.complaint.contains(
          "gold.jsonl: has 1 references without instructions for the 3 rows of a.jsonl"))
    }
  }

  @Test func `each prompt's own checklist reaches the judge, and is on the page`() throws {
    try Program.withFolder { folder in
      try HostileServer.run(folder) { server in
        try write(
          [
            [
              "instruction": "q", "output": "quality=2",
              "checklist": ["Is it short?", "Is it true?"],
            ]
          ],
          "a.jsonl", in: folder)
        try write([["instruction": "q", "output": "quality=1"]], "b.jsonl", in: folder)
        let line =
          "judge a.jsonl b.jsonl --judge \(server.judge("ok")) --template checklist --no-cache "
          + "--canaries 0 --report page.html -o "
        let outcome = try run(line + "out", in: folder)
        #expect(outcome.code == 0, "\(outcome.complaint)")
        #expect(outcome.output.contains("wins 1 · ties 0 · losses 0"))
        #expect(
          try text("page.html", in: folder).contains(
            "<h4>Checklist</h4><p>- Is it short?\n- Is it true?</p>"))
        try write([["instruction": "q", "output": "quality=2"]], "a.jsonl", in: folder)
        let none = try run(line + "other", in: folder)
        #expect(none.code == 2)
        #expect(
          none.complaint.contains("template checklist wants a checklist, and prompt 1 has none"),
          "\(none.complaint)")
        // Two of one prompt are none, in one file or in two.
        func rows(_ checklists: [String]) -> [[String: Any]] {
          checklists.map { ["instruction": "q", "output": "quality=2", "checklist": [$0]] }
        }
        for (first, second, row) in [
          (["x"], ["y"], "row 1 of a.jsonl"), (["x", "x"], ["x", "y"], "row 1 of a.jsonl"),
          (["x", "y"], ["x", "x"], "row 1"),
        ] {
          try write(rows(first), "a.jsonl", in: folder)
          try write(rows(second), "b.jsonl", in: folder)
          let two = try run(line + "third", in: folder)
          #expect(two.code == 3)
          #expect(
            two.complaint.contains(
              "has another checklist than \(row), which is about the same prompt"),
            "\(two.complaint)")
        }
      }
    }
  }

  // MARK: Batch files

  /// Two prompts in both orders; the better one has the larger `quality`.
  private func withPairs(_ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      try write(
        (0..<2).map { ["instruction": "q\($0)", "output": "quality=\(3 + $0)", "generator": "A"] },
        "a.jsonl", in: folder)
      try write(
        (0..<2).map { ["instruction": "q\($0)", "output": "quality=\(9 * $0)", "generator": "B"] },
        "b.jsonl", in: folder)
      try body(folder)
    }
  }

  private func requests(_ data: Data, anthropic: Bool) throws -> [(id: String, text: String)] {
    let objects: [Any]
    if anthropic {
      let whole = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      objects = whole?["requests"] as? [Any] ?? []
    } else {
      objects = try data.split(separator: UInt8(ascii: "\n")).map {
        try JSONSerialization.jsonObject(with: Data($0))
      }
    }
    return try objects.map { object in
      let request = try #require(object as? [String: Any])
      let body = try #require(request[anthropic ? "params" : "body"] as? [String: Any])
      let messages = try #require(body["messages"] as? [[String: Any]])
      if !anthropic {
        #expect(request["method"] as? String == "POST")
        #expect(request["url"] as? String == "/v1/chat/completions")
      }
      return (
        try #require(request["custom_id"] as? String),
        try #require(messages.last?["content"] as? String)
      )
    }
  }

  private func verdict(_ text: String) throws -> String {
    let values = text.matches(of: /quality=(\d+)/).compactMap { Int($0.1) }
    try #require(values.count == 2)
    return values[0] > values[1] ? "[[A>B]]" : "[[B>A]]"
  }

  @Test func `writing a batch wants no key`() throws {
    try withPairs { folder in
      let made = try Program.start(
        arguments: [
          "judge", "a.jsonl", "b.jsonl", "--judge", "chat:gpt-x", "--no-cache", "--canaries", "0",
          "-o", "out", "--batch", "batch",
        ], in: folder)
      #expect(made.code == 75, "\(made.complaint)")
      #expect(made.output.hasPrefix("4 requests written to batch; nothing was sent\n"))
    }
  }

  @Test(arguments: [false, true])
  func `what a batch service answers is judged as if it had been asked`(anthropic: Bool) throws {
    try withPairs { folder in
      // Nobody listens there.
      let judging =
        "judge a.jsonl b.jsonl --judge \(anthropic ? "anthropic" : "chat"):m@http://127.0.0.1:9/v1 "
        + "--no-cache --canaries 0 -o out --batch batch"
      let file = anthropic ? "batch/requests-anthropic-1.json" : "batch/requests-chat-1.jsonl"
      let begun = try run(judging, in: folder)
      #expect(begun.code == 75, "\(begun.complaint)")
      #expect(begun.output.hasPrefix("4 requests written to batch; nothing was sent\n"))
      let asked = try requests(
        Data(contentsOf: folder.appending(path: file)), anthropic: anthropic)
      #expect(asked.count == 4 && asked.allSatisfy { $0.id.utf8.count == 64 })
      func result(_ id: String, _ words: String) -> [String: Any] {
        anthropic
          ? [
            "custom_id": id,
            "result": [
              "type": "succeeded",
              "message": [
                "content": [["type": "text", "text": words]], "stop_reason": "end_turn",
                "usage": ["input_tokens": 10, "output_tokens": 2],
              ],
            ],
          ]
          : [
            "custom_id": id,
            "response": [
              "status_code": 200,
              "body": [
                "choices": [["message": ["content": words], "finish_reason": "stop"]],
                "usage": ["prompt_tokens": 10, "completion_tokens": 2],
              ],
            ],
          ]
      }
      // Three in another order, one that failed, and one of another question.
      var rows = try asked.dropFirst().reversed().map {
        try result($0.id, "So.\n" + verdict($0.text))
      }
      rows.append(["custom_id": asked[0].id, "error": ["message": "x"], "response": NSNull()])
      rows.append(result(String(repeating: "0", count: 64), "[[A>B]]"))
      // The same again, and something else under the id of an answer.
      rows.append(rows[0])
      rows.append(try result(#require(rows[0]["custom_id"] as? String), "Another answer."))
      try write(rows, "batch/results-1.jsonl", in: folder)
      let again = try run(judging, in: folder)
      #expect(again.code == 75, "\(again.complaint)")
      #expect(again.output.hasPrefix("1 request written to batch"))
      #expect(again.complaint.contains("3 answers read from batch"))
      #expect(again.complaint.contains("1 result there belongs to other questions"))
      #expect(
        again.complaint.contains(
          "1 result there is another answer to a request that has one; the first counts"))
      let left = try requests(
        Data(contentsOf: folder.appending(path: file)), anthropic: anthropic)
      #expect(left.map(\.id) == [asked[0].id])
      try write(
        [result(asked[0].id, verdict(asked[0].text))], "batch/results-2.jsonl", in: folder)
      let whole = try run(judging, in: folder)
      #expect(whole.code == 0, "\(whole.complaint)")
      #expect(whole.output.contains("wins 1 · ties 0 · losses 1"))
      #expect(whole.output.contains("requests     4 sent"))
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: file).path))
      try Data("nonsense\n".utf8).write(to: folder.appending(path: "batch/results-3.jsonl"))
      let broken = try run(judging, in: folder)
      #expect(broken.code == 3)
      #expect(broken.complaint.contains("results-3.jsonl:1: is no result of a batch"))
    }
  }
}
