import Foundation
import HTTP
import Runs
import Synchronization

/// A server with all that governs requests to it: pace, retries, limits, dialect, and the account of
/// them.
public final class JudgeServer: Sendable {
  public let endpoint: Endpoint
  /// The longest time from a request's first byte to its answer's last.
  public let deadline: Duration
  /// What models cost; nil prices are unknown.
  public let price: @Sendable (String) -> Price?
  /// How it is asked, and whoever else the book speaks of.
  let dialects: DialectBook
  private let key: APIKey?
  private let certificates: String?
  private let scrubber: Scrubber
  private let policy: RetryPolicy
  private let transport: any Transport
  private let pace: Pace
  private let meter: Meter
  private let recorder: any AttemptRecorder
  private let health = Mutex(Health())

  /// Where all of so many first replies lack log-probabilities, the server gives none.
  public static let repliesWithoutProbabilities = 8

  /// What the server has shown of itself so far.
  private struct Health {
    var requests = 0
    var answers = 0
    var repetitions = 0
    var failuresInARow = 0
    var firstRequest: ContinuousClock.Instant?
    var lastAnswer: ContinuousClock.Instant?
    var hasProbabilities = false
    /// Questions whose replies lack them, while none had them.
    var without: [String] = []
    /// So many that there are none to come.
    var isMute = false
  }

  public init(
    endpoint: Endpoint, key: APIKey?, certificates: String? = nil,
    deadline: Duration = .seconds(120), policy: RetryPolicy = RetryPolicy(),
    transport: any Transport, pace: Pace, meter: Meter, recorder: any AttemptRecorder,
    dialects: DialectBook = DialectBook(),
    price: @escaping @Sendable (String) -> Price? = { _ in nil }
  ) {
    self.endpoint = endpoint
    self.key = key
    self.certificates = certificates
    self.deadline = deadline
    self.policy = policy
    self.transport = transport
    self.pace = pace
    self.meter = meter
    self.recorder = recorder
    self.dialects = dialects
    self.price = price
    scrubber = Scrubber([key].compactMap(\.self))
  }

  /// What came of a question.
  public enum Outcome: Sendable, Equatable {
    case judged(Judgment)
    case failed(reason: String, attempts: Int)
    /// The server is to be asked otherwise than the call was written.
    case otherwise
  }

  /// Asks until there is a reply, or reason to give up.
  ///
  /// - Parameters:
  ///   - key: what the question is recorded under.
  ///   - judgment: reads a reply that took so many requests.
  /// - Throws: ``JudgingError`` where nothing more can be asked; what the recorder throws.
  public func ask(
    _ call: RemoteCall, as api: any RemoteAPI.Type, key: String,
    judgment: (_ reply: RemoteReply, _ attempts: Int) -> Judgment
  ) async throws -> Outcome {
    let request = try request(call, api)
    let price = price(call.model)
    let most = price?.cost(Self.most(call))
    var badReplies = 0
    var attempt = 0
    while true {
      attempt += 1
      let step = try await once(
        request, call, api, key: key, attempt: attempt, most: most, price: price,
        judgment: judgment)
      switch step {
      case .judged(let judgment):
        health.withLock { $0.failuresInARow = 0 }
        return .judged(judgment)
      case .otherwise: return .otherwise
      case .giveUp(let reason):
        try await noteFailure(reason)
        return .failed(reason: reason, attempts: attempt)
      case .again(let reason, let isBad, let wait):
        badReplies += isBad ? 1 : 0
        guard attempt < policy.attempts, badReplies < policy.badReplies else {
          try await noteFailure(reason)
          return .failed(reason: reason, attempts: attempt)
        }
        if wait == .ours { try await noteRepetition(reason) }
        if wait != .gate { try await pace.pause(policy.pause(after: attempt)) }
      }
    }
  }

  // MARK: One request

