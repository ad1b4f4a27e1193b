import Command
import Foundation
import Judging
import Runs
import Statistics

/// `plumb bench stopping`: how often judging that looks after every prompt decides, rightly or wrongly,
/// and what it saves; one JSON line a share, for `benchmarks/judged-evidence`.
///
/// Each judging goes through what the command goes through: the questions in their random order, a
/// computed judge in both orders, the looks, and the summary of what was seen.
struct StoppingBench {
  let runs: Int
  private let output = Output(format: .json, isQuiet: false)
  /// As many as AlpacaEval has.
  static let prompts = 805

  init(runs: Int) { self.runs = runs }

  struct Row: Encodable {
    let share: Double
    let ties: Double
    let runs: Int
    let decided: Double
    /// Decided for the wrong side, or at all where both are alike.
    let wrong: Double
    /// Upper end of the 95 % interval of `wrong`.
    let wrongAtMost: Double
    /// Intervals that leave the truth out.
    let missed: Double
    /// Prompts that were judged: mean, and of half of the runs at most.
    let mean: Double
    let median: Int
    /// Of all prompts.
    let saved: Double
  }

  /// - Parameter only: one of the true shares; nil for all.
  func run(only: Double? = nil) async throws {
    for (share, ties) in [(0.5, 0.0), (0.5, 0.3), (0.55, 0), (0.6, 0), (0.65, 0), (0.7, 0)]
    where only == nil || only == share {
      try output.print(json: try await row(share, ties))
    }
  }

  private func row(_ share: Double, _ ties: Double) async throws -> Row {
    let truth = share * (1 - ties) + ties / 2
    var (decided, wrong, missed) = (0, 0, 0)
    var judged: [Int] = []
    var generator = SeededGenerator(seed: 20_261_129)
    let judge = BothOrders(LengthJudge(prefersLonger: true))
    var settings = JudgingSettings(judges: ["longer"])
    settings.stop = JudgingStop()
    for run in 0..<runs {
      let pairs = (0..<Self.prompts).map { number in
        let isTie = generator.uniform() < ties
        let wins = generator.uniform() < share
        return JudgingPair(
          id: "\(number)", prompt: "prompt \(number)", first: isTie || wins ? "long" : "s",
          second: isTie || !wins ? "long" : "s")
      }
      let questions = JudgingQuestions(
        pairs, canaries: 0, seed: UInt64(run), stop: settings.stop)
      var looks = JudgingLooks(questions, settings)
      var judgments = [Judgment?](repeating: nil, count: questions.items.count)
      for place in judgments.indices {
        judgments[place] = try await judge.judge(questions.items[place].question)
        if looks?.isDecided(by: judgments) == true { break }
      }
      let seen = looks?.seen(judgments) ?? judgments
      let summary = JudgingSummary(
        first: "a", second: "b", judge: judge, questions.pairs(seen), looks: looks?.record)
      guard let found = summary.looks, let rate = summary.result?.winRate, let low = rate.low,
        let high = rate.high
      else { continue }
      judged.append(found.judged)
      if !(low <= truth && truth <= high) { missed += 1 }
      if let decision = found.decision {
        decided += 1
        if truth == 0.5 || decision != (truth > 0.5 ? .above : .below) { wrong += 1 }
      }
    }
    let count = Double(runs)
    let mean = Double(judged.reduce(0, +)) / count
    return Row(
      share: share, ties: ties, runs: runs, decided: Double(decided) / count,
      wrong: Double(wrong) / count,
      wrongAtMost: ExactShare.interval(successes: wrong, of: runs, confidence: 0.95)?.high ?? 1,
      missed: Double(missed) / count, mean: mean, median: judged.sorted()[judged.count / 2],
      saved: 1 - mean / Double(Self.prompts))
  }
}
