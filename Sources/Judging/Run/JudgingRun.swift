import Foundation

/// Puts questions to a judge, many at once, until all have a judgment or something stops it.
public struct JudgingRun: Sendable {
  /// How far it is.
  public struct Progress: Sendable, Equatable {
    public var done: Int
    public var total: Int
    /// Questions without a verdict so far.
    public var failed: Int
    public var elapsed: Duration

    /// At the speed so far; nil before the first judgment.
    public var remaining: Duration? {
      done == 0 ? nil : elapsed * (Double(total - done) / Double(done))
    }
  }

  private let judge: any Judge
  private let paces: [Pace]
  private let transport: (any Transport)?
  /// Questions under way at once; requests have their own limit.
  private let parallel: Int
  /// How long requests under way may take after a stop.
  private let grace: Duration

  /// - Parameters:
  ///   - paces: of the servers that the judge asks, which a stop reaches through them.
  ///   - transport: cancelled when a stop takes longer than `grace`.
  public init(
    _ judge: any Judge, paces: [Pace] = [], transport: (any Transport)? = nil, parallel: Int,
    grace: Duration = .seconds(10)
  ) {
    self.judge = judge
    self.paces = paces
    self.transport = transport
    self.parallel = max(1, parallel)
    self.grace = grace
  }

  /// Asks all questions.
  ///
  /// - Parameters:
  ///   - interruption: why the user wants to stop; asked several times a second.
  ///   - progress: told after every judgment.
  /// - Returns: the judgments in the order of the questions, nil where there is none because of
  ///   `stop`.
  public func perform(
    _ questions: [JudgeQuestion],
    interruption: @escaping @Sendable () -> (any Error)? = { nil },
    progress: (Progress) async -> Void = { _ in }
  ) async -> (judgments: [Judgment?], stop: (any Error)?) {
    var judgments = [Judgment?](repeating: nil, count: questions.count)
    var stop: (any Error)?
    let start = ContinuousClock.now
    var state = Progress(done: 0, total: questions.count, failed: 0, elapsed: .zero)
    let watch = Task {
      while !Task.isCancelled {
        if let error = interruption() {
          try await halt(error, after: grace)
          return
        }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    var cut: Task<Void, any Error>?
    await withTaskGroup(of: (Int, Result<Judgment, any Error>).self) { group in
      var next = 0
      func begin() {
        guard next < questions.count else { return }
        let index = next
        next += 1
        group.addTask {
          do { return (index, .success(try await judge.judge(questions[index]))) } catch {
            return (index, .failure(error))
          }
        }
      }
      for _ in 0..<parallel { begin() }
      while let (index, result) = await group.next() {
        switch result {
        case .success(let judgment):
          judgments[index] = judgment
          state.done += 1
          if judgment.state != .verdict { state.failed += 1 }
          state.elapsed = .now - start
          await progress(state)
        case .failure(let error):
          guard stop == nil else { continue }
          stop = error
          // What was let through within a limit is waited for: it is paid.
          if case JudgingError.exhausted = error { continue }
          // Who cannot be asked will not answer what is under way either.
          let patience: Duration =
            if case JudgingError.unavailable = error { .seconds(1) } else { grace }
          cut = Task { try await halt(error, after: patience) }
        }
        if stop == nil, let error = interruption() { stop = error }
        if stop == nil { begin() }
      }
    }
    watch.cancel()
    cut?.cancel()
    return (judgments, stop)
  }

  /// Turns waiting requests away, and ends those under way when they take too long.
  private func halt(_ error: any Error, after patience: Duration) async throws {
    for pace in paces { await pace.stop(error) }
    try await Task.sleep(for: patience)
    transport?.cancel()
  }
}
