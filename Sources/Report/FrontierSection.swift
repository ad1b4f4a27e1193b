import Runs

/// What a policy gained against how far it moved from the reference, one point per checkpoint.
struct FrontierSection {
  let studies: [Study]
  /// The measurement on the vertical axis.
  let gain: String
  let id: String

  private struct Point {
    let x: Measurement
    let y: Measurement
    let label: String
    let isFinal: Bool

    var place: (x: Double, y: Double) { (x.value ?? 0, y.value ?? 0) }
  }

  private struct Trace {
    let style: SeriesStyle
    /// As the legend has it.
    let name: String
    let points: [Point]
    /// Printed beside the last point, where groups are numbered.
    var number: Int?
  }

  /// The figure, or nil where no checkpoint has both measurements.
  var html: HTML? {
    let traces = studies.flatMap(traces(of:))
    let points = traces.flatMap(\.points)
    guard !points.isEmpty else { return nil }
    var best: [[(n: Int, x: Double, y: Double)]] = []
    if gain == "reward" { best = studies.compactMap(bestOf) }
    let levels = studies.compactMap { study in
      study.reference.flatMap { study.measurement(gain, of: $0.id)?.value }
    }.filter(\.isFinite)

    let isLogarithmic = Scale.prefersLogarithm(points.map(\.place.x))
    let shownBest = best.map { $0.filter { !isLogarithmic || $0.x > 0 } }
    // Between dozens of points the room goes to the points: bars and curve may leave the frame.
    let isCrowded = studies.contains(where: \.isCrowded)
    var xs = points.map(\.place.x)
    var ys = points.map(\.place.y) + levels
    if !isCrowded {
      for point in points {
        xs += [point.x.low, point.x.high].compactMap { $0 }
        ys += [point.y.low, point.y.high].compactMap { $0 }
      }
      for curve in shownBest {
        xs += curve.map(\.x)
        ys += curve.map(\.y)
      }
    }
    if isLogarithmic { xs.removeAll { $0 <= 0 } }
    let x = Scale(holding: xs, zero: true, logarithmic: isLogarithmic)
    let y = Scale(holding: ys)
    var plot = Plot(
      width: 1000, height: isCrowded ? 900 : 520, x: x, y: y,
      xTitle: "KL to reference (\(points[0].x.unit))\(isLogarithmic ? ", logarithmic" : "")",
      yTitle: title)
    for level in Set(levels).sorted() {
      plot.content +=
        "<path class=\"l ci ref\" d=\"\(plot.line([(x.low, level), (x.high, level)]))\"/>"
    }
    var room = LabelPlacement(
      left: plot.x.start, width: plot.width, height: plot.height, size: 11)
    for trace in traces { grouped(trace.name, in: &plot) { draw(trace, in: &$0, &room) } }
    for curve in shownBest { grouped(Self.bestName, in: &plot) { draw(curve, in: &$0, &room) } }
    let drawn = traces.flatMap(\.points).filter {
      plot.canShow(x: $0.place.x, y: $0.place.y)
    }.count
    let drawing = plot.svg(
      id: id, title: "\(title) against KL to the reference policy",
      description: description(traces))
    return Figure.figure(
      drawing, legend: legend(hasBest: !best.isEmpty, hasLevel: !levels.isEmpty),
      caption: caption(points, hidden: points.count - drawn, best: best))
  }

  private var title: String {
    gain == "reward" ? "Mean reward" : Measure.named(gain)?.title ?? gain
  }

  private func traces(of study: Study) -> [Trace] {
    func point(_ subject: String, _ label: String, isFinal: Bool) -> Point? {
      guard let x = study.measurement("kl", of: subject), x.value?.isFinite == true,
        let y = study.measurement(gain, of: subject), y.value?.isFinite == true
      else { return nil }
      return Point(x: x, y: y, label: study.qualified(label), isFinal: isFinal)
    }
    return study.groups.enumerated().flatMap { place, group -> [Trace] in
      let name = study.qualified(study.numbered(group))
      if study.isCrowded, let whole = point(group.id, study.numbered(group), isFinal: true) {
        return [Trace(style: group.style, name: name, points: [whole], number: place + 1)]
      }
      var order: [Int?] = []
      for policy in group.policies where !order.contains(policy.seed) { order.append(policy.seed) }
      let traces = order.map { seed in
        Trace(
          style: group.style, name: name,
          points: group.policies.filter { $0.seed == seed }.compactMap {
            point($0.id, "\(group.label), \(study.place($0))", isFinal: $0.isFinal)
          })
      }.filter { !$0.points.isEmpty }
      if traces.isEmpty, let whole = point(group.id, group.label, isFinal: true) {
        return [Trace(style: group.style, name: name, points: [whole])]
      }
      return traces
    }
  }

  /// Draws what a legend's entry stands for in one piece.
  private func grouped(_ name: String, in plot: inout Plot, _ draw: (inout Plot) -> Void) {
    let (content, labels) = (plot.content, plot.labels)
    (plot.content, plot.labels) = ("", "")
    draw(&plot)
    plot.content = "\(content)\(Figure.series(name, plot.content))"
    plot.labels = plot.labels.isEmpty ? labels : "\(labels)\(Figure.series(name, plot.labels))"
  }

  private static let bestName = "best of N from the reference"

