import Foundation
import HTTP
import Runs
import TestSupport
import Testing

@testable import Judging

/// Nothing is lost, nothing is counted twice, and what may have been billed twice is a number.
@Suite(.serialized) struct AccountTests {
  /// Ledger and cache around a remote judge.
  private struct Account {
    let bench: RemoteBench
    let ledger: Ledger
    let judge: any Judge

    init(
      _ address: String, _ folder: URL, cache: AnswerCache?, deadline: Duration = .seconds(10),
      ceiling: Int = 64
    ) throws {
      ledger = try Ledger(folder.appending(path: "ledger-\(UUID().uuidString).jsonl"))
      bench = try RemoteBench(
        address, deadline: deadline, ceiling: ceiling, recorder: ledger)
      judge = BothOrders(
        Remembered(bench.judge, ledger: ledger, cache: cache, meter: bench.meter))
    }

    func ask(_ questions: [JudgeQuestion]) async -> [Judgment?] {
      await JudgingRun(
        judge, paces: [bench.pace], transport: bench.transport, parallel: 64
      ).perform(questions).judgments
    }
  }

  /// The small version of benchmarks/judging-http.
  @Test func `mixed faults lose nothing, and the account agrees with the server's`() async throws {
    try await HostileServer.run { server in
      let account = try Account(
        server.address("mix"), server.folder, cache: nil, deadline: .seconds(2))
      let questions = RemoteBench.questions(300)
      let start = ContinuousClock.now
      let judgments = await account.ask(questions)
      let time = (ContinuousClock.now - start) / .seconds(1)
      let leaves = judgments.compactMap(\.self).flatMap(\.leaves)
      #expect(leaves.count == 600)
      let spent = await account.bench.meter.spending
      print("mix: \(Int(Double(spent.requests) / time)) requests in a second, \(spent)")
      #expect(leaves.allSatisfy { ($0.state == .verdict) != ($0.state == .failed) })
      for (question, judgment) in zip(questions, judgments) where judgment?.state == .verdict {
        #expect(judgment?.preference == ((Int(question.id) ?? 0) % 2 == 0 ? 1 : 0))
      }
      let billed = try server.events("billed").count
      let answered = try server.events("answered").count
      #expect(answered == leaves.count { $0.state == .verdict })
      #expect(spent.maybeBilledTwice == billed - answered)
      #expect(spent.maybeBilledTwice > 0)
      #expect(try server.events("request").count == spent.requests)
      // The ledger tells a later process the same.
      let again = try Ledger(account.ledger.url)
      #expect(again.earlier.requests == spent.requests)
      #expect(again.earlier.repeated == spent.repeated)
      #expect(again.earlier.maybeBilledTwice == spent.maybeBilledTwice)
      #expect(again.earlier.usage == spent.usage)
      #expect(again.unknown == 0)
    }
  }

