import Foundation
import HTTP
import Runs
import TestSupport
import Testing

@testable import Judging

/// A judge's server that fails in every way that servers fail.
@Suite(.serialized) struct RemoteFaultTests {
  private let question = RemoteBench.questions(1)[0]

  @Test func `three kinds of server, with and without probabilities, answer as they are asked`()
    async throws
  {
    try await HostileServer.run { server in
      let address = server.address("ok")
      for (api, template) in [
        (ChatAPI.self as any RemoteAPI.Type, "summary"), (ChatAPI.self, "label"),
        (CompletionsAPI.self, "five-level"), (CompletionsAPI.self, "label"),
        (AnthropicAPI.self, "dialogue"),
      ] {
        let bench = try RemoteBench(address, template: template, api: api)
        for question in RemoteBench.questions(2) {
          let judgment = try await bench.judge.judge(question)
          let share = try #require(judgment.preference, "\(api.name) \(template)")
          #expect((share > 0.5) == (question.id == "0"))
          // p = e^−0.2 / (e^−0.2 + e^−2) = 0.858149
          if template == "label" {
            #expect(abs(max(share, 1 - share) - 0.8581489) < 1e-6)
            #expect(abs((judgment.verdict?.mass ?? 0) - 0.9540660) < 1e-6)
          }
          #expect(judgment.attempts == 1 && judgment.model == "mock-1")
          #expect((judgment.usage?.input ?? 0) > 100)
        }
      }
      #expect(
        throws: JudgingError.setting(
          "template label reads probabilities, which anthropic servers do not give; take a template "
            + "with a written verdict")
      ) { _ = try RemoteBench(address, template: "label", api: AnthropicAPI.self) }
    }
  }

  @Test func `failures of a server are retried six times, and named`() async throws {
    try await HostileServer.run { server in
      for status in [408, 409, 425, 429, 500, 502, 503, 504, 529] {
        // Other suites hold the same two threads for many seconds, and silence counts.
        let bench = try RemoteBench(server.address("status-\(status)"), deadline: .seconds(120))
        let judgment = try await bench.judge.judge(question)
        #expect(judgment.state == .failed && judgment.attempts == 6)
        #expect(judgment.reason?.hasPrefix("answers \(status): no: incorrect key") == true)
        #expect(await bench.recorder.maybeBilled == 0)
        #expect(try server.events("request", mode: "status-\(status)").count == 6)
      }
      let told = try RemoteBench(server.address("never-500"))
      #expect(try await told.judge.judge(question).attempts == 1)
      for status in [429, 500] {
        let bench = try RemoteBench(server.address("once-\(status)"))
        let judgment = try await bench.judge.judge(question)
        #expect(judgment.preference == 1 && judgment.attempts == 2)
      }
      for (mode, reason) in [
        ("drop", "the connection broke"), ("reset", "the connection broke"),
      ] {
        let bench = try RemoteBench(server.address(mode))
        let judgment = try await bench.judge.judge(question)
        #expect(judgment.attempts == 6 && judgment.reason == reason)
        #expect(await bench.recorder.maybeBilled == 6)
      }
    }
  }

  @Test func `what was never sent was never billed`() async throws {
    for (address, reason) in [
      ("http://127.0.0.1:9/v1", "no connection"),
      ("https://no-such-host.invalid/v1", "the host name is not known"),
    ] {
      let bench = try RemoteBench(address, attempts: 3)
      let judgment = try await bench.judge.judge(question)
      #expect(judgment.attempts == 3 && judgment.reason == reason)
      #expect(await bench.recorder.maybeBilled == 0)
      #expect(await bench.meter.spending.maybeBilledTwice == 0)
    }
  }

  @Test func `a refusal of one request fails it, and a refusal of all stops at once`() async throws
  {
    try await HostileServer.run { server in
      for status in [400, 413, 422] {
        let bench = try RemoteBench(server.address("status-\(status)"))
        let judgment = try await bench.judge.judge(question)
        #expect(judgment.state == .failed && judgment.attempts == 1)
      }
      for status in [401, 403, 404] {
        let bench = try RemoteBench(server.address("status-\(status)"), ceiling: 64)
        let start = ContinuousClock.now
        let (judgments, stop) = await bench.ask(RemoteBench.questions(200))
        #expect(ContinuousClock.now - start < .seconds(4))
        #expect(judgments.allSatisfy { $0 == nil })
        let words = "\(try #require(stop))"
        #expect(words.contains("answers \(status)") && words.contains("127.0.0.1"))
        // The pace begins with one.
        #expect(try server.events("request", mode: "status-\(status)").count == 1)
      }
    }
  }

  @Test func `nothing outlasts the deadline, sixty-four at a time`() async throws {
    try await HostileServer.run { server in
      for mode in ["silent", "slowheaders", "slowbody", "halfclosed"] {
        let bench = try RemoteBench(
          server.address(mode), deadline: .seconds(1), attempts: 1, ceiling: 64)
        try await bench.warm(64)
        let start = ContinuousClock.now
        let (judgments, stop) = await bench.ask(RemoteBench.questions(64))
        let time = ContinuousClock.now - start
        print("64 × \(mode): \(time / .seconds(1)) s with a deadline of 1 s")
        // Half a second of grace, and as much again for a busy machine.
        #expect(time < .seconds(2))
        #expect(stop == nil && judgments.allSatisfy { $0?.state == .failed })
        let reasons = [
          "no answer within the deadline of 1 s", "the answer ended early", "the connection broke",
        ]
        #expect(judgments.allSatisfy { reasons.contains($0?.reason ?? "") })
        #expect(await bench.meter.spending.maybeBilledTwice == 64)
      }
      let silentTLS = try RemoteBench(
        server.address("ok", scheme: "https"), deadline: .seconds(1), attempts: 1)
      #expect(try await silentTLS.judge.judge(question).state == .failed)
    }
  }

  @Test func `bodies and headers are capped, and short ones noticed`() async throws {
    try await HostileServer.run { server in
      for (mode, reason, attempts) in [
        ("huge", "the answer is too large", 1), ("endless", "the answer is too large", 1),
        ("headers", "the answer is too large", 1), ("bomb", "the body is not JSON", 3),
        ("longer", "the answer ended early", 6), ("shorter", "the body is not JSON", 3),
      ] {
        let bench = try RemoteBench(server.address(mode))
        let judgment = try await bench.judge.judge(question)
        #expect(judgment.state == .failed && judgment.reason == reason, "\(mode)")
        #expect(judgment.attempts == attempts, "\(mode)")
      }
    }
  }

  @Test func `garbage with a good status is a failure or a state of its own, never a tie`()
    async throws
  {
    let reasons = [
      "the body is empty", "the body is not JSON", "the body is not JSON", nil,
      "the body is not an object", "the body is not an object", "the body is not an object",
      nil, "'choices' of the body is empty",
      "'choices' of the body is not a list", "answers 200 with an error: overloaded", nil,
      "'choices.0.message.content' of the body has the wrong type", nil, "the body is not JSON",
    ]
    try await HostileServer.run { server in
      for (number, reason) in reasons.enumerated() {
        guard let reason else { continue }
        let bench = try RemoteBench(server.address("garbage-\(number)"))
        let judgment = try await bench.judge.judge(question)
        #expect(judgment.state == .failed && judgment.preference == nil, "\(number)")
        #expect(judgment.attempts == 3, "\(number)")
        #expect(judgment.reason == reason, "\(number)")
      }
      for (mode, state) in [
        ("refusal", Judgment.State.refused), ("length", .truncated), ("silence", .empty),
        ("prose", .unparsable), ("garbage-3", .unparsable), ("garbage-7", .verdict),
        ("garbage-11", .empty), ("garbage-13", .unfinished),
      ] {
        let bench = try RemoteBench(server.address(mode))
        let judgment = try await bench.judge.judge(question)
        #expect(judgment.state == state && judgment.attempts == 1)
      }
    }
  }

  @Test func `redirects are not followed, and name where they lead`() async throws {
    try await HostileServer.run { server in
      for (status, host) in [
        (301, "127.0.0.1"), (302, "elsewhere.example"), (303, "file:"), (307, "localhost"),
        (308, "127.0.0.1"),
      ] {
        let bench = try RemoteBench(server.address("redirect-\(status)"), key: "sk-0123456789")
        await #expect(
          throws: JudgingError.unavailable(
            judge: server.address("redirect-\(status)"),
            reason: "answers \(status): it has moved to \(host); redirects are not followed, give "
              + "the new address")
        ) { _ = try await bench.judge.judge(question) }
      }
      let requests = try server.events("request")
      #expect(requests.count == 5)
      #expect(requests.allSatisfy { $0.port == server.ports["port"] })
    }
  }

  @Test func `certificates are always checked`() async throws {
    try await HostileServer.run(tls: true) { server in
      func judgment(_ name: String, trusting: String?) async throws -> Judgment {
        let file = trusting.map { server.folder.appending(path: "\($0).pem").path }
        return try await RemoteBench(
          server.address("ok", port: name, scheme: "https"), certificates: file, attempts: 2
        ).judge.judge(question)
      }
      #expect(try await judgment("good", trusting: "good").preference == 1)
      for (name, trusted) in [
        ("good", nil), ("good", "wrong"), ("wrong", "wrong"), ("expired", "expired"),
      ] {
        let refused = try await judgment(name, trusting: trusted)
        #expect(refused.state == .failed, "\(name)")
        #expect(refused.reason?.hasPrefix("TLS failed") == true, "\(name)")
      }
      #expect(try server.events("request").count == 1)
    }
  }

  @Test func `every way to say how long to wait is understood or ignored, none trusted blindly`()
    async throws
  {
    try await HostileServer.run { server in
      for number in 0..<9 {
        let bench = try RemoteBench(server.address("wait-\(number)"))
        let start = ContinuousClock.now
        let judgment = try await bench.judge.judge(question)
        #expect(ContinuousClock.now - start < .seconds(2), "\(number)")
        if [3, 5, 6].contains(number) {
          #expect(judgment.state == .failed && judgment.attempts == 1, "\(number)")
          #expect(judgment.reason?.contains("longer than 60 s") == true)
        } else {
          #expect(judgment.preference == 1 && judgment.attempts == 2, "\(number)")
        }
      }
    }
  }

  @Test func `after a storm of refusals nobody comes early, and nobody in a herd`() async throws {
    try await HostileServer.run { server in
      let bench = try RemoteBench(server.address("storm"), ceiling: 64)
      try await bench.warm(64)
      let (judgments, stop) = await bench.ask(RemoteBench.questions(64))
      #expect(stop == nil && judgments.allSatisfy { $0?.state == .verdict })
      let refusals = try server.events("429").map(\.t)
      let requests = try server.events("request", mode: "storm").map(\.t)
      let last = try #require(refusals.max())
      // All 64 are refused; whoever comes again waits a second from the last refusal on.
      #expect(refusals.count == 64)
      let early = requests.filter { $0 > last && $0 < last + 0.95 }
      #expect(early.isEmpty, "\(early.map { $0 - last })")
      let later = requests.filter { $0 >= last + 0.95 }.sorted()
      let crowd = later.map { start in later.count { $0 >= start && $0 < start + 0.1 } }.max() ?? 0
      print("storm: \(refusals.count) refused, at most \(crowd) in 0.1 s afterwards")
      // Twice the 6.4 in 0.1 s that 64 in a second are; the end runs free again.
      let begin = later.filter { $0 < (later.first ?? 0) + 0.5 }
      let herd = begin.map { start in begin.count { $0 >= start && $0 < start + 0.1 } }.max() ?? 0
      #expect(herd <= 13)
    }
  }

  @Test func `replies belong to their questions, in whatever order they come`() async throws {
    try await HostileServer.run { server in
      let bench = try RemoteBench(server.address("late"), ceiling: 64)
      try await bench.warm(64)
      let questions = RemoteBench.questions(500)
      let (judgments, _) = await bench.ask(questions)
      let wrong = zip(questions, judgments).count { question, judgment in
        judgment?.preference != ((Int(question.id) ?? 0) % 2 == 0 ? 1 : 0)
      }
      #expect(wrong == 0)
    }
  }

  @Test func `limits stop before they are exceeded`() async throws {
    try await HostileServer.run { server in
      let counted = try RemoteBench(
        server.address("ok"), ceiling: 16, limits: Meter.Limits(requests: 25))
      let (judgments, stop) = await counted.ask(RemoteBench.questions(100))
      #expect(stop as? JudgingError == .exhausted(limit: "--max-requests 25"))
      #expect(judgments.compactMap(\.self).count == 25)
      #expect(try server.events("request", mode: "ok").count == 25)
      let priced = try RemoteBench(
        server.address("late"), ceiling: 16, limits: Meter.Limits(cost: 0.05),
        price: Price(input: 10, output: 10))
      let (paid, end) = await priced.ask(RemoteBench.questions(100))
      #expect(end as? JudgingError == .exhausted(limit: "--max-cost 0.05"))
      let spent = try #require(await priced.meter.spending.cost)
      #expect(spent <= 0.05 && spent > 0.03)
      let sum = paid.compactMap { $0?.cost }.reduce(0, +)
      #expect(abs(sum - spent) < 1e-9)
    }
  }

  @Test func `a limit below one request says what one may cost`() async throws {
    try await HostileServer.run { server in
      let bench = try RemoteBench(
        server.address("ok"), limits: Meter.Limits(cost: 0.0001),
        price: Price(input: 10, output: 10))
      let (judgments, stop) = await bench.ask(RemoteBench.questions(1))
      #expect(judgments == [nil])
      let call = try bench.judge.call(RemoteBench.questions(1)[0])
      let most = Price(input: 10, output: 10).cost(JudgeServer.most(call))
      let shown = Meter.dollars(most)
      let least: Double = try #require(Double(shown.dropFirst()))
      #expect(least >= most)
      #expect(
        "\(try #require(stop))"
          == "stopped at --max-cost 0.0001; one request may cost up to \(shown); the same command with "
          + "a higher limit goes on from here")
      #expect(try server.events("request").isEmpty)
      // So high a limit is enough for one.
      let enough = try RemoteBench(
        server.address("ok"), limits: Meter.Limits(cost: least),
        price: Price(input: 10, output: 10))
      #expect(try await enough.judge.judge(RemoteBench.questions(1)[0]).preference == 1)
    }
  }

  @Test func `dollars are rounded up to four digits`() {
    #expect(Meter.dollars(0.0123411) == "$0.01235")
    #expect(Meter.dollars(0.000012) == "$0.00001200")
    #expect(Meter.dollars(3) == "$3.000")
    #expect(Meter.dollars(12345.678) == "$12345.68")
  }

  @Test func `a count that cannot be read is taken for the most, and that is said`() async throws {
    try await HostileServer.run { server in
      let bench = try RemoteBench(
        server.address("absurd"), limits: Meter.Limits(cost: 0.3),
        price: Price(input: 10, output: 10))
      let (judgments, stop) = await bench.ask(RemoteBench.questions(50))
      let count = judgments.compactMap(\.self).count
      #expect(count > 1 && count < 50)
      #expect(
        "\(try #require(stop))"
          == "stopped at --max-cost 0.3; \(count) answers came without a count of tokens that can be "
          + "read, and each counts as the most that it can cost; the same command with a higher limit "
          + "goes on from here")
      let spending = await bench.meter.spending
      let cost = try #require(spending.cost)
      #expect(spending.uncounted == count && cost > 0.2 && cost <= 0.3)
    }
  }

  @Test func `fractions of seconds are shown`() {
    #expect(JudgeServer.seconds(.milliseconds(603)) == "0.603")
    #expect(JudgeServer.seconds(.seconds(2)) == "2")
    #expect(JudgeServer.seconds(.milliseconds(361_274)) == "361")
  }

  @Test func `a dead server stops the run instead of burning requests`() async throws {
    try await HostileServer.run { server in
      let transport = try CurlTransport()
      let pace = Pace(ceiling: 8)
      var policy = RetryPolicy()
      policy.base = .milliseconds(1)
      let judge = try RemoteJudge(
        JudgeServer(
          endpoint: try Endpoint(server.address("status-500")), key: nil, policy: policy,
          transport: transport, pace: pace, meter: Meter(), recorder: CountingRecorder()),
        api: ChatAPI.self, model: "mock", template: try PromptTemplate.load("summary"))
      let (_, stop) = await JudgingRun(judge, paces: [pace], transport: transport, parallel: 16)
        .perform(RemoteBench.questions(500))
      #expect("\(try #require(stop))".contains("too many requests fail"))
      // 40 to spare, and a fifth of all: x ≤ 40 + 0.2 · (x + first attempts).
      #expect(try server.events("request").count < 80)
    }
  }

  @Test func `a server that takes requests and never answers stops the run`() async throws {
    try await HostileServer.run { server in
      let transport = try CurlTransport()
      let pace = Pace(ceiling: 8)
      let judge = try RemoteJudge(
        JudgeServer(
          endpoint: try Endpoint(server.address("silent")), key: nil, deadline: .seconds(1),
          transport: transport, pace: pace, meter: Meter(), recorder: CountingRecorder()),
        api: ChatAPI.self, model: "mock", template: try PromptTemplate.load("summary"))
      let start = ContinuousClock.now
      let (judgments, stop) = await JudgingRun(
        judge, paces: [pace], transport: transport, parallel: 16
      ).perform(RemoteBench.questions(100))
      let time = ContinuousClock.now - start
      print("dead server: stopped after \(time / .seconds(1)) s with a deadline of 1 s")
      #expect("\(try #require(stop))".contains("no answer for "))
      #expect(!"\(try #require(stop))".contains("no answer for 0 seconds"))
      #expect(judgments.allSatisfy { $0 == nil })
      // Twice the deadline without an answer, and five seconds to notice and to end.
      #expect(time < .seconds(7))
    }
  }

  @Test func `keys go where they belong, and come back to nobody`() async throws {
    try await HostileServer.run { server in
      let key = "sk-plumb-CANARY-0123456789abcdef"
      let bench = try RemoteBench(server.address("echo"), key: key)
      let judgment = try await bench.judge.judge(question)
      #expect(judgment.preference == 1)
      #expect(judgment.reply == "Your key is Bearer [redacted]\nPreferred: A")
      let refused = try RemoteBench(server.address("status-401"), key: key)
      do {
        _ = try await refused.judge.judge(question)
        Issue.record("a refused key stops the run")
      } catch {
        #expect(
          "\(error)".hasSuffix(
            "answers 401: no: incorrect key provided: Bearer [redacted]; check the key in the "
              + "environment variable"))
      }
      #expect(try server.events("request").allSatisfy { $0.keyed == true })
    }
  }
}
