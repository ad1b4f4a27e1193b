import Foundation

@testable import Judging

/// `Fixtures/hostile_server.py` as a process of its own, for as long as a test needs it.
struct FaultServer {
  struct Event: Decodable {
    var t: Double
    var event: String
    var mode: String
    var key: String?
    var port: Int?
    var keyed: Bool?
  }

  /// By name: `port`, `other`, and with TLS `good`, `wrong`, `expired`.
  let ports: [String: Int]
  /// For whatever the test writes; holds the certificates.
  let folder: URL

  static func run<Value>(
    tls: Bool = false, _ body: (FaultServer) async throws -> Value
  ) async throws -> Value {
    try await Fixtures.withFolder { folder in
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments =
        ["python3", Fixtures.folder.appending(path: "hostile_server.py").path]
        + [folder.appending(path: "log").path] + (tls ? ["--tls", folder.path] : [])
      let input = Pipe()
      let output = Pipe()
      process.standardInput = input
      process.standardOutput = output
      // It complains when clients leave in the middle, which is what they are here for.
      process.standardError = FileHandle.nullDevice
      try process.run()
      defer {
        // The server ends when its standard input does.
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
      }
      var line = Data()
      while line.last != UInt8(ascii: "\n") {
        let byte = output.fileHandleForReading.readData(ofLength: 1)
        if byte.isEmpty { break }
        line += byte
      }
      let ports = try JSONDecoder().decode([String: Int].self, from: line)
      return try await body(FaultServer(ports: ports, folder: folder))
    }
  }

  func address(_ mode: String, port: String = "port", scheme: String = "http") -> String {
    "\(scheme)://127.0.0.1:\(ports[port] ?? 0)/\(mode)/v1"
  }

  func events(_ name: String, mode: String? = nil) throws -> [Event] {
    let text = try String(contentsOf: folder.appending(path: "log"), encoding: .utf8)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8))
    }.filter { $0.event == name && (mode == nil || $0.mode == mode) }
  }
}

/// A remote judge with everything behind it, and quick retries.
struct RemoteBench {
  let pace: Pace
  let meter: Meter
  let transport: CurlTransport
  let recorder: CountingRecorder
  let judge: RemoteJudge

  init(
    _ address: String, template: String = "summary", api: any RemoteAPI.Type = ChatAPI.self,
    key: String? = nil, certificates: String? = nil, deadline: Duration = .seconds(10),
    attempts: Int = 6, ceiling: Int = 8, limits: Meter.Limits = Meter.Limits(),
    price: Price? = nil, recorder other: (any AttemptRecorder)? = nil
  ) throws {
    pace = Pace(ceiling: ceiling)
    meter = Meter(limits)
    transport = try CurlTransport()
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
      key: try key.map { text throws(JudgingError) in try APIKey(text, from: "KEY") },
      certificates: certificates, deadline: deadline, policy: policy, transport: transport,
      pace: pace, meter: meter, recorder: other ?? recorder, price: { _ in price })
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

  func willSend(_ key: String, attempt: Int) -> Bool {
    sent += 1
    return false
  }

  func lost(_ key: String, attempt: Int, reason: String, mayBeBilled: Bool) {
    reasons.append(reason)
    if mayBeBilled { maybeBilled += 1 }
  }

  func answered(_ key: String, with judgment: Judgment) { answers += 1 }
}
