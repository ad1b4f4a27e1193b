import Foundation
import Judging
import Runs

/// Results in the formats of other programs, beside Plumb's own records.
struct JudgeExport {
  private let input: JudgingInput
  private let summary: JudgingSummary
  private let template: String
  private let directory: JudgingDirectory

  init(
    _ input: JudgingInput, _ summary: JudgingSummary, template: String,
    directory: JudgingDirectory
  ) {
    self.input = input
    self.summary = summary
    self.template = template
    self.directory = directory
  }

  /// - Parameter all: the judged pairs, canaries included, which no format holds.
  func write(_ format: String, _ all: [JudgedPair]) throws {
    let pairs = all.filter { $0.canary == nil }
    // A judging that was stopped has fewer judgments than rows, and not always the first ones.
    guard pairs.count == input.pairs.count else { return }
    let rows = zip(zip(input.pairs, input.rows), pairs).map { ExportRow($0.0, $0.1, $1) }
    switch format {
    case "alpaca-eval": try save("annotations.json", json(rows.map(alpaca), isList: true))
    case "arena-hard": try save("arena-hard.jsonl", json(rows.map(arena), isList: false))
    case "mt-bench": try save("mt-bench.jsonl", json(rows.map(bench), isList: false))
    case "jsonl": try save("comparisons.jsonl", json(rows.map(plain), isList: false))
    default: try save("comparisons.csv", table(rows))
    }
  }

  private func save(_ name: String, _ text: String) throws {
    try AtomicFile.write(Data(text.utf8), to: directory.url.appending(path: name))
  }

  private func json(_ rows: [[String: ExportValue]], isList: Bool) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let lines = try rows.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    return isList
      ? "[\n" + lines.joined(separator: ",\n") + "\n]\n" : lines.map { $0 + "\n" }.joined()
  }

  // MARK: Formats

  /// AlpacaEval's annotations: `output_1` is the baseline, preference from 1 (baseline) to 2 (model).
  private func alpaca(_ row: ExportRow) -> [String: ExportValue] {
    [
      "instruction": .text(row.pair.prompt), "dataset": .optional(row.row.dataset),
      "output_1": .text(row.pair.second), "generator_1": .text(summary.second),
      "output_2": .text(row.pair.first), "generator_2": .text(summary.first),
      "annotator": .text(summary.judge),
      "preference": .number(row.judged.judgment.preference.map { $0 + 1 }),
      "price_per_example": .number(row.judged.judgment.cost), "time_per_example": .number(nil),
      "raw_completion": .optional(
        row.replies.isEmpty ? nil : row.replies.joined(separator: "\n\n")),
    ]
  }

  /// Arena-Hard's judgments: in game 1 the baseline is A, in game 2 the model.
  private func arena(_ row: ExportRow) -> [String: ExportValue] {
    func game(_ judgment: Judgment?) -> ExportValue {
      .object([
        "score": .optional(judgment?.verdict.map(ExportRow.level)),
        "judgment": .object(["answer": .optional(judgment?.reply)]), "prompt": .list([]),
      ])
    }
    return [
      "uid": .text(row.judged.id), "category": .optional(row.row.dataset),
      "judge": .text(summary.judge), "model": .text(summary.first),
      "baseline": .text(summary.second), "games": .list([game(row.swapped), game(row.asked)]),
    ]
  }

  /// MT-bench's pairs: in game 1 `model_1` is A.
  private func bench(_ row: ExportRow) -> [String: ExportValue] {
    func winner(_ judgment: Judgment?, _ first: String, _ second: String) -> ExportValue {
      guard let share = judgment?.preference else { return .text("error") }
      return .text(share > 0.5 ? first : share < 0.5 ? second : "tie")
    }
    return [
      "question_id": .whole(row.row.number), "model_1": .text(summary.first),
      "model_2": .text(summary.second),
      "g1_winner": winner(row.asked, "model_1", "model_2"),
      "g2_winner": winner(row.swapped, "model_2", "model_1"),
      "judge": .list([.text(summary.judge), .text(template)]),
      "g1_user_prompt": .text(row.pair.prompt), "g1_judgment": .optional(row.asked?.reply),
      "g2_user_prompt": .text(row.pair.prompt), "g2_judgment": .optional(row.swapped?.reply),
      // Results do not depend on the clock.
      "turn": .whole(1), "tstamp": .number(0),
    ]
  }

  private func plain(_ row: ExportRow) -> [String: ExportValue] {
    [
      "id": .text(row.judged.id), "prompt": .text(row.pair.prompt),
      "output_a": .text(row.pair.first), "output_b": .text(row.pair.second),
      "model_a": .text(summary.first), "model_b": .text(summary.second),
      "judge": .text(summary.judge), "state": .text(row.judged.judgment.state.rawValue),
      "preference": .number(row.judged.judgment.preference),
      "replies": .list(row.replies.map(ExportValue.text)),
    ]
  }

  private func table(_ rows: [ExportRow]) -> String {
    let head = "id,model_a,model_b,judge,state,preference,length_a,length_b\n"
    return head
      + rows.map { row in
        let judgment = row.judged.judgment
        let cells = [
          row.judged.id, summary.first, summary.second, summary.judge, judgment.state.rawValue,
          judgment.preference.map { "\($0)" } ?? "", "\(row.judged.lengths[0])",
          "\(row.judged.lengths[1])",
        ]
        return cells.map(Self.cell).joined(separator: ",") + "\n"
      }.joined()
  }

  /// RFC 4180; a cell that a spreadsheet would take for a formula is led by an apostrophe.
  private static func cell(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
    let text = isFormula && Double(text) == nil ? "'" + text : text
    let isPlain = !text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
    return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
