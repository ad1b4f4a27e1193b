import EngineDouble
import Foundation
import HTTP
import Policy
import Runs
import Testing
import Torch

@testable import Serving

extension ServingSuites {
  @Suite struct ServerPolicyTests {
    /// What a completion comes with is what the model that is behind the server says of it.
    @Test(arguments: ServingSettings.Kind.allCases)
    func `completions are ids with the log-probabilities of the model`(
      kind: ServingSettings.Kind
    ) throws {
      let bench = try ServedBench()
      let policy = try bench.policy(kind)
      let found = try policy.completions(of: ServedBench.prompts, count: 3, bench.draw())
      let model = try bench.model
      #expect(found.map(\.count) == [3, 3, 3, 3])
      for (prompt, all) in zip(ServedBench.prompts, found) {
        for completion in all {
          let own = try ServedBench.logProbabilities(
            completion.tokens, after: prompt.tokens, model)
          let told = try #require(completion.logProbabilities)
          #expect(completion.areDrawn)
          #expect(told.count == own.count)
          #expect(zip(told, own).allSatisfy { abs($0 - $1) < 1e-6 })
          #expect(completion.isFinished == (completion.tokens.last == bench.models.letters))
          #expect(completion.isFinished || completion.tokens.count == 8)
        }
      }
      // One request is one completion, and seeds differ.
      #expect(bench.double.requests == 12)
      #expect(Set(found.joined().map(\.tokens)).count > 4)
    }

    @Test(arguments: ServingSettings.Kind.allCases)
    func `given ids are scored as the model scores them`(kind: ServingSettings.Kind) throws {
      let bench = try ServedBench()
      let completions = [[[0, 1, 6], [2]], [[5, 4, 3]], [[6]], [[1, 1, 1, 6]]]
      let found = try bench.policy(kind).logProbabilities(
        of: completions, after: ServedBench.prompts)
      let model = try bench.model
      for (prompt, (ids, told)) in zip(ServedBench.prompts, zip(completions, found)) {
        for (ids, told) in zip(ids, told) {
          let own = try ServedBench.logProbabilities(ids, after: prompt.tokens, model)
          let told = try #require(told)
          #expect(zip(told, own).allSatisfy { abs($0 - $1) < 1e-6 } && told.count == own.count)
        }
      }
    }

    @Test func `what was answered is not asked again, by another process either`() throws {
      let bench = try ServedBench()
      let first = try bench.policy().completions(
        of: ServedBench.prompts, count: 2, bench.draw())
      let asked = bench.double.requests
      let again = try bench.policy().completions(
        of: ServedBench.prompts, count: 2, bench.draw())
      #expect(again == first)
      #expect(bench.double.requests == asked)
      // More of them are the missing ones alone.
      let more = try bench.policy().completions(
        of: ServedBench.prompts, count: 3, bench.draw())
      #expect(more.map { Array($0.prefix(2)) } == first)
      #expect(bench.double.requests == asked + 4)
      // Another draw, and a fresh one, are asked.
      _ = try bench.policy().completions(of: ServedBench.prompts, count: 2, bench.draw(0.5))
      #expect(bench.double.requests == asked + 12)
      _ = try bench.policy().completions(
        of: ServedBench.prompts, count: 2, bench.draw(isFresh: true))
      #expect(bench.double.requests == asked + 20)
    }

