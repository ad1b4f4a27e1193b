import Runs

/// Systems that were judged against the same opponent, held against each other, as a page shows them.
struct JudgeDifferences {
  let differences: [JudgedDifference]
  /// What a policy or file is called.
  let label: (String) -> String

  var html: HTML {
    guard !differences.isEmpty else { return "" }
    let rows = differences.map { one in
      """
      <tr><th scope="row">\(text: label(one.first))</th><td>\(text: label(one.second))</td>\
      <td>\(text: label(one.opponent))</td>\(JudgeCells.cell(one.difference))\
      <td class="n">\(text: JudgeCells.probability(one.pValue))</td>\
      <td class="n">\(text: JudgeCells.probability(one.correctedPValue))</td>\
      <td>\(text: verdict(one))</td></tr>

      """ as HTML
    }
    let tests = differences.map(\.test).distinctTexts.joined(separator: "; ")
    return Figure.table(
      caption: """
        Win rates against one opponent, held against each other: the first's minus the second's, in \
        points, paired by prompt. p: \(text: tests); Holm's correction is over all rows. Not resolved: \
        the interval holds 0; how many prompts would show a difference as large with a power of \
        80\u{A0}% stands beside it where that can be told.
        """,
      head: """
        <tr><th scope="col">First</th><th scope="col">Second</th><th scope="col">Against</th>\
        <th class="n" scope="col">Difference</th><th class="n" scope="col">p</th>\
        <th class="n" scope="col">Holm p</th><th scope="col"></th></tr>
        """, rows: HTML(rows))
  }

  private func verdict(_ one: JudgedDifference) -> String {
    var named = one
    named.first = label(one.first)
    named.second = label(one.second)
    return named.verdict
  }
}
