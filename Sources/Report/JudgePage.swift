import Runs

/// The page of `plumb judge`: one comparison of two files.
public enum JudgePage {
  /// A pure function of its records.
  ///
  /// - Parameter comparisons: what every single judgment was about; nil for numbers alone.
  public static func render(
    _ report: JudgingReport, spending: Spending?, drift: DriftRecord? = nil,
    comparisons: JudgedComparison? = nil
  ) -> String {
    let names = report.comparisons.first.map { "\($0.summary.first) against \($0.summary.second)" }
    let title = "\(names ?? "Nothing"), judged"
    let section = JudgeSection(report: report, spending: spending, drift: drift) { $0 }
    var body: HTML =
      section.html.map { Figure.section(id: "judged", title: "Judged", $0) }
      ?? "<p class=\"empty\">There is no judgment to report on.</p>\n"
    var contents: HTML = "<li><a href=\"#judged\">Judged</a></li>"
    if let verdicts = comparisons.flatMap({ verdicts($0, report) }) {
      body += Figure.section(id: "comparisons", title: "Every comparison", verdicts)
      contents += "<li><a href=\"#comparisons\">Every comparison</a></li>"
    }
    return HTMLReport.page(
      title: title, contents: contents, lead: lead(report), body: body, style: VerdictSection.style
    ).source
  }

  private static func verdicts(_ comparison: JudgedComparison, _ report: JudgingReport) -> HTML? {
    let isShown = report.comparisons.first?.summary.shownResult != nil
    return VerdictSection(comparison: comparison, showsOutcomes: isShown).html
  }

  private static func lead(_ report: JudgingReport) -> HTML {
    guard let summary = report.comparisons.first?.summary else { return "" }
    guard let result = summary.shownResult else {
      return """
        <p class="lead">The judge \(text: CanaryKind.warning(summary.alarms)): its win rate is not \
        shown.</p>

        """
    }
    guard let rate = result.winRate else {
      let why = summary.reasons?.first.map { ": \($0.text)" } ?? ""
      return "<p class=\"lead\">No comparison has a verdict\(text: why).</p>\n"
    }
    if let order = summary.order, let flips = order.flipRate, flips.count > 1, flips.value == 1 {
      let place =
        order.towardsSecond == 0
        ? "first" : order.towardsFirst == 0 ? "second" : "first or second by turns"
      return """
        <p class="lead">In each of \(text: Figure.plural(flips.count, "comparison")) that it answered in both orders \
        the judge preferred the other answer when the two were swapped (what stood \(text: place)): it says \
        nothing of \(text: summary.first) and \(text: summary.second).</p>

        """
    }
    if let corrected = summary.corrected {
      return """
        <p class="lead">\(text: summary.first) wins \(text: Percent.text(corrected.rate)) of the \
        comparisons with \(text: summary.second), corrected by \(text: corrected.words); \
        \(text: Percent.text(rate)) by the judge alone.</p>

        """
    }
    return """
      <p class="lead">\(text: summary.first) wins \(text: Percent.number(rate.value))\u{A0}% of \
      \(text: Figure.plural(rate.count, "comparison")) with \(text: summary.second).</p>

      """
  }
}
