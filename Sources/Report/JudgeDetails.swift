import Runs

/// One judged comparison in full: orders, lengths, states of answers, canaries, a jury's members.
struct JudgeDetails {
  let comparison: JudgingReport.Comparison
  let label: (String) -> String

  var html: HTML {
    let summary = comparison.summary
    let parts = [orders, repeats, lengths, answers, canaries, members].compactMap(\.self)
    return """
      <details class="more"><summary>\(text: label(summary.first)) against \
      \(text: label(summary.second)): orders, lengths, answers, canaries</summary>
      \(HTML(parts))<p class="note">Judgments: <code>\(text: comparison.file)</code></p></details>

      """
  }

  /// The verdicts of both orders against each other.
  private var orders: HTML? {
    guard let order = comparison.summary.order, let table = order.table,
      comparison.summary.alarms.isEmpty
    else { return nil }
    let names: [HTML] = ["wins", "ties", "loses"]
    let rows = zip(names, table).map { name, row in
      let cells = row.map { "<td class=\"n\">\($0)</td>" as HTML }
      return "<tr><th scope=\"row\">\(name)</th>\(HTML(cells))</tr>\n" as HTML
    }
    let head = names.map { "<th class=\"n\" scope=\"col\">\($0)</th>" as HTML }
    return Figure.table(
      caption: """
        Pairs by what the policy does when it is shown first (row) and second (column). Of the flips, \
        \(order.towardsFirst) preferred the first place both times and \(order.towardsSecond) the \
        second; so uneven a split has probability \
        \(text: JudgeCells.probability(order.pValue)) under a judge that favours no place.
        """,
      head: "<tr><th scope=\"col\">first ↓ second →</th>\(HTML(head))</tr>", rows: HTML(rows))
  }

  /// How steady a lead is.
  private var repeats: HTML? {
    guard let repeats = comparison.summary.repeats, comparison.summary.alarms.isEmpty else {
      return nil
    }
    return """
      <p>Put to the judge \(repeats.times) times: won every time (pass^\(repeats.times)) \
      \(text: Percent.text(repeats.always)), at least once \(text: Percent.text(repeats.once)); ties are no \
      wins.</p>

      """
  }

  /// Win rate by difference in length.
  private var lengths: HTML? {
    let length = comparison.summary.length
    guard !length.quintiles.isEmpty, comparison.summary.alarms.isEmpty else { return nil }
    let rows = length.quintiles.map { bin in
      """
      <tr><th scope="row">\(text: Numeral.count(bin.low)) to \(text: Numeral.count(bin.high))</th>\
      \(JudgeCells.cell(bin.winRate))</tr>

      """ as HTML
    }
    let means = length.means.map { Numeral.fixed($0, decimals: 1) }
    return Figure.table(
      caption: """
        Win rate by difference in length, policy minus the other, in characters: fifths of the judged \
        pairs. Mean lengths: \(text: means.first ?? "—") and \(text: means.last ?? "—").
        """,
      head: """
        <tr><th scope="col">Difference</th><th class="n" scope="col">Win rate</th></tr>
        """, rows: HTML(rows))
  }

  /// What became of every single answer.
  private var answers: HTML? {
    let summary = comparison.summary
    let states = Judgment.State.allCases.compactMap { state in
      summary.answers[state.rawValue].map { "\(Numeral.count($0)) \(state.rawValue)" }
    }
    guard !states.isEmpty else { return nil }
    var mass: HTML = ""
    if let found = summary.mass {
      mass = """
         The labels together had probability \(text: Numeral.fixed(found.mean, decimals: 3)) on \
        average, \(text: Numeral.fixed(found.smallest, decimals: 3)) at least.
        """
    }
    var broken: HTML = ""
    if summary.neutralized.first ?? 0 > 0 {
      broken = """
         In \(text: Figure.plural(summary.neutralized[0], "comparison")) something that could pass for \
        a verdict or a delimiter was broken, in \(summary.neutralized[1]) places.
        """
    }
    var missing: HTML = ""
    if let reasons = summary.reasons, !reasons.isEmpty {
      let words = reasons.prefix(5).map(\.text).joined(separator: "; ")
      missing = " Missing: \(text: words)."
    }
    return """
      <p>Answers: \(text: states.joined(separator: ", ")).\(missing)\(mass)\(broken)</p>

      """
  }

  private var canaries: HTML? {
    let found = comparison.summary.canaries
    guard !found.isEmpty else { return nil }
    let rows = found.map { canary in
      """
      <tr><th scope="row">\(canary.isAlarming ? "✗ " : "")\(text: canary.kind.rawValue)</th>\
      \(JudgeCells.cell(preferred: canary))<td class="n">\(canary.missing)</td></tr>

      """ as HTML
    }
    return Figure.table(
      caption: """
        Canaries: texts without content in the policy's place. Preferred: how often they won, ties not \
        counted. ✗: in more than a tenth of the cases. “baseline” is the other output against itself, which a fair judge calls a tie.
        """,
      head: """
        <tr><th scope="col">Canary</th><th class="n" scope="col">Preferred</th>\
        <th class="n" scope="col">No verdict</th></tr>
        """, rows: HTML(rows))
  }

  private var members: HTML? {
    let members = comparison.summary.members
    guard !members.isEmpty else { return nil }
    let rows = members.map { member in
      """
      <tr><th scope="row">\(member.isFooled ? "✗ " : "")\(text: member.judge)</th>\
      \(JudgeCells.cell(member.shownResult?.winRate))\
      \(JudgeCells.cell(comparison.summary.shownAgreement(of: member)))</tr>

      """ as HTML
    }
    return Figure.table(
      caption: """
        The jury's members: what more than half of them prefer wins. ✗: prefers canaries to real \
        outputs, so that its win rate is not shown.
        """,
      head: """
        <tr><th scope="col">Judge</th><th class="n" scope="col">Win rate</th>\
        <th class="n" scope="col">Agrees with the jury</th></tr>
        """, rows: HTML(rows))
  }
}