  @Test func `a second run asks nobody, and has the same bytes`() async throws {
    try await HostileServer.run { server in
      let path = server.folder.appending(path: "cache/answers.sqlite").path
      let questions = RemoteBench.questions(200)
      func bytes(_ mode: String) async throws -> (Data, Spending) {
        let account = try Account(
          server.address(mode), server.folder, cache: try AnswerCache(path: path))
        let judgments = await account.ask(questions)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try encoder.encode(judgments), await account.bench.meter.spending)
      }
      let (first, spent) = try await bytes("ok")
      #expect(spent.requests == 400 && spent.remembered == 0)
      let (second, remembered) = try await bytes("ok")
      #expect(first == second)
      #expect(remembered.requests == 0 && remembered.remembered == 400)
      #expect(try server.events("request").count == 400)
      // Another address is another judge: nothing is remembered of it.
      #expect(try await bytes("late").1.requests == 400)
    }
  }

  @Test func `equal questions at once are asked once`() async throws {
    try await HostileServer.run { server in
      let account = try Account(server.address("late"), server.folder, cache: nil)
      let same = [JudgeQuestion](repeating: RemoteBench.questions(1)[0], count: 50)
      #expect(await account.ask(same).allSatisfy { $0?.preference == 1 })
      #expect(try server.events("request").count == 2)
    }
  }

  @Test func `what failed is asked again, and what was answered is not`() async throws {
    try await Fixtures.withFolder { folder in
      let url = folder.appending(path: "ledger.jsonl")
      let key = "k"
      func ask(_ ledger: Ledger, _ judgment: Judgment) async throws -> Judgment? {
        try await ledger.judgment(key, remember: { nil }, ask: { judgment })
      }
      let failed = Judgment(.failed, reason: "gone")
      let good = Judgment(verdict: Verdict(label: "A", preference: 1))
      #expect(try await ask(try Ledger(url), failed) == failed)
      #expect(try await ask(try Ledger(url), good) == good)
      #expect(try await ask(try Ledger(url), failed) == good)
      // An answer that cannot be read is one all the same: the judge would say it again.
      let ledger = try Ledger(folder.appending(path: "other.jsonl"))
      let unparsable = Judgment(.unparsable, reason: "?")
      #expect(try await ask(ledger, unparsable) == unparsable)
      #expect(try await ask(ledger, good) == unparsable)
    }
  }

  /// Sent without an end: once for k1, twice for k2 of which one was lost on record.
  @Test func `requests without an end on record are counted as maybe billed twice`() async throws {
    try await Fixtures.withFolder { folder in
      let url = folder.appending(path: "ledger.jsonl")
      let first = try Ledger(url)
      _ = try await first.willSend("k1", attempt: 1)
      _ = try await first.willSend("k2", attempt: 1)
      try await first.lost("k2", attempt: 1, reason: "closed", mayBeBilled: false)
      _ = try await first.willSend("k2", attempt: 2)
      _ = try await first.willSend("k3", attempt: 1)
      try await first.lost("k3", attempt: 1, reason: "closed", mayBeBilled: true)
      let second = try Ledger(url)
      #expect(second.unknown == 2)
      #expect(second.earlier.requests == 4)
      #expect(second.earlier.repeated == 1)
      #expect(second.earlier.maybeBilledTwice == 3)
      #expect(try await second.willSend("k1", attempt: 1))
      #expect(try await !second.willSend("k1", attempt: 2))
      #expect(try await !second.willSend("k4", attempt: 1))
    }
  }

  @Test func `what was answered since is told no more, and stays on the bill`() async throws {
    try await Fixtures.withFolder { folder in
      let url = folder.appending(path: "ledger.jsonl")
      let good = Judgment(verdict: Verdict(label: "A", preference: 1))
      let first = try Ledger(url)
      _ = try await first.willSend("k1", attempt: 1)
      _ = try await first.willSend("k2", attempt: 1)
      let second = try Ledger(url)
      #expect(second.unknown == 2)
      // k1 is answered now; k2 is under way at the next kill, too.
      _ = try await second.willSend("k1", attempt: 1)
      try await second.answered("k1", with: good)
      _ = try await second.willSend("k2", attempt: 1)
      let third = try Ledger(url)
      #expect(third.unknown == 1)
      #expect(third.earlier.maybeBilledTwice == 3 && third.earlier.requests == 4)
    }
  }

  @Test func `only verdicts are remembered, by two connections at once`() async throws {
    try await Fixtures.withFolder { folder in
      let path = folder.appending(path: "deep/er/answers.sqlite").path
      let (one, two) = (try AnswerCache(path: path), try AnswerCache(path: path))
      let good = Judgment(verdict: Verdict(label: "A", preference: 1, mass: 0.5))
      for state in Judgment.State.allCases where state != .verdict {
        try await one.keep(Judgment(state, reason: "no"), under: state.rawValue)
        #expect(try await two.judgment(of: state.rawValue) == nil)
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<200 {
          let cache = number % 2 == 0 ? one : two
          group.addTask { try await cache.keep(good, under: "key \(number % 100)") }
        }
        try await group.waitForAll()
      }
      #expect(try await two.count() == 100)
      let start = ContinuousClock.now
      for number in 0..<2000 {
        #expect(try await one.judgment(of: "key \(number % 100)") == good)
      }
      print("2,000 lookups: \((ContinuousClock.now - start) / .seconds(1)) s")
      try Data("not a database, but long enough to be taken for one".utf8)
        .write(to: folder.appending(path: "text"))
      #expect(throws: JudgingError.self) {
        _ = try AnswerCache(path: folder.appending(path: "text").path)
      }
    }
  }

  @Test func `everything that can change an answer changes the key`() throws {
    let question = JudgeQuestion(
      id: "1", prompt: "p", candidates: ["a", "b"], reference: nil, repetition: 0)
    func identity(
      model: String = "m", address: String = "http://localhost:1/v1",
      api: any RemoteAPI.Type = ChatAPI.self,
      change: (String) -> String = { $0 }, temperature: Double? = 0, seed: Int = 0
    ) throws -> JudgeIdentity {
      let server = JudgeServer(
        endpoint: try Endpoint(address), key: nil, transport: try CurlTransport(),
        pace: Pace(ceiling: 1), meter: Meter(), recorder: CountingRecorder())
      let source = PromptLibrary.source(of: "summary") ?? ""
      return try RemoteJudge(
        server, api: api, model: model, template: try PromptTemplate(change(source), name: "t"),
        sampling: .init(temperature: temperature, seed: seed)
      ).identity
    }
    func asked(_ change: (inout JudgeQuestion) -> Void) -> JudgeQuestion {
      var other = question
      change(&other)
      return other
    }
    let judge = try identity()
    var parser = judge
    parser.facts["parser"] = "other"
    let keys = [
      try judge.key(of: question), try identity(model: "n").key(of: question),
      try identity(address: "http://localhost:2/v1").key(of: question),
      try identity(api: CompletionsAPI.self).key(of: question),
      try identity(change: { $0 + " " }).key(of: question),
      try identity(change: { $0.replacing("512", with: "511") }).key(of: question),
      try identity(temperature: 0.1).key(of: question),
      try identity(temperature: nil).key(of: question),
      try identity(seed: 1).key(of: question), try parser.key(of: question),
      try judge.key(of: question.swapped), try judge.key(of: asked { $0.prompt = "q" }),
      try judge.key(of: asked { $0.reference = "" }),
      try judge.key(of: asked { $0.repetition = 1 }),
      try judge.key(of: asked { $0.candidates = ["ab", ""] }),
    ]
    #expect(Set(keys).count == keys.count)
    // Who asks, and under which name, changes nothing.
    #expect(try identity().key(of: asked { $0.id = "2" }) == keys[0])
  }
}
