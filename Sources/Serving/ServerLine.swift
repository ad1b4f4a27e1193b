import Command
import Foundation
import HTTP
import Judging
import Policy
import Runs

/// What requests to one server go through, whatever they are for: key, pace, retries, limits, and the
/// ledger of what was asked and answered.
final class ServerLine: Sendable {
  let ledger: ServedLedger
  private let title: String
  private let model: String
  private let dialects: DialectBook
  private let policy: RetryPolicy
  private let many: Way
  /// Requests by it are made once each.
  private let once: Way
  /// A way that nothing has stopped, for what has to be said at the end.
  private let last: @Sendable () throws -> Way

  private struct Way {
    let server: RemoteServer<ServedAnswer>
    let crowd: ServedCrowd
  }

  /// Opens the ledger; what earlier processes spent counts towards the limits.
  ///
  /// - Parameters:
  ///   - transport: nil for the network.
  ///   - interruption: why the user wants to stop; asked several times a second.
  /// - Throws: ``ServingError/setting(_:)`` for an address, key or price; nothing is sent.
  init(
    _ settings: ServingSettings, ledger url: URL, environment: [String: String],
    transport other: (any Transport)?, policy: RetryPolicy,
    interruption: @escaping @Sendable () -> Bool
  ) throws {
    title = "\(settings.name)"
    model = settings.name.model
    self.policy = policy
    do {
      let reach = settings.transport
      let endpoint = try Endpoint(settings.root, allowsPlain: reach.allowsPlain)
      let key = try KeyRing(reach.keyVariables, environment: environment)
        .key(of: endpoint, isOnly: true, byCustom: ServerLine.customKey(of: endpoint))
      let prices = try reach.prices.map(PriceList.init(file:))
      if reach.maximumCost != nil, prices?[settings.name.model] == nil {
        throw ServingError.setting(
          "\(reach.prices ?? "prices") has no price for the model '\(settings.name.model)', and max_cost "
            + "needs one")
      }
      let ledger = try ServedLedger(url)
      let dialects = DialectBook(settings.dialect)
      for lesson in ledger.lessons { dialects.recall(lesson) }
      self.ledger = ledger
      self.dialects = dialects
      let transport: any Transport = if let other { other } else { try CurlTransport() }
      let pace = Pace(ceiling: reach.concurrency)
      let meter = Meter(
        Meter.Limits(requests: reach.maximumRequests, cost: reach.maximumCost))
      let way = {
        @Sendable
        (
          _ policy: RetryPolicy, _ transport: any Transport, _ pace: Pace, _ meter: Meter,
          _ earlier: Spending, _ deadline: Double, _ interruption: @escaping @Sendable () -> Bool
        ) in
        Way(
          server: RemoteServer(
            endpoint: endpoint, key: key, certificates: reach.certificates,
            deadline: .seconds(deadline), policy: policy, transport: transport, pace: pace,
            meter: meter, recorder: ledger, dialects: dialects, price: { prices?[$0] }),
          crowd: ServedCrowd(
            pace: pace, transport: transport, meter: meter, earlier: earlier,
            parallel: reach.concurrency * 2, interruption: interruption))
      }
      many = way(
        policy, transport, pace, meter, ledger.earlier, reach.deadline, interruption)
      var single = policy
      single.attempts = 1
      // What was spent is added up by the way that asks for answers.
      once = way(single, transport, pace, meter, Spending(), reach.deadline, interruption)
      last = {
        way(
          policy, try other ?? CurlTransport(), Pace(ceiling: 1), Meter(Meter.Limits()),
          Spending(), min(reach.deadline, 10), { false })
      }
    } catch let error as RunError {
      throw error
    } catch {
      throw ServingError(error, of: title)
    }
  }

  /// A public service's key lies where its users keep it.
  static func customKey(of endpoint: Endpoint) -> String? {
    endpoint.url == CompletionsAPI.defaultAddress ? CompletionsAPI.defaultKeyVariable : nil
  }

  /// How the server is asked, as far as it has shown that.
  var dialect: Dialect { dialects.dialect(of: title) }

