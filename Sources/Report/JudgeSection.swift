import Runs

/// What judges said: win rates, and everything that tells whether to believe them.
struct JudgeSection {
  let report: JudgingReport
  let spending: Spending?
  var drift: DriftRecord?
  /// What a policy or file is called.
  let label: (String) -> String

  var html: HTML? {
    guard !report.comparisons.isEmpty else { return nil }
    let details = report.comparisons.map { JudgeDetails(comparison: $0, label: label).html }
    return """
      \(lead)\(warnings)\(table)\(corrected)\(contrasts)\(nulls)\(kin)\(HTML(details))\(cost)\(facts)
      """
  }

  private var lead: HTML {
    let orders: HTML =
      report.asksBothOrders
      ? "Every pair was judged in both orders; two verdicts that contradict each other are a tie."
      : "Every pair was judged in one order."
    let asked = report.judge.facts.keys.contains { $0 == "template" || $0.hasSuffix(".template") }
    // What computes reads no template.
    let template: HTML =
      asked ? " with the template <code>\(text: report.template)</code>" : ""
    return """
      <p>Judged by <strong>\(text: report.judge.name)</strong>\(template). \(orders) A question without a verdict is never a tie: it \
      is counted, and the bounds say where the win rate would lie if all of them were lost or won.</p>

      """
  }

  private var warnings: HTML {
    var items: [HTML] = []
    if !report.isComplete {
      let asked = report.comparisons.reduce(0) { $0 + $1.asked }
      let judged = report.comparisons.reduce(0) { $0 + $1.judged }
      items.append(
        """
        Judging stopped before its end: \(text: Numeral.count(judged)) of \
        \(text: Numeral.count(asked)) comparisons are judged.
        """)
    }
    if let drift, drift.isAlarming {
      items.append("Only \(text: drift.words).")
    }
    let alarms = report.comparisons.filter { !$0.summary.alarms.isEmpty }
    if !alarms.isEmpty {
      let kinds = Set(alarms.flatMap(\.summary.alarms)).map(\.rawValue).sorted()
      items.append(
        """
        The judge prefers canaries (\(text: kinds.joined(separator: ", "))) to real outputs in more \
        than a tenth of the cases: no win rate is shown where ✗ stands.
        """)
    }
    return "\(HTML(items.map { "<p><strong>\($0)</strong></p>\n" as HTML }))\(stops)"
  }

  /// How far judging came that stops as soon as it is decided.
  private var stops: HTML {
    let looked = report.comparisons.compactMap { comparison in
      comparison.summary.looks.map { (comparison.summary, $0) }
    }
    guard !looked.isEmpty else { return "" }
    let items = looked.map { summary, looks in
      """
      <li>\(text: label(summary.first)) against \(text: label(summary.second)): \
      \(text: looks.words)</li>

      """ as HTML
    }
    return """
      <p>Prompts were judged in random order until the win rate was decided; its interval holds \
      whenever that was.</p>
      <ul>
      \(HTML(items))</ul>

      """
  }

  // MARK: Overview

  private var table: HTML {
    let rows = report.comparisons.map(row)
    return Figure.table(
      caption: """
        Win rates by the judge, in percent, each prompt counting once\(text: bases). Flips: pairs whose \
        two verdicts prefer different candidates. First place: share of decided answers that prefer what \
        was shown first; p: exact two-sided sign test over the flips. Longer: share of decided pairs \
        that the longer text won.
        """,
      head: """
        <tr><th scope="col">Policy</th><th scope="col">Against</th>\
        <th class="n" scope="col">Win rate</th><th class="n" scope="col">Wins, ties, losses</th>\
        <th class="n" scope="col">No verdict</th><th class="n" scope="col">Bounds</th>\
        <th class="n" scope="col">Flips</th><th class="n" scope="col">First place</th>\
        <th class="n" scope="col">p</th><th class="n" scope="col">Longer</th></tr>
        """, rows: HTML(rows))
  }

  /// How the win rates' intervals were made.
  private var bases: String {
    let words = report.comparisons.compactMap { $0.summary.shownResult?.winRate?.basis }
    let distinct = words.distinctTexts
    return distinct.isEmpty ? "" : " (\(distinct.joined(separator: "; ")))"
  }

  private func row(_ comparison: JudgingReport.Comparison) -> HTML {
    let summary = comparison.summary
    let result = summary.shownResult
    let missing = result?.missing.values.reduce(0, +)
    let counts = result.map { "\($0.wins), \($0.ties), \($0.losses)" }
    var bounds = "—"
    if let worst = result?.worstCase, let best = result?.bestCase {
      bounds = "\(Percent.number(worst))–\(Percent.number(best))"
    }
    let rate = result.map { JudgeCells.cell($0.winRate) } ?? "<td class=\"n none\">✗</td>"
    return """
      <tr><th scope="row">\(name: label(summary.first))</th><td>\(name: label(summary.second))</td>\
      \(rate)<td class="n">\(text: counts ?? "—")</td>\
      <td class="n">\(text: missing.map(String.init) ?? "—")</td><td class="n">\(text: bounds)</td>\
      \(JudgeCells.cell(summary.order?.flipRate))\(JudgeCells.cell(summary.order?.firstSlot))\
      <td class="n">\(text: summary.order.map { JudgeCells.probability($0.pValue) } ?? "—")</td>\
      \(JudgeCells.cell(summary.shownLongerWins))</tr>

      """
  }

