import Foundation
import HTTP
import Synchronization

/// A server with all that governs requests to it: pace, retries, limits, and the account of them.
///
/// Judges of one server share one of these.
public final class JudgeServer: Sendable {
  public let endpoint: Endpoint
  /// The longest time from a request's first byte to its answer's last.
  public let deadline: Duration
  /// What models cost; nil prices are unknown.
  public let price: @Sendable (String) -> Price?
  private let key: APIKey?
  private let certificates: String?
  private let scrubber: Scrubber
  private let policy: RetryPolicy
  private let transport: any Transport
  private let pace: Pace
  private let meter: Meter
  private let recorder: any AttemptRecorder
  private let health = Mutex(Health())

  /// What the server has shown of itself so far.
  private struct Health {
    var requests = 0
    var answers = 0
    var repetitions = 0
    var failuresInARow = 0
    var firstRequest: ContinuousClock.Instant?
    var lastAnswer: ContinuousClock.Instant?
  }

  public init(
    endpoint: Endpoint, key: APIKey?, certificates: String? = nil,
    deadline: Duration = .seconds(120), policy: RetryPolicy = RetryPolicy(),
    transport: any Transport, pace: Pace, meter: Meter, recorder: any AttemptRecorder,
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
    self.price = price
    scrubber = Scrubber([key].compactMap(\.self))
  }

  /// What came of a question; or why nothing did.
  public typealias Outcome = Result<Judgment, QuestionFailure>

  /// Why one question has no reply, while others may have.
  public struct QuestionFailure: Error, Sendable, Equatable {
    public var reason: String
    public var attempts: Int
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
        return .success(judgment)
      case .giveUp(let reason):
        try await noteFailure(reason)
        return .failure(QuestionFailure(reason: reason, attempts: attempt))
      case .again(let reason, let isBad, let wait):
        badReplies += isBad ? 1 : 0
        guard attempt < policy.attempts, badReplies < policy.badReplies else {
          try await noteFailure(reason)
          return .failure(QuestionFailure(reason: reason, attempts: attempt))
        }
        if wait == .ours { try await noteRepetition(reason) }
        if wait != .gate { try await pace.pause(policy.pause(after: attempt)) }
      }
    }
  }

  // MARK: One request

  private enum Step {
    case judged(Judgment)
    case giveUp(String)
    /// - isBad: the status was good and the body was not.
    case again(String, isBad: Bool, wait: AnswerReading.Wait)
  }

  private func once(
    _ request: HTTPRequest, _ call: RemoteCall, _ api: any RemoteAPI.Type, key: String,
    attempt: Int, most: Double?, price: Price?,
    judgment: (_ reply: RemoteReply, _ attempts: Int) -> Judgment
  ) async throws -> Step {
    try await meter.reserve(most, isRepetition: attempt > 1)
    do {
      try await pace.enter()
      do {
        if try await recorder.willSend(key, attempt: attempt), attempt == 1 {
          await meter.countRepetition()
        }
      } catch {
        await pace.leave(.neutral)
        throw error
      }
    } catch {
      await meter.withdraw(most, isRepetition: attempt > 1)
      throw error
    }
    health.withLock { health in
      health.requests += 1
      health.firstRequest = health.firstRequest ?? .now
    }
    let result = await transport.send(request)
    let reading = read(result, call, api)
    let stop = reading.stop.map { JudgingError.unavailable(judge: endpoint.url, reason: $0) }
    let judged = reading.reply.map { judgment($0, attempt) }
    // Both before the leave is given back, which lets the next one in.
    if let stop { await pace.stop(stop) }
    let recorded: Result<Void, any Error>
    do {
      if let judged {
        try await recorder.answered(key, with: judged)
      } else {
        try await recorder.lost(
          key, attempt: attempt, reason: reading.reason, mayBeBilled: reading.mayBeBilled)
      }
      recorded = .success(())
    } catch {
      recorded = .failure(error)
    }
    await pace.leave(reading.signal)
    await meter.settle(
      most, usage: reading.reply?.usage, price: price, mayBeBilled: reading.mayBeBilled)
    try recorded.get()
    if let judged {
      health.withLock { health in
        health.answers += 1
        health.lastAnswer = .now
      }
      return .judged(judged)
    }
    if let stop { throw stop }
    if reading.isCancelled { throw await pace.reasonToStop ?? JudgingError.interrupted }
    return reading.isWorthRepeating
      ? .again(reading.reason, isBad: reading.isBadReply, wait: reading.wait)
      : .giveUp(reading.reason)
  }

  private func read(
    _ result: Result<HTTPResponse, TransportFailure>, _ call: RemoteCall, _ api: any RemoteAPI.Type
  ) -> AnswerReading {
    var reading = AnswerReading(
      result, hasAnswered: health.withLock { $0.answers > 0 }, hasKey: key != nil,
      endpoint: endpoint, deadline: deadline)
    if let body = reading.body {
      do throws(BadReply) {
        var reply = try api.reply(body, wantsProbabilities: call.wantsProbabilities)
        reply.text = scrubber.scrub(reply.text)
        reply.model = reply.model.map(scrubber.scrub)
        reading.reply = reply
      } catch {
        reading.take(error)
      }
    }
    reading.reason = scrubber.scrub(reading.reason)
    reading.stop = reading.stop.map(scrubber.scrub)
    return reading
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
        "no answer for \(Int(silence / .seconds(1))) seconds; is it still working? The last request "
          + "failed because: \(reason)")
    }
  }

  private func stop(_ reason: String) async throws {
    let error = JudgingError.unavailable(judge: endpoint.url, reason: reason)
    await pace.stop(error)
    throw error
  }
}
