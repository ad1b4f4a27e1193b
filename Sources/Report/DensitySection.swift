import Runs

/// Density ratios to the reference policy, the optimal policy's and the methods' on the same axes.
struct DensitySection {
  let study: Study
  let options: ReportOptions

  var html: HTML? {
    let panels = study.input.evaluation.panels
    guard !panels.isEmpty else { return nil }
    let shown = panels.prefix(max(0, options.maximumPanels))
    let drawings = shown.enumerated().map { index, panel in
      (heading: heading(panel), drawing: "\(drawing(panel, index))\(facts(panel))" as HTML)
    }
    var order: [String] = []
    for curve in shown.flatMap(\.curves) where !order.contains(curve.policy) {
      order.append(curve.policy)
    }
    let legend = order.map {
      (style: $0 == "optimal" ? .ink : study.style(ofSubject: $0), label: label($0))
    }
    var caption: HTML =
      """
      Density ratio π/π_ref of completions to one prompt along their log-probability under the \
      reference policy, estimated by weighting completions drawn from the reference; both \
      densities use the bandwidth printed. The grey area is the density of the reference itself, \
      not to scale. The optimal policy weights by exp(reward/β). These curves carry no interval; \
      what they rest on is the effective sample size (ESS). A curve is called unreliable, and \
      drawn dotted, where its ESS is below 20 or one completion holds more than half the weight.
      """
    if panels.count > shown.count {
      caption += " \(text: Figure.plural(panels.count - shown.count, "further panel")) not shown."
    }
    return Figure.multiples(
      drawings, legend: Figure.legend(legend, showsMarkers: false), caption: caption)
  }

  /// The method alone where no panel shows two policies of one.
  private func label(_ policy: String) -> String {
    if policy == "optimal" { return "optimal policy" }
    guard let group = study.groups.first(where: { $0.policies.contains { $0.id == policy } }) else {
      return study.label(ofSubject: policy)
    }
    let own = Set(group.policies.map(\.id))
    let isAlone = study.input.evaluation.panels.allSatisfy { panel in
      panel.curves.filter { own.contains($0.policy) }.count < 2
    }
    return isAlone ? group.label : study.label(ofSubject: policy)
  }

  private func heading(_ panel: DensityPanel) -> HTML {
    let seed: HTML = panel.seed.map { ", seed \($0)" } ?? ""
    return "Prompt <code>\(text: panel.prompt)</code>\(seed)"
  }

  private func drawing(_ panel: DensityPanel, _ index: Int) -> HTML {
    let count = panel.grid.count
    let peak = panel.referenceDensity.filter(\.isFinite).max() ?? 0
    let inside = (0..<count).filter { position in
      panel.grid[position].isFinite && position < panel.referenceDensity.count
        && panel.referenceDensity[position] >= peak * 0.01
    }
    guard let first = inside.first, let last = inside.last, peak > 0 else {
      return "<p class=\"empty\">The reference density vanishes on the whole grid.</p>"
    }
    func values(_ curve: DensityPanel.Curve) -> [Double] {
      inside.compactMap { $0 < curve.ratio.count ? curve.ratio[$0] : nil }.filter(\.isFinite)
    }
    let trusted = panel.curves.filter { !$0.isUnreliable }
    let seen = (trusted.isEmpty ? panel.curves : trusted).flatMap(values)
    let positive = seen.filter { $0 > 0 }
    let isLogarithmic = Scale.prefersLogarithm(positive)
    let floor = max((positive.max() ?? 1) * 1e-4, positive.min() ?? 1e-4)
    let y = Scale(
      holding: (isLogarithmic ? positive.filter { $0 >= floor } : seen) + [1], zero: true,
      logarithmic: isLogarithmic)
    var plot = Plot(
      width: 340, height: 230, x: Scale(holding: [panel.grid[first], panel.grid[last]]), y: y,
      xTitle: "log π_ref (nats)", yTitle: isLogarithmic ? "π/π_ref, logarithmic" : "π/π_ref")
    var area: HTML = "M\(at: plot.x(panel.grid[first])) \(at: plot.y.start)"
    for position in inside {
      let share = panel.referenceDensity[position] / peak
      area +=
        "L\(at: plot.x(panel.grid[position])) \(at: plot.y.start + share * 0.45 * (plot.y.end - plot.y.start))"
    }
    plot.content += "<path class=\"area\" d=\"\(area)V\(at: plot.y.start)z\"/>"
    plot.content +=
      "<path class=\"l ci ref\" d=\"\(plot.line([(plot.x.low, 1), (plot.x.high, 1)]))\"/>"
    for curve in panel.curves.sorted(by: {
      ($0.policy == "optimal" ? 0 : 1) < ($1.policy == "optimal" ? 0 : 1)
    }) {
      let points = (first...last).map { position -> (x: Double, y: Double)? in
        guard position < curve.ratio.count, let ratio = curve.ratio[position], ratio.isFinite,
          !y.isLogarithmic || ratio > 0
        else { return nil }
        return (panel.grid[position], ratio)
      }
      let style = curve.policy == "optimal" ? .ink : study.style(ofSubject: curve.policy)
      let weight: HTML = curve.policy == "optimal" ? " thick" : ""
      let doubt: HTML = curve.isUnreliable ? " doubt" : ""
      plot.content +=
        "<path class=\"\(style.lineClass)\(weight)\(doubt)\" d=\"\(plot.line(points))\"/>"
    }
    return plot.svg(
      id: "\(study.prefix)density-\(index)", title: "Density ratios for prompt \(panel.prompt)",
      description: panel.curves.map {
        "\(label($0.policy)): effective sample size "
          + "\(Numeral.significant($0.effectiveSampleSize))\($0.isUnreliable ? ", unreliable" : "")"
      }.joined(separator: "; "))
  }

  private func facts(_ panel: DensityPanel) -> HTML {
    var rows: HTML = ""
    for curve in panel.curves {
      let style = curve.policy == "optimal" ? .ink : study.style(ofSubject: curve.policy)
      rows +=
        """
        <tr><th scope="row" title="\(attribute: curve.policy)">\(style.sample(showsMarker: false))\(text: label(curve.policy))</th>\
        <td class="n">\(text: Numeral.significant(curve.effectiveSampleSize))\
        \(curve.isUnreliable ? " <em>unreliable</em>" : "")</td>\
        <td class="n">\(text: Numeral.significant(curve.largestWeight, digits: 2))</td>\
        <td class="n">\(text: curve.forwardKL.map { Numeral.significant($0) } ?? "—")</td>\
        <td class="n">\(text: curve.reverseKL.map { Numeral.significant($0) } ?? "—")</td></tr>

        """
    }
    let quoted: HTML =
      options.omitTexts || panel.promptText.isEmpty
      ? "" : "<p class=\"quote\">\(text: SampleText(panel.promptText, limit: 160).shown)</p>"
    return """
      \(quoted)<table class="facts"><thead><tr><th scope="col">Policy</th><th scope="col">ESS</th>\
      <th scope="col">largest weight</th><th scope="col">KL(π* ∥ π)</th>\
      <th scope="col">KL(π ∥ π*)</th></tr></thead><tbody>\(rows)</tbody></table>\
      <p class="note">\(text: Figure.plural(panel.samples, "completion")), bandwidth \
      \(text: Numeral.significant(panel.bandwidth)) nats, β \(text: Numeral.significant(panel.beta)).</p>
      """
  }
}
