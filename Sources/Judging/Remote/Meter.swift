import Foundation
import Runs

/// Counts requests, tokens and dollars, and lets no request begin that could exceed a limit.
///
/// A request reserves the most that it can cost. Where the reservation does not fit it waits for
/// those under way to cost less than they reserved; where none are under way, the run stops.
public actor Meter {
  public struct Limits: Sendable, Equatable {
    public var requests: Int?
    /// In US dollars.
    public var cost: Double?

    public init(requests: Int? = nil, cost: Double? = nil) {
      self.requests = requests
      self.cost = cost
    }
  }

  private let limits: Limits
  private var reserved = 0.0
  /// What counts towards the limit: what was billed, and all that may have been.
  private var charged = 0.0
  private var underWay = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []
  public private(set) var spending = Spending()

  public init(_ limits: Limits = Limits()) { self.limits = limits }

  /// What an earlier process of this run has spent counts too.
  public func add(_ earlier: Spending) {
    spending.requests += earlier.requests
    spending.repeated += earlier.repeated
    spending.remembered += earlier.remembered
    spending.maybeBilledTwice += earlier.maybeBilledTwice
    spending.usage = spending.usage + earlier.usage
    if let uncounted = earlier.uncounted {
      spending.uncounted = (spending.uncounted ?? 0) + uncounted
    }
    spending.cost = spending.cost.flatMap { cost in earlier.cost.map { cost + $0 } }
    charged += earlier.cost ?? 0
  }

  /// Takes leave to send one request; every return is followed by one ``settle(_:price:)``.
  ///
  /// - Parameter most: the most that it can cost, in dollars; nil without a price.
  /// - Throws: ``JudgingError/exhausted(limit:)``.
  public func reserve(_ most: Double?, isRepetition: Bool) async throws(JudgingError) {
    while true {
      if let limit = limits.requests, spending.requests >= limit {
        throw .exhausted(limit: "--max-requests \(limit)")
      }
      guard let limit = limits.cost, charged + reserved + (most ?? 0) > limit else {
        break
      }
      guard underWay > 0 else {
        throw .exhausted(limit: "--max-cost \(limit)", because: reason(most ?? 0, limit))
      }
      await withCheckedContinuation { waiting.append($0) }
    }
    reserved += most ?? 0
    underWay += 1
    spending.requests += 1
    if isRepetition { spending.repeated += 1 }
  }

  /// Why a limit on cost ends before it is spent; nil where nothing surprises.
  private func reason(_ most: Double, _ limit: Double) -> String? {
    if most > limit { return "one request may cost up to \(Self.dollars(most))" }
    guard let uncounted = spending.uncounted else { return nil }
    return
      "\(uncounted) answer\(uncounted == 1 ? "" : "s") came without a count of tokens that can be "
      + "read, and each counts as the most that it can cost"
  }

  /// Four digits, rounded up, so that so high a limit is enough.
  static func dollars(_ value: Double) -> String {
    guard value > 0, value.isFinite else { return "$0" }
    let decimals = max(2, 3 - Int(log10(value).rounded(.down)))
    let scale = pow(10, Double(decimals))
    return "$" + String(format: "%.\(decimals)f", (value * scale).rounded(.up) / scale)
  }

  /// Replaces a reservation by what the request came to.
  ///
  /// - Parameters:
  ///   - usage: nil where there is no answer, or the server does not count.
  ///   - isAnswered: an answer without usage or price has no known cost, and counts towards the limit
  ///     with all that was reserved.
  ///   - mayBeBilled: it gave no answer and may have been billed all the same; it then counts with all
  ///     that was reserved.
  public func settle(
    _ most: Double?, usage: TokenUsage?, price: Price?, isAnswered: Bool, mayBeBilled: Bool = false
  ) {
    reserved -= most ?? 0
    underWay -= 1
    if let usage { spending.usage = spending.usage + usage }
    if isAnswered {
      let known = usage.flatMap { price?.cost($0) }
      let cost = known ?? most
      spending.cost = spending.cost.flatMap { sum in cost.map { sum + $0 } }
      charged += cost ?? 0
      if known == nil, most != nil {
        spending.uncounted = (spending.uncounted ?? 0) + 1
      }
    } else if mayBeBilled {
      spending.cost = spending.cost.map { $0 + (most ?? 0) }
      charged += most ?? 0
    }
    if mayBeBilled { spending.maybeBilledTwice += 1 }
    let woken = waiting
    waiting = []
    for continuation in woken { continuation.resume() }
  }

  /// A reservation for a request that was never sent.
  public func withdraw(_ most: Double?, isRepetition: Bool) {
    reserved -= most ?? 0
    underWay -= 1
    spending.requests -= 1
    if isRepetition { spending.repeated -= 1 }
    let woken = waiting
    waiting = []
    for continuation in woken { continuation.resume() }
  }

  /// A request that an earlier process had sent already.
  public func countRepetition() { spending.repeated += 1 }

  public func countRemembered() { spending.remembered += 1 }
}