  private enum Step {
    case judged(Judgment)
    case otherwise
    case giveUp(String)
    /// - isBad: the status was good and the body was not.
    case again(String, isBad: Bool, wait: AnswerReading.Wait)
  }

  private func once(
    _ request: HTTPRequest, _ call: RemoteCall, _ api: any RemoteAPI.Type, key: String,
    attempt: Int, most: Double?, price: Price?,
    judgment: (_ reply: RemoteReply, _ attempts: Int) -> Judgment
  ) async throws -> Step {
    let name = name(call.model, api)
    guard try await enter(call, name, key, attempt, most) else { return .otherwise }
    health.withLock { health in
      health.requests += 1
      health.firstRequest = health.firstRequest ?? .now
    }
    let reading = AnswerReading(
      await transport.send(request), to: call, as: api,
      hasAnswered: health.withLock { $0.answers > 0 }, hasKey: self.key != nil,
      scrubber: scrubber)
    let (judged, usage) = read(reading, attempt, price, judgment)
    let stop = stop(reading, call, key)
    var lesson: DialectBook.Lesson?
    if case .otherwise(let change) = reading.next {
      lesson = dialects.learn(change, of: name, because: reading.reason)
    }
    // Both before the leave is given back, which lets the next one in.
    if let stop { await pace.stop(stop.error) }
    let recorded: Result<Void, any Error>
    do {
      if let stop, !stop.useless.isEmpty {
        try await recorder.withdraw(stop.useless, reason: "\(stop.error)")
      }
      if let judged, stop == nil {
        try await recorder.answered(key, with: judged)
      } else {
        try await recorder.lost(
          key, attempt: attempt,
          reason: judged != nil ? "comes without log-probabilities" : reading.reason,
          mayBeBilled: reading.mayBeBilled || judged != nil)
      }
      if let lesson { try await recorder.learned(lesson) }
      recorded = .success(())
    } catch {
      recorded = .failure(error)
    }
    await pace.leave(reading.signal)
    await meter.settle(
      most, usage: usage, price: price, isAnswered: judged != nil,
      mayBeBilled: reading.mayBeBilled)
    try recorded.get()
    if let stop { throw stop.error }
    if let judged {
      health.withLock { health in
        health.answers += 1
        health.lastAnswer = .now
      }
      return .judged(judged)
    }
    switch reading.next {
    case .cancelled: throw await pace.reasonToStop ?? JudgingError.interrupted
    case .again(let wait): return .again(reading.reason, isBad: reading.isBadReply, wait: wait)
    // Learned by this request, or by another one meanwhile.
    case .otherwise where dialects.dialect(of: name) != call.dialect: return .otherwise
    default: return .giveUp(reading.reason)
    }
  }

  /// Waits for leave to send one request, and puts it on record.
  ///
  /// - Returns: false, with nothing on record, where the server is to be asked otherwise by now.
  private func enter(
    _ call: RemoteCall, _ name: String, _ key: String, _ attempt: Int, _ most: Double?
  ) async throws -> Bool {
    try await meter.reserve(most, isRepetition: attempt > 1)
    do {
      try await pace.enter()
      do {
        guard dialects.dialect(of: name) == call.dialect else {
          await pace.leave(.neutral)
          await meter.withdraw(most, isRepetition: attempt > 1)
          return false
        }
        if try await recorder.willSend(key, attempt: attempt), attempt == 1 {
          await meter.countRepetition()
        }
        return true
      } catch {
        await pace.leave(.neutral)
        throw error
      }
    } catch {
      await meter.withdraw(most, isRepetition: attempt > 1)
      throw error
    }
  }

  private func read(
    _ reading: AnswerReading, _ attempt: Int, _ price: Price?,
    _ judgment: (_ reply: RemoteReply, _ attempts: Int) -> Judgment
  ) -> (Judgment?, TokenUsage?) {
    switch reading.next {
    case .replied(let reply): return (judgment(reply, attempt), reply.usage)
    case .settled(let state):
      var settled = Judgment(state, reason: reading.reason)
      settled.attempts = attempt
      // A request that was refused costs nothing.
      settled.usage = TokenUsage(input: 0, output: 0)
      settled.cost = price.map { _ in 0 }
      return (settled, settled.usage)
    default: return (nil, nil)
    }
  }

