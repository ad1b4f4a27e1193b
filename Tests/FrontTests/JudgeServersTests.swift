import Foundation
import TestSupport
import Testing

/// `plumb judge` and servers that are not as their kind is.
@Suite(.serialized) struct JudgeServersTests {
  private func withFiles(_ body: (URL, HostileServer) throws -> Void) throws {
    try Program.withFolder { folder in
      func rows(_ word: String, _ quality: Int) throws -> Data {
        try JSONEncoder().encode(
          (0..<6).map {
            ["instruction": "Number \($0)?", "output": "\(word). quality=\(quality)"]
          })
      }
      try rows("Good", 9).write(to: folder.appending(path: "a.json"))
      try rows("Bad", 1).write(to: folder.appending(path: "b.json"))
      try HostileServer.run(folder) { server in try body(folder, server) }
    }
  }

  private func judge(_ folder: URL, _ arguments: [String]) throws -> Program.Outcome {
    try Program.start(
      arguments: ["judge", "a.json", "b.json", "--canaries", "0", "--cache", "c.sqlite"]
        + arguments, in: folder)
  }

  @Test func `what a server does not take is learned once, recorded, shown and shared`() throws {
    try withFiles { folder, server in
      let arguments = ["--judge", server.judge("strict"), "--template", "summary"]
      let outcome = try judge(folder, arguments + ["-o", "one"])
      #expect(outcome.code == 0)
      #expect(outcome.output.contains("answers      12 verdict\n"))
      #expect(
        outcome.output.contains(
          "asked        \(server.judge("strict")): without seed and system, max_completion_tokens, "
            + "as it teaches\n"))
      // Three refusals and twelve answers.
      #expect(try server.requests == 15)
      let record = try String(
        contentsOf: folder.appending(path: "one/servers.json"), encoding: .utf8)
      #expect(record.contains("Unknown name") && record.contains("max_completion_tokens"))
      // The same again, and another folder: nobody is asked, and nothing is learned again.
      let before = try Data(contentsOf: folder.appending(path: "one/judgments.jsonl"))
      for name in ["one", "two"] {
        #expect(try judge(folder, arguments + ["-o", name]).code == 0)
        let bytes = try Data(contentsOf: folder.appending(path: "\(name)/judgments.jsonl"))
        #expect(bytes == before)
      }
      #expect(try server.requests == 15)
      // Said by hand it is the same judge, in its answers too.
      let said = try judge(
        folder,
        arguments + [
          "-o", "three", "--omit", "seed", "--omit", "system", "--max-tokens-key",
          "max_completion_tokens",
        ])
      #expect(said.code == 0 && !said.output.contains("as it teaches"))
      #expect(try server.requests == 15)
    }
  }

  @Test func `why answers are missing is on the screen, with the server's words`() throws {
    try withFiles { folder, server in
      let outcome = try judge(folder, ["--judge", server.judge("broken"), "-o", "out"])
      #expect(outcome.code == 75)
      let count = try server.requests
      #expect(count == 12)
      let failed = outcome.output.firstMatch(
        of: /(\d+) failed: answers 422: The sampler ␛\[31mis on fire/)
      let other = outcome.output.firstMatch(of: /(\d+) unfinished: the reply ends with 'error'/)
      let sum = [failed?.1, other?.1].compactMap { $0.flatMap { Int($0) } }.reduce(0, +)
      #expect(sum == 12, "\(outcome.output)")
      #expect(outcome.complaint.contains("questions failed ("))
      #expect(outcome.complaint.contains("answers 422: The sampler"))
      #expect(!outcome.output.contains("\u{1B}"))
      let json = try judge(folder, ["--judge", server.judge("broken"), "-o", "other", "--json"])
      #expect(
        json.output.contains("\"kind\":\"answers 422\"") && json.output.contains("is on fire"))
      // Only what failed is asked again.
      let before = try server.requests
      _ = try judge(folder, ["--judge", server.judge("broken"), "-o", "out"])
      #expect(try server.requests - before == Int(failed?.1 ?? "0"))
    }
  }

  @Test func `an empty account stops with the server's words, and what was answered stays`() throws
  {
    try withFiles { folder, server in
      let arguments = ["--judge", server.judge("empty-3"), "-o", "out", "-j", "1"]
      let outcome = try judge(folder, arguments)
      #expect(outcome.code == 4)
      #expect(
        outcome.complaint.hasSuffix(
          "answers 429: You exceeded your current quota, please check your plan.; asking again is "
            + "useless until the account has credit\n"))
      #expect(try server.requests == 4)
    }
  }

  @Test func `counts beyond every number cost no verdict, now or later`() throws {
    try withFiles { folder, server in
      for (name, requests) in [("one", 12), ("one", 12), ("two", 12)] {
        let outcome = try judge(folder, ["--judge", server.judge("absurd"), "-o", name])
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("answers      12 verdict\n"))
        #expect(try server.requests == requests)
      }
      // As records of versions that believed such counts hold them.
      let ledger = folder.appending(path: "one/ledger.jsonl")
      let text = try String(contentsOf: ledger, encoding: .utf8)
      let most = "\"usage\":{\"input\":\(Int.max),\"output\":\(Int.max)},\"verdict\":"
      try Data(text.replacing("\"verdict\":{", with: most + "{").utf8).write(to: ledger)
      #expect(try judge(folder, ["--judge", server.judge("absurd"), "-o", "one"]).code == 0)
    }
  }

  @Test func `options that say how a server is asked are checked`() throws {
    try withFiles { folder, server in
      for (option, value, expected) in [
        ("--omit", "top_p", "one of seed, system, temperature"),
        ("--max-tokens-key", "max_new_tokens", "max_tokens or max_completion_tokens"),
        ("--top-logprobs", "1", "a whole number from 2 to 1000"),
      ] {
        let outcome = try judge(folder, ["--judge", server.judge("ok"), option, value])
        #expect(outcome.code == 2)
        #expect(outcome.complaint.contains(expected), "\(outcome.complaint)")
      }
    }
  }
}
