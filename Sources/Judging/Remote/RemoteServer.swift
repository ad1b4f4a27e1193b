import Foundation
import HTTP
import Runs
import Synchronization

/// A server with all that governs requests to it: pace, retries, limits, dialect, and the account of
/// them; what is asked is a ``RemoteInquiry``.
public final class RemoteServer<Answer: Sendable>: Sendable {
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
  private let recorder: any AttemptRecorder<Answer>
  private let health = Mutex(Health())

  /// Where all of so many first replies lack log-probabilities, the server gives none.
  public static var repliesWithoutProbabilities: Int { 8 }

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
    transport: any Transport, pace: Pace, meter: Meter,
    recorder: any AttemptRecorder<Answer>,
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
  public enum Outcome: Sendable {
    case answered(Answer)
    case failed(reason: String, attempts: Int)
    /// The server is to be asked otherwise than the question was written.
    case otherwise
  }

  /// Asks until there is an answer, or reason to give up.
  ///
  /// - Throws: ``JudgingError`` where nothing more can be asked; what the recorder throws.
  public func ask<Inquiry: RemoteInquiry<Answer>>(_ inquiry: Inquiry) async throws -> Outcome {
    let request = try request(inquiry)
    let price = price(inquiry.model)
    let most = price?.cost(inquiry.most)
    var badReplies = 0
    var attempt = 0
    while true {
      attempt += 1
      switch try await once(request, inquiry, attempt: attempt, most: most, price: price) {
      case .answered(let answer):
        health.withLock { $0.failuresInARow = 0 }
        return .answered(answer)
      case .otherwise: return .otherwise
      case .giveUp(let reason):
        // A question that never fits says nothing of the server.
        if !MissingReason.isLasting(reason) { try await noteFailure(reason) }
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
    case answered(Answer)
    case otherwise
    case giveUp(String)
    /// - isBad: the status was good and the body was not.
    case again(String, isBad: Bool, wait: AnswerWait)
  }

  private func once<Inquiry: RemoteInquiry<Answer>>(
    _ request: HTTPRequest, _ inquiry: Inquiry, attempt: Int, most: Double?, price: Price?
  ) async throws -> Step {
    guard try await enter(inquiry, attempt, most) else { return .otherwise }
    health.withLock { health in
      health.requests += 1
      health.firstRequest = health.firstRequest ?? .now
    }
    let reading = AnswerReading(
      await transport.send(request), to: inquiry,
      hasAnswered: health.withLock { $0.answers > 0 }, hasKey: self.key != nil,
      scrubber: scrubber)
    let (answer, usage) = read(reading, inquiry, attempt, price)
    let stop = stop(reading, inquiry)
    var lesson: DialectBook.Lesson?
    if case .otherwise(let change) = reading.next {
      lesson = dialects.learn(change, of: inquiry.server, because: reading.reason)
    }
    // Both before the leave is given back, which lets the next one in.
    if let stop { await pace.stop(stop.error) }
    let recorded: Result<Void, any Error>
    do {
      if let stop, !stop.useless.isEmpty {
        try await recorder.withdraw(stop.useless, reason: "\(stop.error)")
      }
      if let answer, stop == nil {
        try await recorder.answered(inquiry.key, with: answer)
      } else {
        try await recorder.lost(
          inquiry.key, attempt: attempt,
          reason: answer != nil ? "comes without log-probabilities" : reading.reason,
          mayBeBilled: reading.mayBeBilled || answer != nil)
      }
      if let lesson { try await recorder.learned(lesson) }
      recorded = .success(())
    } catch {
      recorded = .failure(error)
    }
    await pace.leave(reading.signal)
    await meter.settle(
      most, usage: usage, price: price, isAnswered: answer != nil,
      mayBeBilled: reading.mayBeBilled)
    try recorded.get()
    if let stop { throw stop.error }
    if let answer {
      health.withLock { health in
        health.answers += 1
        health.lastAnswer = .now
      }
      return .answered(answer)
    }
    switch reading.next {
    case .cancelled: throw await pace.reasonToStop ?? JudgingError.interrupted
    case .again(let wait): return .again(reading.reason, isBad: reading.isBadReply, wait: wait)
    // Learned by this request, or by another one meanwhile.
    case .otherwise where dialects.dialect(of: inquiry.server) != inquiry.dialect:
      return .otherwise
    default: return .giveUp(reading.reason)
    }
  }

  /// Waits for leave to send one request, and puts it on record.
  ///
  /// - Returns: false, with nothing on record, where the server is to be asked otherwise by now.
  private func enter(
    _ inquiry: some RemoteInquiry<Answer>, _ attempt: Int, _ most: Double?
  ) async throws -> Bool {
    try await meter.reserve(most, isRepetition: attempt > 1)
    do {
      try await pace.enter()
      do {
        guard dialects.dialect(of: inquiry.server) == inquiry.dialect else {
          await pace.leave(.neutral)
          await meter.withdraw(most, isRepetition: attempt > 1)
          return false
        }
        if try await recorder.willSend(inquiry.key, attempt: attempt), attempt == 1 {
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

  private func read<Inquiry: RemoteInquiry<Answer>>(
    _ reading: AnswerReading<Inquiry.Reply>, _ inquiry: Inquiry, _ attempt: Int, _ price: Price?
  ) -> (Answer?, TokenUsage?) {
    let found: (answer: Answer, usage: TokenUsage?)?
    switch reading.next {
    case .replied(let reply):
      found = inquiry.answer(to: reply, attempts: attempt, price: price)
    case .settled(let state):
      found = inquiry.answer(
        settled: state, reason: reading.reason, attempts: attempt, price: price)
    default: found = nil
    }
    return (found?.answer, found?.usage)
  }

  /// Why nothing more can be asked, and the questions whose answers are useless for that; nil where
  /// there is no reason.
  private func stop<Inquiry: RemoteInquiry<Answer>>(
    _ reading: AnswerReading<Inquiry.Reply>, _ inquiry: Inquiry
  ) -> (error: JudgingError, useless: [String])? {
    switch reading.next {
    case .stop(let advice):
      return (.unavailable(judge: endpoint.url, reason: reading.reason + advice), [])
    case .replied(let reply):
      guard let hasProbabilities = inquiry.hasProbabilities(reply) else { return nil }
      return health.withLock { health in
        if hasProbabilities {
          health.hasProbabilities = true
          health.without = []
        }
        guard !health.hasProbabilities else { return nil }
        let count = Self.repliesWithoutProbabilities
        let others = health.without
        if !health.isMute { health.without.append(inquiry.key) }
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

  private func request(_ inquiry: some RemoteInquiry<Answer>) throws -> HTTPRequest {
    let message = try inquiry.message()
    var headers = message.headers
    headers.append(("Content-Type", "application/json"))
    headers.append(("Accept", "application/json"))
    headers.append(("User-Agent", "plumb"))
    return HTTPRequest(
      url: endpoint.url + message.path, headers: headers,
      secret: key.map { (message.keyHeader.name, message.keyHeader.prefix, $0) },
      body: message.body, deadline: deadline, certificates: certificates,
      usesProxy: !endpoint.isLoopback, answerLimit: message.answerLimit)
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