  /// Why nothing more can be asked, and the questions whose answers are useless for that; nil where
  /// there is no reason.
  private func stop(
    _ reading: AnswerReading, _ call: RemoteCall, _ key: String
  ) -> (error: JudgingError, useless: [String])? {
    switch reading.next {
    case .stop(let advice):
      return (.unavailable(judge: endpoint.url, reason: reading.reason + advice), [])
    case .replied(let reply)
    where call.wantsProbabilities && [.complete, .length].contains(reply.end):
      return health.withLock { health in
        if reply.probabilities != nil {
          health.hasProbabilities = true
          health.without = []
        }
        guard !health.hasProbabilities else { return nil }
        let count = Self.repliesWithoutProbabilities
        let others = health.without
        if !health.isMute { health.without.append(key) }
        guard health.isMute || health.without.count >= count else { return nil }
        health.isMute = true
        health.without = []
        let reason =
          "sends no log-probabilities, in none of its first \(count) replies; start it so that it "
          + "does, or take a template with a written verdict"
        return (.unavailable(judge: endpoint.url, reason: reason), others)
      }
    default: return nil
    }
  }

  /// As judges are typed.
  func name(_ model: String, _ api: any RemoteAPI.Type) -> String {
    "\(api.name):\(model)@\(endpoint.url)"
  }

  private func request(_ call: RemoteCall, _ api: any RemoteAPI.Type) throws -> HTTPRequest {
    var headers = api.headers
    headers.append(("Content-Type", "application/json"))
    headers.append(("Accept", "application/json"))
    headers.append(("User-Agent", "plumb"))
    return HTTPRequest(
      url: endpoint.url + api.path, headers: headers,
      secret: key.map { (api.keyHeader.name, api.keyHeader.prefix, $0) },
      body: try api.body(call), deadline: deadline, certificates: certificates,
      usesProxy: !endpoint.isLoopback)
  }

  /// The most tokens that a call can use: no tokenizer makes more tokens than bytes, and each message
  /// of a chat has a few of its own.
  public static func most(_ call: RemoteCall) -> TokenUsage {
    TokenUsage(
      input: call.prompt.system.utf8.count + call.prompt.user.utf8.count + 64,
      output: call.maximumTokens)
  }

  // MARK: Outages

  private func noteFailure(_ reason: String) async throws {
    let failures = health.withLock { health in
      health.failuresInARow += 1
      return health.failuresInARow
    }
    guard failures >= policy.failuresInARow else { return }
    try await stop("\(failures) questions in a row failed, the last one because: \(reason)")
  }

  private func noteRepetition(_ reason: String) async throws {
    let (repetitions, requests, silence) = health.withLock { health in
      health.repetitions += 1
      let since = health.lastAnswer ?? health.firstRequest
      return (health.repetitions, health.requests, since.map { .now - $0 } ?? .zero)
    }
    if Double(repetitions) > Double(policy.spare) + policy.share * Double(requests) {
      try await stop("too many requests fail, the last one because: \(reason)")
    }
    if silence > deadline * policy.silentDeadlines {
      try await stop(
        "no answer for \(Self.seconds(silence)) seconds; is it still working? The last request "
          + "failed because: \(reason)")
    }
  }

  /// Whole from ten on.
  static func seconds(_ time: Duration) -> String {
    time < .seconds(10) ? TransportFailure.seconds(time) : "\(Int(time / .seconds(1)))"
  }

  private func stop(_ reason: String) async throws {
    let error = JudgingError.unavailable(judge: endpoint.url, reason: reason)
    await pace.stop(error)
    throw error
  }
}
