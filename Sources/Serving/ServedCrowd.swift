import Command
import HTTP
import Judging
import Runs
import Synchronization

/// Carries out many requests at once, from a place that waits for them.
final class ServedCrowd: Sendable {
  private let pace: Pace
  private let transport: any Transport
  private let meter: Meter
  private let earlier: Spending
  /// Requests that wait or are under way; the pace has its own limit.
  private let parallel: Int
  private let interruption: @Sendable () -> Bool
  private let isBegun = Mutex(false)

  init(
    pace: Pace, transport: any Transport, meter: Meter, earlier: Spending, parallel: Int,
    interruption: @escaping @Sendable () -> Bool
  ) {
    self.pace = pace
    self.transport = transport
    self.meter = meter
    self.earlier = earlier
    self.parallel = parallel
    self.interruption = interruption
  }

  /// - Returns: what each call came to, in their order.
  /// - Throws: what the first one that fails throws; what is under way then is waited for, as it is paid, but
  ///   not for long.
  func perform<Call: Sendable, Answer: Sendable>(
    _ calls: [(Call, String)],
    _ ask: @escaping @Sendable (Call, String) async throws -> Answer
  ) throws -> [Answer] {
    try Waiting.until { [self] in
      if isBegun.withLock({ begun in
        defer { begun = true }
        return !begun
      }) {
        await meter.add(earlier)
      }
      return try await run(calls, ask)
    }
  }

  private func run<Call: Sendable, Answer: Sendable>(
    _ calls: [(Call, String)],
    _ ask: @escaping @Sendable (Call, String) async throws -> Answer
  ) async throws -> [Answer] {
    let watch = Task { [self] in
      while !Task.isCancelled {
        if interruption() {
          await halt(JudgingError.interrupted, after: .seconds(10))
          return
        }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    defer { watch.cancel() }
    return try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
      var answers = [Answer?](repeating: nil, count: calls.count)
      var begun = min(parallel, calls.count)
      for index in 0..<begun {
        group.addTask { (index, try await ask(calls[index].0, calls[index].1)) }
      }
      do {
        while let (index, answer) = try await group.next() {
          answers[index] = answer
          guard begun < calls.count else { continue }
          let next = begun
          begun += 1
          group.addTask { (next, try await ask(calls[next].0, calls[next].1)) }
        }
      } catch {
        // Nobody new is let in; answers under way are paid and still go on record. What was let through
        // within a limit is waited for.
        let isLimit = if case JudgingError.exhausted = error { true } else { false }
        let cut = isLimit ? nil : Task { [self] in await halt(error, after: .seconds(1)) }
        while await group.nextResult() != nil {}
        cut?.cancel()
        throw error
      }
      return answers.compactMap { $0 }
    }
  }

  private func halt(_ error: any Error, after patience: Duration) async {
    await pace.stop(error)
    // Cancelled where everything has ended before.
    guard (try? await Task.sleep(for: patience)) != nil else { return }
    transport.cancel()
  }
}