  private func draw(_ trace: Trace, in plot: inout Plot, _ room: inout LabelPlacement) {
    let shown = trace.points.filter { plot.canShow(x: $0.place.x, y: $0.place.y) }
    plot.content +=
      "<path class=\"\(trace.style.lineClass) thin\" d=\"\(plot.line(shown.map { $0.place }))\"/>"
    for point in shown {
      let (x, y) = (plot.x(point.place.x), plot.y(point.place.y))
      var bars: HTML = ""
      if let low = point.x.low, let high = point.x.high, low.isFinite, high.isFinite {
        bars += "M\(at: plot.x(low)) \(at: y)H\(at: plot.x(high))"
      }
      if let low = point.y.low, let high = point.y.high, low.isFinite, high.isFinite {
        bars += "M\(at: x) \(at: plot.y(low))V\(at: plot.y(high))"
      }
      let kind: HTML = point.isFinal && trace.number == nil ? "e" : "e weak"
      plot.content += "<path class=\"\(kind) \(trace.style.colourClass)\" d=\"\(bars)\"/>"
    }
    for point in shown {
      let words: HTML =
        """
        \(text: point.label)\(point.isFinal ? ", final" : ""): \(text: PrintedEstimate(point.y).phrase) \
        at KL \(text: PrintedEstimate(point.x).phrase)
        """
      plot.content += trace.style.mark(
        x: plot.x(point.place.x), y: plot.y(point.place.y),
        radius: trace.number != nil ? 4.5 : point.isFinal ? 6.5 : 2.8,
        title: words)
    }
    // Where there is no room for a number, pointing at the marker tells the name.
    if let number = trace.number, let point = shown.last,
      let place = room.place("\(number)", x: plot.x(point.place.x), y: plot.y(point.place.y))
    {
      plot.labels +=
        "<text class=\"num \(trace.style.colourClass)\" x=\"\(at: place.x)\" y=\"\(at: place.y)\">\(number)</text>"
    }
  }

  private func bestOf(_ study: Study) -> [(n: Int, x: Double, y: Double)]? {
    study.input.evaluation.bestOf.map { record in
      record.points.sorted { $0.n < $1.n }.compactMap { point in
        point.reward.value.map { (point.n, point.kl?.value ?? point.klBound, $0) }
      }.filter { $0.1.isFinite && $0.2.isFinite }
    }
  }

  private func draw(
    _ curve: [(n: Int, x: Double, y: Double)], in plot: inout Plot, _ room: inout LabelPlacement
  ) {
    plot.content += "<path class=\"l ci\" d=\"\(plot.line(curve.map { ($0.x, $0.y) }))\"/>"
    for point in curve {
      let (x, y) = (plot.x(point.x), plot.y(point.y))
      plot.content += "<circle class=\"m ci\" cx=\"\(at: x)\" cy=\"\(at: y)\" r=\"3\"/>"
      guard plot.isInside(x: x, y: y),
        let place = room.place("N=\(point.n)", x: x, y: y, isOfRisingLine: true)
      else {
        continue
      }
      plot.labels +=
        "<text class=\"bn\" x=\"\(at: place.x)\" y=\"\(at: place.y)\">N=\(point.n)</text>"
    }
  }

  private func legend(hasBest: Bool, hasLevel: Bool) -> HTML {
    var entries = studies.flatMap { study in
      study.groups.map { (style: $0.style, label: study.qualified(study.numbered($0))) }
    }
    if hasBest { entries.append((.bestOf, Self.bestName)) }
    let level: HTML =
      hasLevel
      ? """
      <ul class="legend"><li><svg class="key" width="38" height="14" viewBox="0 0 38 14" \
      aria-hidden="true"><path class="l ci ref" d="M1 7h36"/></svg>level of the reference policy</li></ul>
      """ : ""
    return "\(Figure.legend(entries))\(level)"
  }

  private func description(_ traces: [Trace]) -> String {
    let finals = traces.flatMap(\.points).filter(\.isFinal)
    return finals.prefix(24).map {
      "\($0.label): \(PrintedEstimate($0.y).phrase) at KL \(PrintedEstimate($0.x).phrase)"
    }.joined(separator: "; ")
  }

  private func caption(
    _ points: [Point], hidden: Int, best: [[(n: Int, x: Double, y: Double)]]
  ) -> HTML {
    var words: HTML =
      """
      \(text: title) against KL to the reference policy. Each marker is a checkpoint; a line joins \
      the checkpoints of one seed in order of steps; large markers are final checkpoints. Bars are \
      \(text: studies[0].percent)\u{A0}% intervals in both directions.\(Figure.intervalNote(gain, points.map(\.y)))\
      \(Figure.intervalNote("kl", points.map(\.x)))
      """
    if studies.contains(where: \.isCrowded) {
      words += """
         Methods with several seeds stand once, with the mean of their final checkpoints; the frame \
        holds all of these, and cuts long bars and the curve.
        """
    }
    if !best.isEmpty {
      let usesBound = studies.contains {
        $0.input.evaluation.bestOf?.points.contains { $0.kl?.value == nil } ?? false
      }
      words +=
        usesBound
        ? """
         Best of N draws N completions from the reference and keeps the one with the highest \
        reward; its KL is the bound log\u{A0}N − (N − 1)/N.
        """
        : " Best of N draws N completions from the reference and keeps the one with the highest reward."
    }
    if hidden > 0 {
      words +=
        " \(text: Figure.plural(hidden, "checkpoint")) at a KL of 0 cannot be shown on this axis."
    }
    return words
  }
}
