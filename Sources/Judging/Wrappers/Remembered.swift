import Runs

/// Asks a judge only what is neither on the run's ledger nor in the shared file of answers.
public struct Remembered: Judge {
  private let judge: any Judge
  private let ledger: Ledger
  private let cache: AnswerCache?
  private let meter: Meter

  /// - Parameter cache: nil where nothing is shared between runs.
  public init(_ judge: any Judge, ledger: Ledger, cache: AnswerCache?, meter: Meter) {
    self.judge = judge
    self.ledger = ledger
    self.cache = cache
    self.meter = meter
  }

  public var identity: JudgeIdentity { judge.identity }

  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    while true {
      let key = try judge.key(of: question)
      let found = try await ledger.judgment(
        key,
        remember: {
          guard let known = try await cache?.judgment(of: key) else { return nil }
          await meter.countRemembered()
          return known
        },
        ask: {
          guard let judgment = try await judge.judge(question, under: key) else { return nil }
          try await cache?.keep(judgment, under: key)
          return judgment
        })
      if let found { return found }
    }
  }

  public func key(of question: JudgeQuestion) throws -> String { try judge.key(of: question) }

  public func expanded(
    _ question: JudgeQuestion
  ) -> [(judge: any Judge, question: JudgeQuestion)] {
    judge.expanded(question)
  }
}
