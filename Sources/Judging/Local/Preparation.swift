/// Lets judges whose models lie in this process answer everything that they will be asked.
///
/// Questions are answered in batches whose members depend on the list of questions alone, so that a
/// judging which was stopped ends with the bytes of one that was not. What is on the ledger or in
/// the shared file of answers stays as it is.
struct Preparation {
  /// Questions that are answered together; what an interruption loses at most.
  static let batch = 16

  let ledger: Ledger
  let cache: AnswerCache?
  let meter: Meter

  /// One question of one model.
  struct Asked {
    let key: String
    let question: JudgeQuestion
    /// The place of the first question that it is a part of.
    let owner: Int
  }

  /// - Parameters:
  ///   - judge: the whole judge, which says what its parts are asked.
  ///   - interruption: why the user wants to stop; asked before every batch.
  /// - Returns: why it did not come to the end; nil where it did.
  nonisolated(nonsending) func answer(
    _ questions: [JudgeQuestion], for judge: any Judge, by models: [any BatchJudge],
    interruption: () -> (any Error)?, progress: (JudgingRun.Progress) async -> Void
  ) async throws -> (any Error)? {
    let asked = try models.map { try Self.asked(questions, judge, $0) }
    let start = ContinuousClock.now
    // Of whole questions, as whoever asks them counts, not of their parts.
    var state = JudgingRun.Progress(
      done: 0, total: questions.count, failed: 0, elapsed: .zero)
    // The first answers may take minutes.
    if asked.contains(where: { !$0.isEmpty }) { await progress(state) }
    var failed: Set<Int> = []
    for (place, (model, parts)) in zip(models, asked).enumerated() {
      for first in stride(from: 0, to: parts.count, by: Self.batch) {
        let batch = Array(parts[first..<min(first + Self.batch, parts.count)])
        let missing = try await missing(batch)
        if !missing.isEmpty {
          if let error = interruption() { return error }
          failed.formUnion(try await answer(batch, missing, by: model))
        }
        let next = first + batch.count
        let whole = next < parts.count ? parts[next].owner : questions.count
        state.done = (place * questions.count + whole) / models.count
        state.failed = failed.count
        state.elapsed = .now - start
        await progress(state)
      }
    }
    return nil
  }

  /// What a model is asked, each question once, in the order of the questions.
  static func asked(
    _ questions: [JudgeQuestion], _ judge: any Judge, _ model: any BatchJudge
  ) throws -> [Asked] {
    var seen: Set<String> = []
    var asked: [Asked] = []
    for (owner, question) in questions.enumerated() {
      for (leaf, single) in judge.expanded(question) where leaf.identity == model.identity {
        let key = try model.identity.key(of: single)
        if seen.insert(key).inserted {
          asked.append(Asked(key: key, question: single, owner: owner))
        }
      }
    }
    return asked
  }

  /// The places in a batch whose answers are neither on the ledger nor in the shared file.
  nonisolated(nonsending) private func missing(_ batch: [Asked]) async throws -> [Int] {
    var places: [Int] = []
    for (place, asked) in batch.enumerated() {
      if await ledger.answer(to: asked.key) != nil { continue }
      if let known = try await cache?.judgment(of: asked.key) {
        try await ledger.remember(known, under: asked.key)
        await meter.countRemembered()
      } else {
        places.append(place)
      }
    }
    return places
  }

  /// - Returns: whose new answers are no verdicts.
  nonisolated(nonsending) private func answer(
    _ batch: [Asked], _ missing: [Int], by model: any BatchJudge
  ) async throws -> [Int] {
    let objections = try missing.map { try model.objection(to: batch[$0].question) }
    // The whole batch, so that an answer does not depend on what was known before.
    let found =
      objections.contains(nil) ? try model.judgments(of: batch.map(\.question)) : []
    var failed: [Int] = []
    for (place, objection) in zip(missing, objections) {
      let judgment = objection ?? found[place]
      try await ledger.answered(batch[place].key, with: judgment)
      try await cache?.keep(judgment, under: batch[place].key)
      if judgment.state != .verdict { failed.append(batch[place].owner) }
    }
    return failed
  }
}
