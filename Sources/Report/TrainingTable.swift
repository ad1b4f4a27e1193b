import Runs

/// What training reported at its beginning and its end, where there are more stages than curves can be
/// told apart.
struct TrainingTable {
  let metrics: [String]
  let stages: [TrainingSection.Stage]

  var html: HTML {
    var head: HTML = "<th scope=\"col\">Stage</th>"
    for metric in metrics { head += "<th class=\"n\" scope=\"col\">\(text: metric)</th>" }
    var rows: HTML = ""
    for stage in stages {
      var cells: HTML = ""
      for metric in metrics { cells += cell(metric, stage) }
      rows += "<tr><th scope=\"row\"><span>\(name: stage.label)</span></th>\(cells)</tr>\n"
    }
    return Figure.table(
      classes: "headline ends",
      caption: """
        What training reported in its first steps → in its last ones: means over a tenth of the \
        steps, at least one, and over seeds. They are of the examples of those steps, so differences \
        are partly the luck of what they were; losses of different methods do not compare. Curves of \
        single stages are in their steps.jsonl.
        """, head: "<tr>\(head)</tr>", rows: rows)
  }

  private func cell(_ metric: String, _ stage: TrainingSection.Stage) -> HTML {
    let ends = stage.runs.compactMap { Self.ends(of: $0.compactMap { $0.metrics[metric] }) }
    guard !ends.isEmpty else { return "<td class=\"n none\">—</td>" }
    let count = Double(ends.count)
    let first = ends.reduce(0) { $0 + $1.first } / count
    let last = ends.reduce(0) { $0 + $1.last } / count
    return """
      <td class="n">\(text: Numeral.significant(first)) → \
      <b>\(text: Numeral.significant(last))</b></td>
      """
  }

  /// Means of the first and of the last tenth of the finite values.
  static func ends(of values: [Double]) -> (first: Double, last: Double)? {
    let finite = values.filter(\.isFinite)
    guard !finite.isEmpty else { return nil }
    let width = max(1, finite.count / 10)
    func mean(_ part: ArraySlice<Double>) -> Double { part.reduce(0, +) / Double(part.count) }
    return (mean(finite.prefix(width)), mean(finite.suffix(width)))
  }
}
