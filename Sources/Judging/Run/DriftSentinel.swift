import Runs
import Statistics

/// Asks some old answers again before new ones come beside them: servers change what stands behind a
/// name, and then a win rate would mix two judges.
struct DriftSentinel {
  /// The share of answers to the same question that agree of a judge that has not changed, at
  /// temperature 0: below 1, since servers batch questions and round differently.
  static let expected = 0.95

  let judge: any Judge
  let ledger: Ledger
  let cache: AnswerCache?
  let settings: JudgingSettings

  private struct Known: Sendable {
    let judge: RemoteJudge
    let question: JudgeQuestion
    let key: String
    let answer: Judgment
  }

  /// - Parameters:
  ///   - questions: of the judging, canaries among them.
  ///   - share: of the old answers, 0 … 1; one at least is asked again.
  /// - Returns: nil where there are no old answers of servers, or no new ones to come.
  func perform(
    _ questions: [JudgeQuestion], share: Double, interruption: () -> (any Error)?
  ) async throws -> DriftRecord? {
    guard share > 0 else { return nil }
    var known: [Known] = []
    var seen: Set<String> = []
    var isContinued = false
    for (single, question) in questions.flatMap(judge.expanded) {
      guard let remote = single as? RemoteJudge else { continue }
      let key = try remote.key(of: question)
      guard seen.insert(key).inserted else { continue }
      var answer = await ledger.answer(to: key)
      if answer == nil { answer = try await cache?.judgment(of: key) }
      guard let answer else {
        isContinued = true
        continue
      }
      if answer.state == .verdict {
        known.append(Known(judge: remote, question: question, key: key, answer: answer))
      }
    }
    guard isContinued, !known.isEmpty else { return nil }
    let all = known.count
    var generator = SeededGenerator(seed: settings.seed)
    let count = min(all, max(1, Int((share * Double(all)).rounded(.up))))
    for place in 0..<count { known.swapAt(place, place + generator.index(below: all - place)) }
    var same: [Double] = []
    for start in stride(from: 0, to: count, by: settings.transport.concurrency) {
      if let error = interruption() { throw error }
      let part = Array(known[start..<min(start + settings.transport.concurrency, count)])
      let answers = try await Together.judgments(part.count) { place in
        (Again(known: part[place], ledger: ledger), part[place].question)
      }
      for (one, answer) in zip(part, answers) where answer.state != .failed {
        same.append(Self.isSame(one.answer, answer) ? 1 : 0)
      }
    }
    guard !same.isEmpty else { return nil }
    let agreed = same.count { $0 == 1 }
    let expected = settings.temperature == 0 ? Self.expected : nil
    return DriftRecord(
      known: all, asked: same.count, agreed: agreed,
      agreement: Inference(confidence: settings.confidence).share(same.map { [$0] })
        .map(JudgedShare.init), expected: expected,
      isAlarming: expected.map {
        DriftTest.isAlarming(agreed: agreed, of: same.count, expected: $0)
      } ?? false)
  }

  /// Whether two answers decide alike; one without a verdict does not.
  private static func isSame(_ one: Judgment, _ other: Judgment) -> Bool {
    func side(_ share: Double) -> Int { share > 0.5 ? 1 : share < 0.5 ? -1 : 0 }
    if let first = one.preference, let second = other.preference {
      return side(first) == side(second)
    }
    return one.verdict?.score != nil && one.verdict?.score == other.verdict?.score
  }

  /// Asks a question whose answer is known, unless it was asked again before.
  private struct Again: Judge {
    let known: Known
    let ledger: Ledger

    var identity: JudgeIdentity { known.judge.identity }

    func judge(_ question: JudgeQuestion) async throws -> Judgment {
      if let answer = await ledger.answer(to: Rechecking.key(known.key)) { return answer }
      return try await known.judge.judge(question)
    }
  }
}

/// Keeps account of questions that are asked again, apart from their first answers.
struct Rechecking: AttemptRecorder {
  let ledger: Ledger

  static func key(_ key: String) -> String { "again:" + key }

  func willSend(_ key: String, attempt: Int) async throws -> Bool {
    try await ledger.willSend(Self.key(key), attempt: attempt)
  }

  func lost(_ key: String, attempt: Int, reason: String, mayBeBilled: Bool) async throws {
    try await ledger.lost(
      Self.key(key), attempt: attempt, reason: reason, mayBeBilled: mayBeBilled)
  }

  func answered(_ key: String, with judgment: Judgment) async throws {
    try await ledger.answered(Self.key(key), with: judgment)
  }

  func withdraw(_ keys: [String], reason: String) async throws {
    try await ledger.withdraw(keys.map(Self.key), reason: reason)
  }

  func learned(_ lesson: DialectBook.Lesson) async throws { try await ledger.learned(lesson) }
}
