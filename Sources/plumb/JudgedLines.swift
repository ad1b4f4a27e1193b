import Command
import Report
import Runs
import Statistics

/// What judges said of a run's policies, as tables of a terminal or lines for programs.
struct JudgedLines {
  private let report: JudgingReport
  private let confidence: Double
  /// Put before each name, to tell apart policies of several runs.
  private let prefix: String

  /// Nil where nobody judged anything.
  init?(_ input: ReportInput, prefix: String) {
    guard let report = input.judging, !report.comparisons.isEmpty else { return nil }
    self.report = report
    confidence = input.evaluation.confidence
    self.prefix = prefix
  }

  func show(_ output: Output) throws {
    if output.givesRecords {
      for comparison in report.comparisons {
        try output.print(
          json: RateLine(comparison.summary, judge: report.judge.name, prefix: prefix))
      }
      for one in report.differences ?? [] {
        try output.print(json: DifferenceLine(one, judge: report.judge.name, prefix: prefix))
      }
      return
    }
    output.print(
      ForeignText.printable(
        "judged by \(report.judge.name), a tie being half a win; "
          + "\(IntervalBasis.percent(confidence)) % intervals"))
    output.print("")
    output.print(rates)
    for line in footnotes { output.print(ForeignText.printable(line)) }
    guard let differences = report.differences, !differences.isEmpty else { return }
    output.print("")
    output.print(
      "differences of win rates against one opponent, paired by prompt; p corrected by Holm for "
        + (differences.count == 1 ? "one" : "all \(differences.count)"))
    output.print("")
    output.print(JudgedDifferenceTable.of(differences, prefix: prefix))
  }

  private var rates: TextTable {
    var table = TextTable([
      ("first", .left), ("second", .left), ("win rate", .right), ("interval", .left),
      ("wins", .right), ("ties", .right), ("losses", .right), ("no verdict", .right),
    ])
    for summary in report.comparisons.map(\.summary) {
      let result = summary.shownResult
      table.append([
        ForeignText.printable(prefix + summary.first),
        ForeignText.printable(prefix + summary.second),
        summary.alarms.isEmpty ? Percent.value(result?.winRate?.value) : "✗",
        Percent.interval(result?.winRate), result.map { "\($0.wins)" } ?? "",
        result.map { "\($0.ties)" } ?? "", result.map { "\($0.losses)" } ?? "",
        result.map { "\($0.missing.values.reduce(0, +))" } ?? "",
      ])
    }
    return table
  }

  /// What a sign of the table means, and win rates corrected by people's labels.
  private var footnotes: [String] {
    let summaries = report.comparisons.map(\.summary)
    let alarms = summaries.flatMap(\.alarms)
    let fooled = CanaryKind.allCases.filter(alarms.contains)
    let legend =
      fooled.isEmpty ? [] : ["✗: no win rate, for the judge \(CanaryKind.warning(fooled))"]
    let corrected = summaries.compactMap { summary in
      summary.alarms.isEmpty
        ? summary.corrected.map {
          "\(prefix + summary.first) against \(prefix + summary.second), corrected: "
            + "\(Percent.text($0.rate)) by \($0.words)"
        } : nil
    }
    return legend + corrected
  }

  private struct RateLine: Encodable {
    let kind = "judged"
    let first: String
    let second: String
    let judge: String
    let prompts: Int
    /// Nil where canaries fooled the judge.
    let result: WinSummary?
    let fooledBy: [String]
    let looks: JudgingSummary.Looks?
    let corrected: CorrectedRate?

    init(_ summary: JudgingSummary, judge: String, prefix: String) {
      first = prefix + summary.first
      second = prefix + summary.second
      self.judge = judge
      prompts = summary.prompts
      result = summary.shownResult
      fooledBy = summary.alarms.map(\.rawValue)
      looks = summary.looks
      corrected = summary.alarms.isEmpty ? summary.corrected : nil
    }
  }
}

/// A paired difference of win rates as `--json` prints it.
struct DifferenceLine: Encodable {
  let kind = "judged difference"
  let judge: String
  let difference: JudgedDifference
  let verdict: String

  init(_ difference: JudgedDifference, judge: String, prefix: String = "") {
    var difference = difference
    difference.first = prefix + difference.first
    difference.second = prefix + difference.second
    difference.opponent = prefix + difference.opponent
    self.judge = judge
    self.difference = difference
    verdict = difference.verdict
  }
}

/// Paired differences of win rates as a terminal's table.
enum JudgedDifferenceTable {
  static func of(_ differences: [JudgedDifference], prefix: String = "") -> TextTable {
    var table = TextTable([
      ("first", .left), ("second", .left), ("against", .left), ("difference", .right),
      ("interval", .left), ("p", .right), ("Holm p", .right), ("", .left),
    ])
    for one in differences {
      table.append([
        ForeignText.printable(prefix + one.first), ForeignText.printable(prefix + one.second),
        ForeignText.printable(prefix + one.opponent),
        Percent.value(one.difference.value), Percent.interval(one.difference),
        Numeral.probability(one.pValue), Numeral.probability(one.correctedPValue),
        one.unresolved ?? "",
      ])
    }
    return table
  }
}
