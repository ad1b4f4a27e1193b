import Runs

/// One small drawing of density ratios: a method and the optimal policy, each with its band.
struct DensityDrawing {
  let study: Study
  let panel: DensityPanel
  let curve: DensityPanel.Curve
  let optimal: DensityPanel.Curve?
  let id: String
  let y: Scale

  var svg: HTML {
    guard let first = panel.grid.first, let last = panel.grid.last else { return "" }
    let axis =
      panel.prompts == nil ? "log π_ref (nats)" : "log π_ref less its mean (nats)"
    var plot = Plot(
      width: 260, height: 190, x: Scale(from: first, to: last), y: y, xTitle: axis,
      yTitle: "π/π_ref")
    plot.content += area(plot)
    plot.content += hatched(plot)
    plot.content +=
      "<path class=\"l ci ref\" d=\"\(plot.line([(plot.x.low, 1), (plot.x.high, 1)]))\"/>"
    for (curve, style) in [
      (optimal, SeriesStyle.ink), (curve, study.style(ofSubject: curve.policy)),
    ] {
      guard let curve else { continue }
      plot.content += Figure.series(
        DensityRow.label(curve.policy, study), drawn(curve, style, plot))
    }
    let name = DensityRow.label(curve.policy, study)
    let place = panel.prompts == nil ? "prompt \(panel.prompt)" : "all prompts"
    return plot.svg(
      id: id, title: "Density ratio of \(name), \(place)",
      description:
        "\(told(curve)) of \(name) and \(optimal.map(told) ?? "0 %") of the optimal policy "
        + "lie where the curve is told.")
  }

  private func told(_ curve: DensityPanel.Curve) -> String {
    Numeral.significant(100 * (curve.told ?? 0)) + " %"
  }

  /// Where the reference itself lies.
  private func area(_ plot: Plot) -> HTML {
    let peak = panel.referenceDensity.max() ?? 0
    guard peak > 0, let first = panel.grid.first else { return "" }
    var path: HTML = "M\(at: plot.x(first)) \(at: plot.y.start)"
    for (point, density) in zip(panel.grid, panel.referenceDensity) {
      let height = density / peak * 0.4 * (plot.y.end - plot.y.start)
      path += "L\(at: plot.x(point)) \(at: plot.y.start + height)"
    }
    return "<path class=\"area\" d=\"\(path)V\(at: plot.y.start)z\"/>"
  }

  /// Lines across the places where this drawing has no curve: the method's over the upper part, those of
  /// the optimal policy, where its draws are worth too few everywhere, in words.
  private func hatched(_ plot: Plot) -> HTML {
    var path: HTML = ""
    let (top, bottom) = (plot.y.end, plot.y.start)
    for gap in curve.gaps ?? [] {
      let (left, right) = (plot.x(gap.from), plot.x(gap.to))
      path += "M\(at: left) \(at: top)V\(at: bottom)M\(at: right) \(at: top)V\(at: bottom)"
      // Strokes of 45 degrees, cut to the stretch.
      var start = left - (bottom - top)
      while start < right {
        let low = max(left, start)
        let high = min(right, start + bottom - top)
        if low < high {
          path +=
            "M\(at: low) \(at: bottom - (low - start))L\(at: high) \(at: bottom - (high - start))"
        }
        start += 7
      }
    }
    var found: HTML = path.isEmpty ? "" : "<path class=\"hatch\" d=\"\(path)\"/>"
    if optimal?.gaps?.contains(where: { $0.reason == .weights }) ?? false {
      found += """
        <text class="at" x="\(at: (plot.x.start + plot.x.end) / 2)" y="\(at: top + 14)">optimal policy: too few draws</text>
        """
    }
    return found
  }

  private func drawn(_ curve: DensityPanel.Curve, _ style: SeriesStyle, _ plot: Plot) -> HTML {
    let isLogarithmic = plot.y.isLogarithmic
    var (band, line): (HTML, HTML) = ("", "")
    // Each stretch that is told is a band of its own.
    for stretch in stretches(curve) {
      let ends = stretch.compactMap { place -> (x: Double, low: Double, high: Double)? in
        guard let low = curve.low?[place], let high = curve.high?[place], low.isFinite,
          high.isFinite, !isLogarithmic || high > 0
        else { return nil }
        return (panel.grid[place], low, high)
      }
      let around = ends.map { (x: $0.x, y: $0.high) } + ends.reversed().map { (x: $0.x, y: $0.low) }
      if ends.count > 1 { band += "\(plot.line(around))z" }
      line += plot.line(
        stretch.map { place -> (x: Double, y: Double)? in
          guard let ratio = curve.ratio[place], !isLogarithmic || ratio > 0 else { return nil }
          return (panel.grid[place], ratio)
        })
    }
    return """
      <path class="band \(style.colourClass)" d="\(band)"/><path class="\(style.lineClass)" d="\(line)"/>
      """
  }

  /// Places of the grid that are told, neighbour by neighbour.
  private func stretches(_ curve: DensityPanel.Curve) -> [[Int]] {
    panel.grid.indices.reduce(into: [[Int]]()) { found, place in
      guard place < curve.ratio.count, curve.ratio[place] != nil else { return }
      if found.last?.last == place - 1 {
        found[found.count - 1].append(place)
      } else {
        found.append([place])
      }
    }
  }
}
