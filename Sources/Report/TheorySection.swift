import Runs

/// One paper's claims: a table of all comparisons, and what there is to draw.
struct TheorySection {
  let id: String
  let records: [TheoryRecord]

  var html: HTML {
    let source: HTML = records.first.map { "<p>\(text: $0.source).</p>\n" } ?? ""
    let chapters = records.enumerated().map { chapter($1, "\(id)-\($0 + 1)") }
    return "\(source)\(HTML(chapters))"
  }

  private func chapter(_ record: TheoryRecord, _ id: String) -> HTML {
    let warning: HTML = record.isAsKnown ? "" : " <strong>Not what is known.</strong>"
    let origin: HTML =
      record.origin == "practice"
      ? " <small>Experiments or common code rely on this; the paper does not say so.</small>" : ""
    let head: HTML =
      """
      <tr><th>comparison</th><th class="n">exact</th><th></th><th class="n">Plumb</th>\
      <th class="n">tolerance</th><th>why</th><th>holds</th></tr>
      """
    let table = Figure.table(
      caption: "\(text: record.claim). Rows marked “known” do not decide the verdict.",
      head: head, rows: HTML(record.findings.map(row)))
    var axes: [[String]] = []
    for curve in record.curves where !axes.contains([curve.x, curve.y]) {
      axes.append([curve.x, curve.y])
    }
    let figures = axes.enumerated().map { index, axes in
      figure(record, record.curves.filter { [$0.x, $0.y] == axes }, "\(id)-\(index)")
    }
    return """
      <h3>\(text: record.claim): \(text: record.verdict)</h3>
      <p>\(text: record.statement)\(origin)\(warning)</p>
      \(table)\(HTML(figures))
      """
  }

  private func row(_ finding: TheoryRecord.Finding) -> HTML {
    """
    <tr><td>\(text: finding.name)\(finding.role == "known" ? "<small>known</small>" : "")</td>\
    <td class="n">\(numbers(finding.exact))</td><td>\(text: finding.relation)</td>\
    <td class="n">\(numbers(finding.found))</td>\
    <td class="n">\(text: Numeral.significant(finding.tolerance, digits: 1))</td>\
    <td><small>\(text: finding.reason)</small></td>\
    <td>\(finding.holds ? "yes" : "<strong>no</strong>")</td></tr>

    """
  }

  /// One under the other; of long lists the first and the last ones.
  private func numbers(_ values: [Double?]) -> HTML {
    let shown = values.map { value in
      "\(text: value.map { Numeral.significant($0, digits: 6) } ?? "not finite")" as HTML
    }
    guard shown.count > 8 else { return HTML(shown, separator: "<br>") }
    return HTML(shown.prefix(4) + ["…"] + shown.suffix(3), separator: "<br>")
  }

  private func figure(
    _ record: TheoryRecord, _ curves: [TheoryRecord.Curve], _ id: String
  ) -> HTML {
    let points = curves.flatMap(\.points).filter { $0.count == 2 }
    guard let first = curves.first, !points.isEmpty else { return "" }
    let styles = SeriesStyle.styles(forMethods: curves.map(\.name))
    let (xs, ys) = (points.map { $0[0] }, points.map { $0[1] })
    var plot = Plot(
      width: 720, height: 300,
      x: Scale(holding: xs, logarithmic: Scale.prefersLogarithm(xs)),
      y: Scale(holding: ys, zero: true, logarithmic: Scale.prefersLogarithm(ys)), xTitle: first.x,
      yTitle: first.y)
    for (curve, style) in zip(curves, styles) {
      let places = curve.points.map { $0.count == 2 ? (x: $0[0], y: $0[1]) : nil }
      plot.content += "<path class=\"\(style.lineClass)\" d=\"\(plot.line(places))\"/>"
    }
    let drawing = plot.svg(
      id: id, title: "\(record.claim): \(first.y) by \(first.x)",
      description: curves.compactMap { curve in
        curve.points.last.map { "\(curve.name) ends at \(Numeral.significant($0.last ?? 0))" }
      }.joined(separator: "; "))
    return Figure.figure(
      drawing, legend: Figure.legend(Array(zip(styles, curves.map(\.name))), showsMarkers: false),
      caption: "\(text: first.y) by \(text: first.x). Exact sums; no sampling and no interval.")
  }
}
