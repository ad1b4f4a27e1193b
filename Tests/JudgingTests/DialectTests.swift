import Foundation
import HTTP
import Runs
import Synchronization
import TestSupport
import Testing

@testable import Judging

/// Servers that do not take what their kind takes.
@Suite struct DialectTests {
  /// Takes neither `max_tokens`, seed, temperature nor a system role, and gives five probabilities.
  private static func strict(_ sent: [String: WireValue]) -> (status: Int, body: String) {
    func refuse(_ words: String) -> (Int, String) {
      (400, #"{"error": {"message": "\#(words)"}}"#)
    }
    if sent["max_tokens"] != nil {
      return refuse("Unsupported parameter: max_tokens; use max_completion_tokens")
    }
    for name in ["seed", "temperature"] where sent[name] != nil {
      return refuse("Unsupported parameter: '\(name)'")
    }
    if sent["messages"]?[0]?["role"]?.text == "system" {
      return refuse("System role not supported")
    }
    if let count = sent["top_logprobs"]?.number, count > 5 {
      return refuse("top_logprobs must be at most 5")
    }
    return (
      200,
      #"{"choices": [{"message": {"content": "A"}, "finish_reason": "length", "logprobs": "#
        + #"{"content": [{"token": "A", "top_logprobs": [{"token": "A", "logprob": -0.1}, "#
        + #"{"token": "B", "logprob": -2.4}, {"token": "C", "logprob": null}]}]}}]}"#
    )
  }

  @Test func `what the first request is refused for is learned, recorded and never asked again`()
    async throws
  {
    let transport = ScriptedTransport(Self.strict)
    let bench = try RemoteBench("http://localhost:1/v1", template: "label", transport: transport)
    let (judgments, stop) = await bench.ask(RemoteBench.questions(40))
    #expect(stop == nil)
    // e^−0.1 / (e^−0.1 + e^−2.4) = 0.908877
    #expect(judgments.allSatisfy { abs(($0?.preference ?? 0) - 0.908877) < 1e-6 })
    // One refusal for each of five lessons, and forty answers.
    #expect(transport.requests.count == 45)
    let lessons = await bench.recorder.lessons
    #expect(lessons.count == 5)
    let learned = try #require(lessons.last)
    #expect(learned.server == "chat:mock@http://localhost:1/v1")
    #expect(
      learned.dialect
        == Dialect(
          omitting: [.seed, .system, .temperature], lengthKey: .newer, topLogprobs: 5))
    #expect(learned.because.count == 5)
    // The system text is still read, at the head of the user's turn.
    let last = try #require(transport.requests.last)
    let template = try PromptTemplate.load("label").render(RemoteBench.questions(1)[0])
    let text = try #require(last["messages"]?[0]?["content"]?.text)
    #expect(!template.system.isEmpty && text.hasPrefix(template.system.prefix(80)))
  }

