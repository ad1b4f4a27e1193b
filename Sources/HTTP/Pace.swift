/// How many requests are under way at once, and when the next may begin.
///
/// Begins with one, so that a wrong key costs one request, and grows by one with every answer until
/// the server first says that it is too much; from then on by a tenth, and shrinks by one with every
/// such refusal, so that it settles where about one request in eleven is refused. All waiting for a
/// `Retry-After` happens here, at one gate for all, and requests leave it one by one.
public actor Pace {
  /// How a request went, as far as the pace depends on it.
  public enum Signal: Sendable, Equatable {
    case answered
    case overloaded(wait: Duration?)
    /// Neither fast nor slow: it failed for a reason of its own, or was never sent.
    case neutral
  }

  /// Shorter waits than this need no gate: what is under way takes as long.
  private static let noticeable = Duration.milliseconds(100)

  private let ceiling: Int
  private let clock = ContinuousClock()
  private var window = 1.0
  private var isProbing = true
  private var running = 0
  private var waiting: [CheckedContinuation<Void, any Error>] = []
  private var pausing: [Int: CheckedContinuation<Void, any Error>] = [:]
  private var pauses = 0
  private var gate: ContinuousClock.Instant?
  /// Between two starts after the gate opened; zero when the server keeps up.
  private var spacing = Duration.zero
  private var nextStart: ContinuousClock.Instant?
  private var answersUntilFaster = 0
  private var isWakeSet = false
  private var end: (any Error)?

  /// - Parameter ceiling: the most requests at once.
  public init(ceiling: Int) {
    precondition(ceiling > 0, "at least one request is under way")
    self.ceiling = ceiling
  }

  /// Waits for leave to send one request. Every return is followed by one ``leave(_:)``.
  ///
  /// - Throws: what ``stop(_:)`` was given.
  public func enter() async throws {
    if let end { throw end }
    try await withCheckedThrowingContinuation { continuation in
      waiting.append(continuation)
      admit()
    }
  }

  /// Gives the leave back.
  public func leave(_ signal: Signal) {
    running -= 1
    switch signal {
    case .neutral: break
    case .answered:
      window = min(Double(ceiling), window + (isProbing ? 1 : 0.1))
      answersUntilFaster -= 1
      if answersUntilFaster <= 0, spacing > .zero {
        spacing = spacing < .milliseconds(2) ? .zero : spacing / 2
        answersUntilFaster = Int(window)
      }
    case .overloaded(let wait):
      isProbing = false
      if let wait, wait >= Self.noticeable {
        let opening = clock.now + wait
        gate = max(gate ?? opening, opening)
        // As many in the first second as were thought bearable at once.
        spacing = .seconds(1) / max(1, Int(window))
        answersUntilFaster = Int(window)
      }
      window = max(1, window - 1)
    }
    admit()
  }

  /// Waits, unless the run stops.
  public func pause(_ time: Duration) async throws {
    if let end { throw end }
    pauses += 1
    let number = pauses
    try await withCheckedThrowingContinuation { continuation in
      pausing[number] = continuation
      Task {
        // Nobody cancels this task; were it so, the pause would only be shorter.
        try? await clock.sleep(for: time)
        pausing.removeValue(forKey: number)?.resume()
      }
    }
  }

  /// Lets nobody in any more, and turns those who wait away.
  public func stop(_ error: any Error) {
    if end == nil { end = error }
    let turned = waiting + pausing.values
    waiting = []
    pausing = [:]
    for continuation in turned { continuation.resume(throwing: error) }
  }

  /// Why nobody is let in any more; nil while everybody is.
  public var reasonToStop: (any Error)? { end }

  private func admit() {
    while !waiting.isEmpty, running < max(1, Int(window)) {
      let now = clock.now
      if let earliest = [gate, nextStart].compactMap(\.self).max(), earliest > now {
        wake(at: earliest)
        return
      }
      gate = nil
      running += 1
      nextStart = spacing > .zero ? now + spacing * Double.random(in: 0.75..<1.25) : nil
      waiting.removeFirst().resume()
    }
  }

  private func wake(at time: ContinuousClock.Instant) {
    guard !isWakeSet else { return }
    isWakeSet = true
    Task {
      // Nobody cancels this task; were it so, waking early would only wait again.
      try? await clock.sleep(until: time)
      isWakeSet = false
      admit()
    }
  }
}