  /// The answers to calls, from the ledger as far as they are there.
  ///
  /// - Parameters:
  ///   - calls: with the key that each is kept under.
  ///   - instead: in the place of an answer where the server refuses a call; nil where that ends all.
  ///   - inquiry: a call as it is sent in a dialect.
  func answers<Call: Sendable, Inquiry: RemoteInquiry<ServedAnswer>>(
    to calls: [(Call, String)], orElse instead: ServedAnswer? = nil,
    _ inquiry: @escaping @Sendable (Call, String, Dialect) -> Inquiry
  ) throws -> [ServedAnswer] {
    let (ledger, server, dialects, title) = (ledger, many.server, dialects, title)
    return try inWords {
      let answers = try many.crowd.perform(calls) { call, key in
        while true {
          if let known = await ledger.answer(to: key) { return known }
          switch try await server.ask(inquiry(call, key, dialects.dialect(of: title))) {
          case .answered(let answer): return answer
          case .otherwise: continue
          case .failed(let reason, _):
            if let instead, Self.isRefusal(reason) { return instead }
            throw ServingError.unavailable(server: title, reason: reason)
          }
        }
      }
      try Waiting.until { try await ledger.sync() }
      return answers
    }
  }

  /// Whether there is an answer to all of these.
  func knows(_ keys: [String]) throws -> Bool {
    let ledger = ledger
    return try Waiting.until {
      for key in keys where await ledger.answer(to: key) == nil { return false }
      return true
    }
  }

  /// Takes answers back, which are asked for again.
  func forget(_ keys: [String]) throws {
    let ledger = ledger
    try Waiting.until { try await ledger.forget(keys) }
  }

  private static func isRefusal(_ reason: String) -> Bool {
    reason.hasPrefix("answers 4")
      && !["408", "409", "425", "429"].contains { reason.hasPrefix("answers \($0)") }
  }

  private func inWords<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as RunError {
      throw error
    } catch {
      throw ServingError(error, of: title)
    }
  }

  // MARK: Weights

  /// A request of a hand-over that came to nothing.
  private struct Undelivered: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "\(path) \(reason)" }

    /// Asking the same again is of little use.
    var isRefused: Bool {
      ServerLine.isRefusal(reason) || reason.hasPrefix(WeightInquiry.refusal)
    }
  }

  /// Lets the server load weights, and answer again whatever comes of it.
  ///
  /// - Parameter isFirst: the server was handed nothing in this process.
  func deliver(_ handover: WeightHandover, version: String, isFirst: Bool) throws {
    var isHeld = false
    do {
      try inWords {
        if isFirst { try send(handover.beginning, version, by: many) }
        // A request that gets no answer may have held the server all the same.
        isHeld = true
        try send(handover.holding, version, by: many)
        try deliver(handover, version)
        try send(handover.releasing, version, by: many)
      }
    } catch {
      guard isHeld, !handover.releasing.isEmpty else { throw error }
      do {
        try send(handover.releasing, version, by: last())
      } catch let second {
        guard case ServingError.unavailable(let server, let reason) = error else { throw error }
        throw ServingError.unavailable(
          server: server, reason: "\(reason), and it does not go on: \(second)")
      }
      throw error
    }
  }

  /// A session that breaks is closed and made again from its beginning: a server that has begun one refuses to
  /// begin another, and one that could not load has ended it.
  private func deliver(_ handover: WeightHandover, _ version: String) throws {
    var attempt = 0
    var refusals = 0
    // The one that came furthest says most: a session that could not be closed keeps others from beginning.
    var furthest: (step: Int, error: Undelivered)?
    while true {
      attempt += 1
      do {
        return try send(handover.session, version, by: once)
      } catch let error as Undelivered {
        refusals += error.isRefused ? 1 : 0
        let step = handover.session.firstIndex { $0.path == error.path } ?? 0
        if step >= furthest?.step ?? 0 { furthest = (step, error) }
        guard attempt < policy.attempts, refusals < 2 else { throw furthest?.error ?? error }
      }
      do {
        try send(handover.closing, version, by: once)
      } catch is Undelivered {
        // There was none to close.
      }
      let pause = policy.pause(after: attempt)
      try Waiting.until { try await Task.sleep(for: pause) }
    }
  }

  private func send(_ steps: [WeightHandover.Step], _ version: String, by way: Way) throws {
    let server = way.server
    for step in steps {
      let inquiry = WeightInquiry(
        step: step, version: version, model: model, server: title, dialect: dialect)
      // What is thrown in the crowd stops it for good.
      let reasons = try way.crowd.perform([(inquiry, inquiry.key)]) { inquiry, _ -> String? in
        guard case .failed(let reason, _) = try await server.ask(inquiry) else { return nil }
        return reason
      }
      if let reason = reasons.compactMap(\.self).first {
        throw Undelivered(path: step.path, reason: reason)
      }
    }
  }
}
