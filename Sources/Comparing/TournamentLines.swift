import Command
import Report
import Runs
import Statistics

/// What a tournament found, as tables of a terminal or lines for programs.
struct TournamentLines {
  private let record: TournamentRecord
  private let folder: String

  init(_ record: TournamentRecord, folder: String) {
    self.record = record
    self.folder = folder
  }

  private struct Line<Value: Encodable>: Encodable {
    let kind: String
    let tournament: Value
  }

  private struct Whole: Encodable {
    let judge: String
    let goal: String
    let resolved: Bool
    let circle: Bool
    let comparisons: Int
    let possible: Int
    let confidence: Double
    let margin: Double?
    let fooledBy: [CanaryKind]
  }

  func show(_ output: Output) throws {
    if output.givesRecords { return try showJSON(output) }
    guard record.fooledBy.isEmpty else {
      output.print(
        ForeignText.printable(
          "\(record.judge) \(CanaryKind.warning(record.fooledBy)): nothing else was asked"))
      return
    }
    let state =
      record.isResolved
      ? record.goal == "ranking" ? "their order is resolved" : "\(record.goal) is resolved"
      : record.hasCircle
        ? "no order: what the judge prefers goes in a circle" : "\(record.goal) is not resolved"
    output.print(
      ForeignText.printable(
        "\(record.systems.count) systems, \(Numeral.count(record.comparisons)) of "
          + "\(Numeral.count(record.possible)) comparisons judged by \(record.judge): \(state)"))
    output.print("")
    var table = TextTable([
      ("rank", .right), ("system", .left), ("rating", .right), ("comparisons", .right),
      ("won", .right),
    ])
    for system in record.systems {
      let ranks =
        system.ranks[0] == system.ranks[1]
        ? "\(system.ranks[0])" : "\(system.ranks[0])–\(system.ranks[1])"
      table.append([
        ranks, ForeignText.printable(system.name), Numeral.fixed(system.rating, decimals: 0),
        Numeral.count(system.comparisons),
        Percent.value(system.scored == 0 ? nil : system.won / Double(system.scored)),
      ])
    }
    output.print(table)
    output.print("")
    var pairs = TextTable([
      ("first", .left), ("second", .left), ("comparisons", .right), ("won", .right), ("", .left),
    ])
    for pair in record.pairs where pair.comparisons > 0 {
      pairs.append([
        ForeignText.printable(pair.first), ForeignText.printable(pair.second),
        Numeral.count(pair.comparisons),
        Percent.value(pair.scored == 0 ? nil : pair.won / Double(pair.scored)),
        pair.decision == nil && isInferred(pair) ? "follows from others" : words(pair.decision),
      ])
    }
    output.print(pairs)
    output.print("")
    let inferred = record.pairs.count { $0.decision == nil && isInferred($0) }
    if inferred > 0 {
      output.print(
        "\(inferred) of \(record.pairs.count) pairs were not decided themselves: their order follows "
          + "from others, and a circle among them would not show.")
    }
    output.print(
      "Ranks hold together with \(IntervalBasis.percent(record.confidence)) % confidence whenever one "
        + "looks, if preferences go in no circles; ratings and shares are of pairs that were chosen, and "
        + "have no interval.")
    output.print("judgments: \(ForeignText.printable(folder))")
  }

  /// Whether the ranks tell two systems apart.
  private func isInferred(_ pair: TournamentRecord.Pair) -> Bool {
    guard let first = record.systems.first(where: { $0.name == pair.first })?.ranks,
      let second = record.systems.first(where: { $0.name == pair.second })?.ranks
    else { return false }
    return first[1] < second[0] || second[1] < first[0]
  }

  private func words(_ decision: String?) -> String {
    switch decision {
    case "above": "first is preferred"
    case "below": "second is preferred"
    case "equivalent": "equal within the margin"
    default: "not decided"
    }
  }

  private func showJSON(_ output: Output) throws {
    try output.print(
      json: Line(
        kind: "tournament",
        tournament: Whole(
          judge: record.judge, goal: record.goal, resolved: record.isResolved,
          circle: record.hasCircle, comparisons: record.comparisons, possible: record.possible,
          confidence: record.confidence, margin: record.margin, fooledBy: record.fooledBy)))
    for system in record.systems {
      try output.print(json: Line(kind: "tournament system", tournament: system))
    }
    for pair in record.pairs {
      try output.print(json: Line(kind: "tournament pair", tournament: pair))
    }
  }
}