  /// Win rates corrected by people's labels.
  private var corrected: HTML {
    let rows = report.comparisons.compactMap { comparison -> HTML? in
      let summary = comparison.summary
      guard let corrected = summary.corrected, summary.alarms.isEmpty else { return nil }
      return """
        <tr><th scope="row">\(name: label(summary.first))</th><td>\(name: label(summary.second))</td>\
        \(JudgeCells.cell(corrected.rate))<td>\(text: corrected.words)</td></tr>

        """
    }
    guard !rows.isEmpty else { return "" }
    let first = report.comparisons.compactMap(\.summary.corrected).first
    return Figure.table(
      caption: """
        Win rates corrected by people's labels, in percent. Of all labels \
        \(text: Percent.text(first?.agreement)) have people's verdict.
        """,
      head: """
        <tr><th scope="col">Policy</th><th scope="col">Against</th><th class="n" scope="col">Win rate</th>\
        <th scope="col">By</th></tr>
        """, rows: HTML(rows))
  }

  private var contrasts: HTML {
    JudgeDifferences(differences: report.differences ?? [], label: label).html
  }

  // MARK: What a win rate has to beat

  /// Rows without merit from the same prompts.
  private var nulls: HTML {
    let rows = report.comparisons.compactMap { comparison -> HTML? in
      guard let nulls = comparison.summary.nulls, !nulls.isEmpty else { return nil }
      let cells = NullRow.Kind.allCases.map { kind in
        JudgeCells.cell(nulls.first { $0.kind == kind }?.winRate)
      }
      return """
        <tr><th scope="row">\(name: label(comparison.summary.first))</th>\
        <td>\(text: label(comparison.summary.second))</td>\(HTML(cells))</tr>

        """
    }
    guard !rows.isEmpty else { return "" }
    return Figure.table(
      caption: """
        What a win rate has to beat, in percent, on the same prompts: the first system's, if the longer \
        or the shorter answer always won, and if a coin decided; and a constant sentence's in its place, \
        as the judge sees it (on the prompts of the canaries).
        """,
      head: """
        <tr><th scope="col">Policy</th><th scope="col">Against</th>\
        <th class="n" scope="col">Longer wins</th><th class="n" scope="col">Shorter wins</th>\
        <th class="n" scope="col">Coin</th><th class="n" scope="col">Constant text</th></tr>
        """, rows: HTML(rows))
  }

  /// Judges that may favour their own family.
  private var kin: HTML {
    let items = report.comparisons.flatMap { $0.summary.selfPreference ?? [] }.map { one in
      "<li>\(text: SelfPreferenceWords.text(one))</li>\n" as HTML
    }
    guard !items.isEmpty else { return "" }
    return
      "<p>Judge and judged of one family of models, by their names:</p>\n<ul>\n\(HTML(items))</ul>\n"
  }

  // MARK: Cost and facts

  private var cost: HTML {
    let drift: HTML = drift.map { "<p>Asked again: \(text: $0.words).</p>\n" } ?? ""
    return "\(drift)\(requests)"
  }

  private var requests: HTML {
    guard let spending, spending.requests + spending.remembered > 0 else { return "" }
    let dollars = spending.cost.map { "$" + Numeral.significant($0) } ?? "unknown"
    return """
      <p>\(text: Figure.plural(spending.requests, "request")) sent to servers, \
      \(text: Numeral.count(spending.repeated)) of them again, \
      \(text: Numeral.count(spending.maybeBilledTwice)) maybe billed twice; \
      \(text: Figure.plural(spending.remembered, "answer")) remembered. \
      \(text: Numeral.count(spending.usage.input)) input and \
      \(text: Numeral.count(spending.usage.output)) output tokens, cost \(text: dollars).</p>

      """
  }

  /// Everything that can change an answer, templates verbatim.
  private var facts: HTML {
    var items: HTML = ""
    var templates: [String] = []
    for (key, value) in report.judge.facts.sorted(by: { $0.key < $1.key }) {
      if key == "template" || key.hasSuffix(".template") {
        if !templates.contains(value) { templates.append(value) }
      } else {
        items += "<dt>\(text: key)</dt><dd>\(text: value)</dd>\n"
      }
    }
    let texts = templates.map { "<pre>\(text: $0)</pre>\n" as HTML }
    return """
      <details class="more"><summary>How the judge was asked</summary>
      <dl>\(items)</dl>
      \(HTML(texts))</details>

      """
  }
}
