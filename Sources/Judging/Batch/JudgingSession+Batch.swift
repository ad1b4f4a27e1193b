import Foundation
import HTTP
import Runs

extension JudgingSession {
  /// Takes answers from a folder of batch files onto the ledger, and writes what is still to be asked;
  /// nothing is sent.
  nonisolated(nonsending) public func batch(_ questions: [JudgeQuestion], in folder: URL)
    async throws -> BatchState
  {
    let files = BatchFiles(folder: folder)
    var (results, repeated) = try files.results()
    var state = BatchState()
    state.repeated = repeated
    var left: [BatchFiles.Asked] = []
    var seen: Set<String> = []
    for (single, question) in try assembly.judge(recorder: ledger).expanded(all: questions) {
      guard let judge = single as? RemoteJudge else { continue }
      let key = try judge.key(of: question)
      guard seen.insert(key).inserted else { continue }
      let result = results.removeValue(forKey: key)
      if await ledger.answer(to: key) != nil { continue }
      if let known = try await cache?.judgment(of: key) {
        try await ledger.remember(known, under: key)
        continue
      }
      if case .answered(let body) = result,
        let judgment = try judge.judgment(ofBatched: body, to: question)
      {
        // As a request that was sent once and answered.
        _ = try await ledger.willSend(key, attempt: 1)
        try await ledger.answered(key, with: judgment)
        try await cache?.keep(judgment, under: key)
        var spent = Spending()
        spent.requests = 1
        if let usage = judgment.usage { spent.usage = usage }
        spent.cost = judgment.cost
        await assembly.meter.add(spent)
        state.read += 1
        continue
      }
      if result != nil { state.failed += 1 }
      left.append(BatchFiles.Asked(judge: judge, question: question, key: key))
    }
    state.foreign = results.count
    state.left = left.count
    try await ledger.sync()
    try files.write(left)
    return state
  }
}

extension Judge {
  fileprivate func expanded(
    all questions: [JudgeQuestion]
  ) -> [(judge: any Judge, question: JudgeQuestion)] {
    questions.flatMap(expanded)
  }
}
