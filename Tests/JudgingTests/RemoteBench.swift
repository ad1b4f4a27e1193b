import Foundation
import HTTP
import Runs
import TestSupport

@testable import Judging

extension HostileServer {
  /// With a folder of its own.
  static func run<Value>(
    tls: Bool = false, _ body: (HostileServer) async throws -> Value
  ) async throws -> Value {
    try await Fixtures.withFolder { folder in try await run(folder, tls: tls, body) }
  }
}

/// A remote judge with everything behind it, and quick retries.
struct RemoteBench {
  let pace: Pace
  let meter: Meter
  let transport: any Transport
  let recorder: CountingRecorder
  let judge: RemoteJudge

  init(
    _ address: String, template: String = "summary", api: any RemoteAPI.Type = ChatAPI.self,
    key: String? = nil, certificates: String? = nil, deadline: Duration = .seconds(10),
    attempts: Int = 6, ceiling: Int = 8, limits: Meter.Limits = Meter.Limits(),
    price: Price? = nil, recorder other: (any AttemptRecorder<Judgment>)? = nil,
    dialects: DialectBook = DialectBook(), transport scripted: (any Transport)? = nil
  ) throws {
    pace = Pace(ceiling: ceiling)
    meter = Meter(limits)
    if let scripted { transport = scripted } else { transport = try CurlTransport() }
    recorder = CountingRecorder()
    var policy = RetryPolicy()
    policy.base = .milliseconds(2)
    policy.attempts = attempts
    policy.spare = 1000
    policy.failuresInARow = 1000
    // A machine that is busy with other tests keeps everybody waiting.
    policy.silentDeadlines = 1000
    let server = JudgeServer(
      endpoint: try Endpoint(address),
      key: try key.map { text throws(HTTPError) in try APIKey(text, from: "KEY") },
      certificates: certificates, deadline: deadline, policy: policy, transport: transport,
      pace: pace, meter: meter, recorder: other ?? recorder, dialects: dialects,
      price: { _ in price })
    judge = try RemoteJudge(
      server, api: api, model: "mock", template: try PromptTemplate.load(template))
  }

  /// Opens the pace to its ceiling, as if that many answers had come.
  func warm(_ count: Int) async throws {
    for _ in 0..<count {
      try await pace.enter()
      await pace.leave(.answered)
    }
  }

  /// Asks many questions at once.
  func ask(_ questions: [JudgeQuestion]) async -> (judgments: [Judgment?], stop: (any Error)?) {
    await JudgingRun(judge, paces: [pace], transport: transport, parallel: questions.count)
      .perform(questions)
  }

  /// Questions whose right verdict is known: A is better where the number is even.
  static func questions(_ count: Int) -> [JudgeQuestion] {
    (0..<count).map { number in
      let (good, bad) = ("It is so. quality=\(number + 2)", "It is not. quality=\(number + 1)")
      return JudgeQuestion(
        id: "\(number)", prompt: "Is it so, number \(number)?",
        candidates: number % 2 == 0 ? [good, bad] : [bad, good])
    }
  }
}

/// Keeps account in memory.
actor CountingRecorder: AttemptRecorder {
  private(set) var sent = 0
  private(set) var answers = 0
  private(set) var reasons: [String] = []
  private(set) var maybeBilled = 0
  private(set) var withdrawn = 0
  private(set) var lessons: [DialectBook.Lesson] = []

  func willSend(_ key: String, attempt: Int) -> Bool {
    sent += 1
    return false
  }

  func lost(_ key: String, attempt: Int, reason: String, mayBeBilled: Bool) {
    reasons.append(reason)
    if mayBeBilled { maybeBilled += 1 }
  }

  func answered(_ key: String, with judgment: Judgment) { answers += 1 }

  func withdraw(_ keys: [String], reason: String) { withdrawn += keys.count }

  func learned(_ lesson: DialectBook.Lesson) { lessons.append(lesson) }
}
