import Command
import Foundation
import Judging
import Published
import Runs
import Statistics

/// Results in the formats of other programs, beside Plumb's own records; each is written by the type
/// that reads it.
struct JudgeExport {
  private let input: JudgingInput
  private let summary: JudgingSummary
  private let template: String
  private let turn: Int
  private let directory: JudgingDirectory

  init(
    _ input: JudgingInput, _ summary: JudgingSummary, template: String, turn: Int?,
    directory: JudgingDirectory
  ) {
    self.turn = turn ?? 1
    self.input = input
    self.summary = summary
    self.template = template
    self.directory = directory
  }

  /// Why a format cannot hold these judgments without saying something else; nil where it can.
  ///
  /// Arena-Hard and MT-bench have one written verdict for each of two orders and no other.
  func objection(to format: String, _ all: [JudgedPair]) -> String? {
    guard ["arena-hard", "mt-bench"].contains(format) else { return nil }
    let pairs = all.filter { $0.canary == nil }
    let rows = zip(zip(input.pairs, input.rows), pairs).map { ExportRow($0.0, $0.1, $1) }
    let isWhole = rows.allSatisfy { row in
      // Without a verdict it is written as missing.
      guard let found = row.judged.judgment.preference else { return true }
      guard let asked = row.asked?.preference, let other = row.swapped?.preference,
        [0, 0.5, 1].contains(asked), [0, 0.5, 1].contains(other)
      else { return false }
      // A judgment is of what it was shown first.
      let swapped = 1 - other
      // MT-bench takes whatever is no agreement for a tie.
      let held = format == "arena-hard" || asked == swapped ? (asked + swapped) / 2 : 0.5
      return abs(found - held) < 1e-12
    }
    return isWhole
      ? nil
      : "\(format) has one written verdict for each of two orders, and cannot hold what a jury, "
        + "repetitions, probabilities, half a win or one order alone say; take jsonl or alpaca-eval"
  }

  /// - Parameter all: the judged pairs, canaries included, which no format holds.
  func write(_ format: String, _ all: [JudgedPair]) throws {
    let pairs = all.filter { $0.canary == nil }
    // A judging that was stopped has fewer judgments than rows, and not always the first ones.
    guard pairs.count == input.pairs.count else { return }
    let rows = zip(zip(input.pairs, input.rows), pairs).map { ExportRow($0.0, $0.1, $1) }
    switch format {
    case "alpaca-eval": try save("annotations.json", AlpacaAnnotation.text(rows.map(alpaca)))
    case "arena-hard": try save("arena-hard.jsonl", ArenaJudgment.text(rows.map(arena)))
    case "mt-bench": try save("mt-bench.jsonl", PairJudgment.text(rows.map(bench)))
    case "jsonl": try save("comparisons.jsonl", ComparisonRow.text(rows.map(plain)))
    default: try save("comparisons.csv", table(rows))
    }
  }

  private func save(_ name: String, _ text: String) throws {
    try AtomicFile.write(Data(text.utf8), to: directory.url.appending(path: name))
  }

  // MARK: Formats

  /// The second file is AlpacaEval's baseline.
  private func alpaca(_ row: ExportRow) -> AlpacaAnnotation {
    AlpacaAnnotation(
      instruction: row.pair.prompt.words, dataset: row.row.dataset, baselineOutput: row.pair.second,
      baseline: summary.second, modelOutput: row.pair.first, model: summary.first,
      annotator: summary.judge, preference: row.judged.judgment.preference,
      price: row.judged.judgment.cost,
      completion: row.replies.isEmpty ? nil : row.replies.joined(separator: "\n\n"))
  }

  /// In Arena-Hard's game 1 the baseline is A, in game 2 the model.
  private func arena(_ row: ExportRow) -> ArenaJudgment {
    let isMissing = row.judged.judgment.preference == nil
    func verdict(_ judgment: Judgment?, modelIsFirst: Bool) -> GradedVerdict? {
      isMissing
        ? nil
        : judgment?.verdict.flatMap {
          GradedVerdict(ExportRow.level($0), modelIsFirst: modelIsFirst)
        }
    }
    return ArenaJudgment(
      question: row.judged.id, model: summary.first, judge: summary.judge,
      category: row.row.dataset, baseline: summary.second,
      verdicts: [
        verdict(row.swapped, modelIsFirst: false), verdict(row.asked, modelIsFirst: true),
      ], texts: [row.swapped?.reply ?? "", row.asked?.reply ?? ""])
  }

  /// In MT-bench's game 1 the first model is A.
  private func bench(_ row: ExportRow) -> PairJudgment {
    let isMissing = row.judged.judgment.preference == nil
    func winner(_ share: Double?) -> PairJudgment.Winner {
      guard let share, !isMissing else { return .error }
      return share > 0.5 ? .first : share < 0.5 ? .second : .tie
    }
    return PairJudgment(
      question: "\(row.row.number)", first: summary.first, second: summary.second,
      judge: [summary.judge, template], direct: winner(row.asked?.preference),
      swapped: winner((row.swapped?.preference).map { 1 - $0 }), turn: turn,
      prompts: [row.pair.prompt.words, row.pair.prompt.words],
      texts: [row.asked?.reply, row.swapped?.reply],
      // Results do not depend on the clock.
      time: 0)
  }

  private func plain(_ row: ExportRow) -> ComparisonRow {
    ComparisonRow(
      id: row.judged.id, prompt: row.pair.prompt.words, outputs: [row.pair.first, row.pair.second],
      models: [summary.first, summary.second], judge: summary.judge,
      state: row.judged.judgment.state.rawValue, preference: row.judged.judgment.preference,
      replies: row.replies)
  }

  private func table(_ rows: [ExportRow]) -> String {
    let header = [
      "id", "model_a", "model_b", "judge", "state", "preference", "length_a", "length_b",
    ]
    return DelimitedTable.text(
      header: header,
      rows: rows.map { row in
        let judgment = row.judged.judgment
        return [
          row.judged.id, summary.first, summary.second, summary.judge, judgment.state.rawValue,
          judgment.preference.map { "\($0)" } ?? "", "\(row.judged.lengths[0])",
          "\(row.judged.lengths[1])",
        ].map(Self.harmless)
      })
  }

  /// What a spreadsheet would take for a formula is led by an apostrophe.
  private static func harmless(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
    return isFormula && Double(text) == nil ? "'" + text : text
  }
}