    @Test func `a server that dies halfway keeps what it answered, and the rest is asked later`()
      throws
    {
      var manner = EngineDouble.Manner()
      manner.life = 5
      let bench = try ServedBench(manner)
      #expect {
        try bench.policy(attempts: 2).completions(of: ServedBench.prompts, count: 3, bench.draw())
      } throws: { error in
        guard case ServingError.unavailable(_, let reason) = error else { return false }
        return reason.contains("the connection broke")
          && "\(error)".hasSuffix(
            "what it answered is kept, and the same command goes on from there")
          && (error as? ServingError)?.exitCode == 4
      }
      let drawn = bench.double.drawn
      #expect(drawn == 5)
      bench.double.change { $0.life = .max }
      let found = try bench.policy().completions(
        of: ServedBench.prompts, count: 3, bench.draw())
      #expect(bench.double.drawn == 12)
      let other = try ServedBench()
      #expect(
        try other.policy().completions(of: ServedBench.prompts, count: 3, other.draw()) == found)
    }

    @Test func `answers in another order belong to their own prompts`() throws {
      var manner = EngineDouble.Manner()
      manner.isUnordered = true
      let (mixed, plain) = (try ServedBench(manner), try ServedBench())
      #expect(
        try mixed.policy().completions(of: ServedBench.prompts, count: 8, mixed.draw())
          == plain.policy().completions(of: ServedBench.prompts, count: 8, plain.draw()))
    }

    @Test func `too many requests are waited for, half a body is asked again`() throws {
      var manner = EngineDouble.Manner()
      manner.refusals = 2
      manner.halves = 2
      let bench = try ServedBench(manner)
      let start = ContinuousClock.now
      let found = try bench.policy().completions(
        of: ServedBench.prompts, count: 1, bench.draw())
      #expect(found.count == 4)
      // Retry-After: 0.2
      #expect(ContinuousClock.now - start >= .milliseconds(200))
      #expect(bench.double.requests == 8)
    }

    @Test func `a body that stays without its choice ends it in a line`() throws {
      var manner = EngineDouble.Manner()
      manner.halves = .max
      let bench = try ServedBench(manner)
      #expect {
        try bench.policy().completions(of: ServedBench.prompts, count: 1, bench.draw())
      } throws: { "\($0)".contains("the body has no 'choices.0.text'") }
      #expect {
        try bench.policy(.vllm).completions(of: ServedBench.prompts, count: 1, bench.draw())
      } throws: { "\($0)".contains("the body has no ids in 'choices.0.token_ids'") }
      #expect {
        try bench.policy(.sglang).completions(of: ServedBench.prompts, count: 1, bench.draw())
      } throws: { "\($0)".contains("the body has neither 'output_ids' nor 'text'") }
    }

    @Test func `a wrong name of the model costs one request`() throws {
      let bench = try ServedBench()
      let policy = try bench.policy(bench.settings(model: "other"))
      #expect {
        try policy.completions(of: ServedBench.prompts, count: 2, bench.draw())
      } throws: {
        "\($0)".contains("answers 404: The model `other` does not exist.")
          && "\($0)".contains("check the address and the model's name")
      }
      #expect(bench.double.requests == 1)
    }

    @Test func `a key that is missing or refused is said in one line, and is in no file`() throws {
      var manner = EngineDouble.Manner()
      manner.key = "sk-plumb-canary-0123456789"
      let bench = try ServedBench(manner)
      #expect {
        try bench.policy().completions(of: ServedBench.prompts, count: 1, bench.draw())
      } throws: { "\($0)".contains("answers 401") && "\($0)".contains("--api-key-env") }
      var settings = try bench.settings()
      settings.transport.keyVariables = ["ENGINE_KEY"]
      #expect(throws: ServingError.self) { try bench.policy(settings) }
      #expect(settings.problem(environment: [:])?.contains("ENGINE_KEY is not set") == true)
      _ = try bench.policy(
        settings, ledger: "keyed.jsonl",
        environment: ["ENGINE_KEY": "sk-plumb-wrong-9876543210"])
      let wrong = ["ENGINE_KEY": "sk-plumb-wrong-9876543210"]
      #expect {
        try bench.policy(settings, ledger: "keyed.jsonl", environment: wrong)
          .completions(of: ServedBench.prompts, count: 1, bench.draw())
      } throws: { !"\($0)".contains("9876543210") && "\($0)".contains("answers 401") }
      let right = ["ENGINE_KEY": "sk-plumb-canary-0123456789"]
      _ = try bench.policy(settings, ledger: "keyed.jsonl", environment: right)
        .completions(of: ServedBench.prompts, count: 1, bench.draw())
      let text = try String(
        contentsOf: bench.models.folder.appending(path: "keyed.jsonl"), encoding: .utf8)
      #expect(!text.contains("9876543210") && !text.contains("0123456789"))
    }

    @Test func `https and plain http to other machines are looked at before anything is sent`()
      throws
    {
      let bench = try ServedBench()
      func problem(_ address: String) throws -> String? {
        ServingSettings(try ServerName("server:m@\(address)")).problem(environment: [:])
      }
      #expect(try problem("http://example.com/v1")?.contains("without encryption") == true)
      #expect(try problem("https://example.com/v1") == nil)
      #expect(try problem("https://user:secret@example.com/v1")?.contains("secret") == false)
      // A server without TLS is no https server.
      let port = bench.double.root.split(separator: ":").last ?? ""
      var settings = ServingSettings(try ServerName("server:double@https://127.0.0.1:\(port)/v1"))
      settings.transport.deadline = 5
      #expect {
        try bench.policy(settings, attempts: 1).completions(
          of: ServedBench.prompts, count: 1, bench.draw())
      } throws: { "\($0)".contains("TLS failed") }
    }

    @Test func `a server that cuts completions measures another policy`() throws {
      var manner = EngineDouble.Manner()
      manner.cut = 3
      let bench = try ServedBench(manner)
      for kind in ServingSettings.Kind.allCases {
        #expect {
          try bench.policy(kind).completions(of: ServedBench.prompts, count: 4, bench.draw())
        } throws: {
          "\($0)".contains("after 3 tokens, and 8 were asked for: its own limit")
        }
      }
    }

    @Test func `ids of another tokenizer are noticed by what they read`() throws {
      let bench = try ServedBench()
      let place = bench.models.folder.appending(path: "other")
      try bench.models.writeTokenizer(to: place, shifted: true)
      let other = try ModelReader.load(place)
      for kind in [ServingSettings.Kind.openai, .sglang] {
        #expect {
          try bench.policy(bench.settings(kind), tokens: .supposed(of: "sft"), reader: other)
            .completions(of: ServedBench.prompts, count: 2, bench.draw())
        } throws: {
          "\($0)".contains("they are of another tokenizer")
            && "\($0)".contains("name that of the served model: tokenizer: FOLDER")
        }
      }
      // Without a text beside them, ids prove nothing.
      #expect {
        try bench.policy(.vllm, tokens: .supposed(of: "sft")).completions(
          of: ServedBench.prompts, count: 1, bench.draw())
      } throws: { "\($0)".contains("gives token ids without their text") }
      var manner = EngineDouble.Manner()
      manner.shift = 100
      let strange = try ServedBench(manner)
      #expect {
        try strange.policy(.vllm).completions(of: ServedBench.prompts, count: 1, strange.draw())
      } throws: { "\($0)".contains("and its tokenizer has 7 tokens") }
    }

    @Test func `a server that takes and gives text alone is read by its tokenizer`() throws {
      var manner = EngineDouble.Manner()
      manner.isTextOnly = true
      let bench = try ServedBench(manner)
      let found = try bench.policy().completions(
        of: ServedBench.prompts, count: 4, bench.draw())
      #expect(found.joined().allSatisfy { $0.logProbabilities == nil && !$0.areDrawn })
      // Two lessons, each by one refused request.
      #expect(bench.double.requests == 18)
      let plain = try ServedBench()
      let known = try plain.policy().completions(
        of: ServedBench.prompts, count: 4, plain.draw())
      #expect(found.map { $0.map(\.tokens) } == known.map { $0.map(\.tokens) })
      #expect(
        try bench.policy().logProbabilities(of: [[[0]]], after: [ServedBench.prompts[0]])
          == [[nil]])
      #expect {
        try bench.policy(
          bench.settings(), ledger: "supposed.jsonl", tokens: .supposed(of: "sft")
        ).completions(of: ServedBench.prompts, count: 1, bench.draw())
      } throws: { "\($0)".contains("gives no token ids, which alone would show") }
    }

    @Test func `log-probabilities that are not told stay unknown`() throws {
      var manner = EngineDouble.Manner()
      manner.tellsLogprobs = false
      manner.scores = false
      let bench = try ServedBench(manner)
      for kind in ServingSettings.Kind.allCases {
        let policy = try bench.policy(kind)
        let found = try policy.completions(of: ServedBench.prompts, count: 1, bench.draw())
        #expect(found.joined().allSatisfy { $0.areDrawn && $0.logProbabilities == nil })
        #expect(
          try policy.logProbabilities(of: [[[0], [1]]], after: [ServedBench.prompts[0]])
            == [[nil, nil]])
      }
    }

    /// Engines tell log-probabilities before the temperature or after it; which, nobody knows.
    @Test func `beside a temperature or a truncation they are not believed`() throws {
      let bench = try ServedBench()
      let policy = try bench.policy()
      for draw in [
        try bench.draw(0.7), try bench.draw(truncation: Truncation(topK: 2)),
        try bench.draw(truncation: Truncation(topP: 0.5)),
      ] {
        let found = try policy.completions(of: ServedBench.prompts, count: 1, draw)
        #expect(found.joined().allSatisfy { $0.areDrawn && $0.logProbabilities == nil })
      }
    }

    @Test func `a limit on requests ends it, and the same command goes on`() throws {
      let bench = try ServedBench()
      var settings = try bench.settings()
      settings.transport.maximumRequests = 5
      #expect {
        try bench.policy(settings).completions(of: ServedBench.prompts, count: 2, bench.draw())
      } throws: { error in
        "\(error)".contains("--max-requests 5") && (error as? ServingError)?.exitCode == 4
      }
      #expect(bench.double.requests == 5)
      settings.transport.maximumRequests = 8
      _ = try bench.policy(settings).completions(
        of: ServedBench.prompts, count: 2, bench.draw())
      #expect(bench.double.requests == 8)
    }
  }
}
