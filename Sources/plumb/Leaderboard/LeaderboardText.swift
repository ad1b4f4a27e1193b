import Command
import Comparing
import Published
import Report
import Runs
import Statistics

/// A leaderboard as a table.
struct LeaderboardText {
  private let board: Leaderboard
  private let remark: String

  /// - Parameter remark: what rates at equal length may be compared with.
  init(_ board: Leaderboard, remark: String) {
    self.board = board
    self.remark = remark
  }

  func print(_ output: Output) {
    let entries = board.entries
    output.print(
      ForeignText.printable(
        "\(Numeral.count(entries.count)) model\(entries.count == 1 ? "" : "s") against "
          + board.baselines.joined(separator: ", ") + ", judged by \(board.judge)"
          + "; \(board.confidence) % intervals over prompts"))
    output.print("")
    output.print(table)
    output.print("")
    if !board.differences.isEmpty {
      output.print(JudgedDifferenceTable.of(board.differences))
      output.print("")
    }
    for line in notes { output.print(ForeignText.printable(line)) }
  }

  private var table: TextTable {
    let extras = self.extras
    var table = TextTable(
      [
        ("rank", .right), ("model", .left), ("win rate", .right), ("interval", .left),
        ("prompts", .right), ("missing", .right),
      ] + extras.flatMap { [($0.name, .right), ("interval", .left)] })
    var place = 0
    for entry in board.entries {
      var ranks: ClosedRange<Int>?
      if entry.winRate != nil {
        ranks = board.ranks.ranges.map { $0[place] }
        place += 1
      }
      table.append(
        [
          ComparisonTable.ranks(ranks), ForeignText.printable(entry.matchUp.first),
          entry.member.fooledBy.isEmpty ? Percent.value(entry.winRate?.value) : "✗",
          Percent.interval(entry.winRate), Numeral.count(entry.shares.count),
          Numeral.count(entry.missing),
        ] + extras.flatMap { extra in [extra.value(entry), extra.interval(entry)] })
    }
    return table
  }

  /// A column that some entries have.
  private struct Extra {
    let name: String
    /// Arena-Hard prints its score without a unit.
    let isPlain: Bool
    let of: (LeaderboardEntry) -> Estimate?

    func value(_ entry: LeaderboardEntry) -> String {
      of(entry).map { isPlain ? Percent.number($0.value) : Percent.value($0.value) } ?? ""
    }

    func interval(_ entry: LeaderboardEntry) -> String { Percent.interval(of(entry)) }
  }

  private var extras: [Extra] {
    [
      Extra(name: "at equal length", isPlain: false) { $0.lengthControlled },
      Extra(name: "at equal style", isPlain: false) { $0.styleControlled },
      Extra(name: "Arena-Hard's score", isPlain: true) { $0.arenaHard },
    ].filter { extra in board.entries.contains { extra.of($0) != nil } }
  }

  private var notes: [String] {
    var notes: [String] = []
    switch board.ranks {
    case .hold where board.entries.count > 1:
      notes.append(
        "Ranks hold together with \(board.confidence) % confidence, on the \(board.shared) prompts all "
          + "share.")
    case .hold: break
    case .cannotHold(let reason):
      if board.entries.count > 1 { notes.append("No ranks: \(reason).") }
    }
    if !board.differences.isEmpty {
      notes.append(
        "Differences of win rates are paired by prompt, Holm p is corrected for all of them; not resolved: "
          + "the interval holds 0.")
    }
    if board.entries.contains(where: { $0.lengthControlled != nil }) { notes.append(remark) }
    for entry in board.entries {
      guard let objection = entry.lengthObjection else { continue }
      notes.append("\(entry.matchUp.first): no win rate at equal length: \(objection).")
    }
    if let remark = board.styleRemark { notes.append(remark) }
    if board.entries.contains(where: { $0.arenaHard != nil }) {
      notes.append(
        "Win rate: each prompt counts once, with the mean of its verdicts. Arena-Hard's score: every "
          + "verdict counts, an emphatic one three times.")
    }
    let isBare = extras.contains { extra in
      board.entries.contains { extra.of($0) != nil && extra.of($0)?.interval == nil }
    }
    if isBare {
      notes.append(
        "No interval beside a number: its verdicts are all alike or can be told by style alone, and "
          + "resamples have no spread.")
    }
    for entry in board.entries where !entry.member.fooledBy.isEmpty {
      notes.append(
        "\(entry.matchUp.first): judge \(entry.member.rater.name) "
          + "\(CanaryKind.warning(entry.member.fooledBy)); no win rate of it is shown.")
    }
    return notes + board.remarks.map(\.description)
  }
}
