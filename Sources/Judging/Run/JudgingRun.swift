import Foundation
import HTTP
import Runs

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
  ///   - isEnough: whether what is answered suffices; asked after every judgment, with its place. Questions
  ///     under way are waited for: they are paid.
  ///   - progress: told after every judgment.
  /// - Returns: the judgments in the order of the questions, nil where there is none because of
  ///   `stop`.
  nonisolated(nonsending) public func perform(
    _ questions: [JudgeQuestion],
    interruption: @escaping @Sendable () -> (any Error)? = { nil },
    isEnough: (Int, Judgment) -> Bool = { _, _ in false },
    progress: (Progress) async -> Void = { _ in }
  ) async -> (judgments: [Judgment?], stop: (any Error)?) {
    let watch = Task {
      while !Task.isCancelled {
        if let error = interruption() {
          try await halt(error, after: grace)
          return
        }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    defer { watch.cancel() }
    let start = ContinuousClock.now
    let judge = judge
    return await withTaskGroup(of: Answer.self) { group in
      var judgments = [Judgment?](repeating: nil, count: questions.count)
      var stop: (any Error)?
      var cut: Task<Void, any Error>?
      var state = Progress(done: 0, total: questions.count, failed: 0, elapsed: .zero)
      var begun = min(parallel, questions.count)
      var wantsMore = true
      for index in 0..<begun {
        group.addTask { await Answer(index, to: questions[index], of: judge) }
      }
      while let answer = await group.next() {
        switch answer.result {
        case .success(let judgment):
          judgments[answer.index] = judgment
          if wantsMore { wantsMore = !isEnough(answer.index, judgment) }
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
        if stop == nil, wantsMore, begun < questions.count {
          let index = begun
          begun += 1
          group.addTask { await Answer(index, to: questions[index], of: judge) }
        }
      }
      cut?.cancel()
      return (judgments, stop)
    }
  }

  /// What came of one question.
  private struct Answer: Sendable {
    let index: Int
    let result: Result<Judgment, any Error>

    init(_ index: Int, to question: JudgeQuestion, of judge: any Judge) async {
      self.index = index
      do { result = .success(try await judge.judge(question)) } catch { result = .failure(error) }
    }
  }

  /// Turns waiting requests away, and ends those under way when they take too long.
  private func halt(_ error: any Error, after patience: Duration) async throws {
    for pace in paces { await pace.stop(error) }
    try await Task.sleep(for: patience)
    transport?.cancel()
  }
}