  @Test func `a dialect that can change an answer changes the key, a mere name does not`() throws {
    func key(_ dialect: Dialect, template: String = "summary") throws -> String {
      let bench = try RemoteBench(
        "http://localhost:1/v1", template: template, dialects: DialectBook(dialect))
      return try bench.judge.key(of: RemoteBench.questions(1)[0])
    }
    let plain = try key(Dialect())
    let others = try Dialect.Part.ofJudges.map { try key(Dialect(omitting: [$0])) }
    #expect(Set(others + [plain]).count == 4)
    #expect(try key(Dialect(lengthKey: .newer)) == plain)
    #expect(try key(Dialect(topLogprobs: 5)) == plain)
    #expect(
      try key(Dialect(topLogprobs: 5), template: "label") != key(Dialect(), template: "label"))
    #expect(
      try key(Dialect(topLogprobs: 20), template: "label") == key(Dialect(), template: "label"))
  }

  @Test func `what was learned and what was said by hand have one key`() async throws {
    let transport = ScriptedTransport { sent in
      sent["seed"] == nil
        ? (200, #"{"choices": [{"message": {"content": "Preferred: A"}}]}"#)
        : (400, "unexpected keyword argument 'seed'")
    }
    let learned = try RemoteBench("http://localhost:1/v1", transport: transport)
    let question = RemoteBench.questions(1)[0]
    let before = try learned.judge.key(of: question)
    _ = try await learned.judge.judge(question)
    let said = try RemoteBench(
      "http://localhost:1/v1", dialects: DialectBook(Dialect(omitting: [.seed])))
    #expect(try learned.judge.key(of: question) == said.judge.key(of: question))
    #expect(try learned.judge.key(of: question) != before)
  }

  @Test func `answers and lessons outlive the process, on the ledger and among shared answers`()
    async throws
  {
    try await Fixtures.withFolder { folder in
      let transport = ScriptedTransport(Self.strict)
      let questions = RemoteBench.questions(3)
      func run(_ name: String, cache: Bool) async throws -> [Double?] {
        let ledger = try Ledger(folder.appending(path: name))
        let shared = try AnswerCache(path: folder.appending(path: "answers.sqlite").path)
        let book = DialectBook()
        await ledger.recall(book)
        let bench = try RemoteBench(
          "http://localhost:1/v1", template: "label", recorder: ledger, dialects: book,
          transport: transport)
        if cache { try await shared.recall([bench.judge.name], book) }
        let judge = Remembered(
          bench.judge, ledger: ledger, cache: cache ? shared : nil, meter: bench.meter)
        var shares: [Double?] = []
        for question in questions { shares.append(try await judge.judge(question).preference) }
        if cache {
          for lesson in book.all { try await shared.keep(lesson, as: book.name(of: lesson.server)) }
        }
        return shares
      }
      let first = try await run("one", cache: true)
      #expect(transport.requests.count == 8 && first.allSatisfy { $0 != nil })
      // The same ledger alone, and another with the shared answers: nobody is asked.
      #expect(try await run("one", cache: false) == first)
      #expect(try await run("two", cache: true) == first)
      #expect(transport.requests.count == 8)
    }
  }

  @Test func `one reply without log-probabilities is that question's, all of the first stop`()
    async throws
  {
    let with =
      #"{"choices": [{"message": {"content": "A"}, "finish_reason": "length", "logprobs": "#
      + #"{"content": [{"top_logprobs": [{"token": "A", "logprob": -0.1}, {"token": "B", "logprob": -2.4}]}]}}]}"#
    let without = #"{"choices": [{"message": {"content": "A"}, "finish_reason": "length"}]}"#
    let seen = Mutex(0)
    let some = ScriptedTransport { _ in
      (
        200,
        seen.withLock {
          $0 += 1
          return $0
        } % 8 == 0 ? with : without
      )
    }
    // One at a time, so that the eighth reply is read as the eighth.
    let bench = try RemoteBench(
      "http://localhost:1/v1", template: "label", ceiling: 1, transport: some)
    let (judgments, stop) = await bench.ask(RemoteBench.questions(24))
    #expect(stop == nil && some.requests.count == 24)
    #expect(judgments.count { $0?.state == .verdict } == 3)
    let missing = judgments.compactMap(\.self).filter { $0.state != .verdict }
    #expect(
      missing.allSatisfy {
        $0.state == .unparsable && $0.reason == "the reply comes without log-probabilities"
      })
    let none = ScriptedTransport { _ in (200, without) }
    let mute = try RemoteBench(
      "http://localhost:1/v1", template: "label", ceiling: 1, transport: none)
    let (_, end) = await mute.ask(RemoteBench.questions(24))
    #expect(
      end as? JudgingError
        == .unavailable(
          judge: "http://localhost:1/v1",
          reason: "sends no log-probabilities, in none of its first 8 replies; start it so that it "
            + "does, or take a template with a written verdict"))
    #expect(none.requests.count == 8)
    // None of them is an answer, should the server be mended.
    #expect(await mute.recorder.withdrawn == 7)
  }

  @Test func `an unreadable log-probability costs a verdict only where it is a label's`()
    async throws
  {
    func state(_ tokens: String) async throws -> Judgment.State {
      let transport = ScriptedTransport { _ in
        (
          200,
          #"{"choices": [{"message": {"content": "A"}, "finish_reason": "stop", "logprobs": "#
            + #"{"content": [{"top_logprobs": [\#(tokens)]}]}}]}"#
        )
      }
      return try await RemoteBench(
        "http://localhost:1/v1", template: "label", transport: transport
      ).judge.judge(RemoteBench.questions(1)[0]).state
    }
    let labels = #"{"token": "A", "logprob": -0.1}, {"token": " B", "logprob": -2.4}"#
    #expect(try await state(labels) == .verdict)
    #expect(try await state(labels + #", {"token": "x", "logprob": null}"#) == .verdict)
    #expect(try await state(labels + #", {"token": "x", "logprob": -Infinity}"#) == .verdict)
    #expect(try await state(labels + #", {"token": "x"}, {"logprob": 1}, null, 7"#) == .verdict)
    #expect(
      try await state(#"{"token": "A", "logprob": null}, {"token": "B", "logprob": -2}"#)
        == .unparsable)
    #expect(
      try await state(#"{"token": "A", "logprob": 5}, {"token": "B", "logprob": -2}"#)
        == .unparsable)
  }

  @Test func `an empty account stops at once, with the server's words`() async throws {
    for (status, answered) in [(429, 0), (402, 3)] {
      let count = Mutex(0)
      let transport = ScriptedTransport { _ in
        count.withLock {
          $0 += 1
          return $0
        } <= answered
          ? (200, #"{"choices": [{"message": {"content": "Preferred: A"}}]}"#)
          : (
            status,
            #"{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}"#
          )
      }
      let bench = try RemoteBench("http://localhost:1/v1", ceiling: 1, transport: transport)
      let (_, stop) = await bench.ask(RemoteBench.questions(50))
      #expect(
        stop as? JudgingError
          == .unavailable(
            judge: "http://localhost:1/v1",
            reason: "answers \(status): You exceeded your current quota; asking again is useless "
              + "until the account has credit"))
      #expect(transport.requests.count == answered + 1)
    }
  }

  @Test func `an error with a good status keeps its words`() async throws {
    for body in [
      #"{"error": {"message": "Rate limit reached"}}"#, #"{"error": "Rate limit reached"}"#,
      #"{"object": "error", "message": "Rate limit reached", "code": 429}"#,
      #"{"detail": "Rate limit reached"}"#, #"[{"error": {"message": "Rate limit reached"}}]"#,
    ] {
      let transport = ScriptedTransport { _ in (200, body) }
      let bench = try RemoteBench("http://localhost:1/v1", transport: transport)
      let judgment = try await bench.judge.judge(RemoteBench.questions(1)[0])
      #expect(judgment.state == .failed)
      #expect(
        judgment.reason?.hasSuffix(": Rate limit reached") == true, "\(judgment.reason ?? "")")
      #expect(transport.requests.count == 3)
      #expect(await bench.recorder.maybeBilled == 0)
    }
  }
}
