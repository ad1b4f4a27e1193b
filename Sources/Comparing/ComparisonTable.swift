import Command
import Report
import Statistics

/// A comparison as tables of a terminal: all of it, or the ranking alone.
public struct ComparisonTable {
  private let comparison: Comparison
  /// What is ranked, as `methods`.
  private let subject: String

  public init(_ comparison: Comparison, of subject: String) {
    self.comparison = comparison
    self.subject = subject
  }

  /// Everything: ranking, pairs, and how the numbers were made.
  public func show(_ output: Output) {
    showRanking(output)
    if !comparison.contrasts.isEmpty {
      output.print("")
      output.print(pairs)
    }
    output.print("")
    for line in comparison.remarks { output.print(line) }
  }

  /// What was compared on what, and the ranks.
  ///
  /// - Parameter most: rows that are shown; nil for all.
  public func showRanking(_ output: Output, most: Int? = nil) {
    let prompts = comparison.prompts.count
    output.print(
      "\(comparison.standings.count) \(subject) on \(prompts) prompt\(prompts == 1 ? "" : "s"), "
        + "by \(comparison.yardstick == .reward ? "mean reward" : "what the judge says"), with "
        + "\(percent) % intervals")
    if comparison.omittedPrompts > 0 || comparison.omittedSamples > 0 {
      output.print(
        "left out: \(comparison.omittedPrompts) prompts that not all answered, "
          + "\(comparison.omittedSamples) completions without a "
          + (comparison.yardstick == .reward ? "finite reward" : "verdict"))
    }
    output.print("")
    output.print(ranking(most))
    let rest = comparison.standings.count - (most ?? comparison.standings.count)
    if rest > 0 { output.print("… and \(rest) more") }
  }

  private var percent: String { IntervalBasis.percent(comparison.confidence) }

  private func ranking(_ most: Int?) -> TextTable {
    let isShare = comparison.yardstick.isShare
    var table = TextTable([
      ("rank", .right), ("name", .left), ("seeds", .right),
      (comparison.yardstick.title, .right),
      ("interval", .left),
    ])
    for standing in comparison.standings.prefix(most ?? .max) {
      let reward = PrintedEstimate(standing.reward, isShare: isShare)
      table.append([
        Self.ranks(standing.ranks), ForeignText.printable(standing.name),
        "\(standing.reward.seeds)", reward.value + (isShare ? " %" : ""), reward.interval ?? "",
      ])
    }
    return table
  }

  private var pairs: TextTable {
    let isShare = comparison.yardstick.isShare
    // Of two shares against one opponent no win rate between the two follows.
    let wins: [(heading: String, alignment: TextTable.Alignment)] =
      isShare ? [] : [("wins", .right), ("interval", .left)]
    var table = TextTable(
      [("first", .left), ("second", .left), ("difference", .right), ("interval", .left)] + wins
        + [("p", .right), ("Holm p", .right)])
    for contrast in comparison.contrasts {
      let difference = PrintedEstimate(contrast.difference, isShare: isShare)
      let wins = PrintedEstimate(contrast.winRate, isShare: true)
      table.append(
        [
          ForeignText.printable(contrast.first), ForeignText.printable(contrast.second),
          difference.value + (isShare ? " %" : ""), difference.interval ?? "",
        ] + (isShare ? [] : [wins.value + " %", wins.interval ?? ""])
          + [Numeral.probability(contrast.pValue), Numeral.probability(contrast.correctedPValue)])
    }
    return table
  }

  /// Which pairs the comparison does not tell apart, in one line.
  public var unresolved: String {
    if let reason = comparison.unranked { return "No ranks: \(reason)." }
    let all = comparison.contrasts
    // Of so many nobody reads a line for each pair; ranks say as much.
    guard !all.isEmpty else { return "Where ranks overlap, methods are not told apart." }
    let open = all.filter { $0.correctedPValue > 1 - comparison.confidence }
    if open.isEmpty {
      return all.count == 1
        ? "The two are told apart at \(percent) %."
        : "All \(all.count) pairs are told apart at \(percent) %."
    }
    let named = open.prefix(6).map { ForeignText.printable("\($0.first) and \($0.second)") }
    let more = open.count - named.count
    return "Not told apart at \(percent) %, \(open.count) of \(all.count) pairs: "
      + named.joined(separator: ", ") + (more > 0 ? ", and \(more) more" : "") + "."
  }

  /// `1–3`; `?` where none holds.
  public static func ranks(_ ranks: ClosedRange<Int>?) -> String {
    guard let ranks else { return "?" }
    return ranks.count == 1 ? "\(ranks.lowerBound)" : "\(ranks.lowerBound)–\(ranks.upperBound)"
  }
}
