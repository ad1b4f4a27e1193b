import Runs

/// Frames that sections share: headings, figures, tables, legends.
enum Figure {
  /// A section with a heading that the contents list can point at.
  ///
  /// It folds at its heading; the heading links to itself, so that a place can be passed on.
  static func section(id: String, title: HTML, _ body: HTML) -> HTML {
    """
    <section id="\(attribute: id)"><details class="fold" open><summary><h2>\(title)</h2>\
    <a class="here" href="#\(attribute: id)" aria-label="Link to this section">#</a></summary>
    \(body)</details></section>

    """
  }

  /// A numbered figure; the drawing scrolls sideways where the page is narrow.
  static func figure(_ drawing: HTML, legend: HTML = "", caption: HTML) -> HTML {
    """
    <figure>\(legend)<div class="plot">\(drawing)</div>
    <figcaption>\(caption)</figcaption></figure>

    """
  }

  /// Small drawings side by side under one caption; each comes with its own heading.
  static func multiples(_ drawings: [(heading: HTML, drawing: HTML)], legend: HTML, caption: HTML)
    -> HTML
  {
    let panels = drawings.map {
      "<div class=\"panel\"><h4>\($0.heading)</h4>\($0.drawing)</div>\n" as HTML
    }
    return """
      <figure>\(legend)<div class="panels">\(HTML(panels))</div>
      <figcaption>\(caption)</figcaption></figure>

      """
  }

  /// A table in a frame that scrolls under its header.
  static func table(classes: HTML = "", caption: HTML, head: HTML, rows: HTML) -> HTML {
    """
    <div class="table" tabindex="0"><table class="\(classes)"><caption><span>\(caption)</span></caption>
    <thead>\(head)</thead>
    <tbody>
    \(rows)</tbody></table></div>

    """
  }

  /// What a legend's entry of this name stands for; a script can hide and show it.
  static func series(_ label: String, _ drawn: HTML) -> HTML {
    "<g data-s=\"\(attribute: label)\">\(drawn)</g>"
  }

  static func legend(_ entries: [(style: SeriesStyle, label: String)], showsMarkers: Bool = true)
    -> HTML
  {
    // Long names stand in columns, so that the eye finds one.
    let isLong = entries.count > 8 && entries.contains { $0.label.count > 24 }
    let items = entries.map {
      "<li data-s=\"\(attribute: $0.label)\">\($0.style.sample(showsMarker: showsMarkers))<span>\(name: $0.label)</span></li>"
        as HTML
    }
    return "<ul class=\"legend\(isLong ? " long" : "")\">\(HTML(items))</ul>\n"
  }

  /// A cell with value, interval and counts.
  ///
  /// - Parameter decimals: as for ``PrintedEstimate``.
  static func cell(
    _ measurement: Measurement?, decimals: Int? = nil, isBest: Bool = false,
    showsCount: Bool = true, note: String? = nil
  ) -> HTML {
    guard let measurement else { return "<td class=\"n none\">—</td>" }
    let estimate = PrintedEstimate(measurement, decimals: decimals)
    let count: HTML =
      "<small>n\u{A0}\(text: counts(measurement))</small>"
    let interval: HTML =
      estimate.interval.map { "<span>\(text: $0)</span>" } ?? "<span>no interval</span>"
    let star: HTML = isBest ? "<i title=\"best point estimate in this column\">★</i>" : ""
    let remark: HTML = note.map { "<span>\(text: $0)</span>" } ?? ""
    let body: HTML =
      "\(star)<b>\(text: estimate.value + estimate.suffix)</b>\(interval)\(remark)"
    return "<td class=\"n\(isBest ? " best" : "")\">\(body)\(showsCount ? count : "")</td>"
  }

  /// `256 / 64`: values that went in, and independent clusters.
  static func counts(_ measurement: Measurement) -> String {
    "\(Numeral.count(measurement.count))\u{A0}/\u{A0}\(Numeral.count(measurement.clusters))"
  }

  /// How the intervals of a plotted quantity were made, when all were made the same way.
  static func intervalNote(_ name: String, _ measurements: [Measurement]) -> HTML {
    let methods = Set(measurements.map(\.method)).sorted()
    guard let first = methods.first else { return "" }
    let title = Measure.named(name)?.title ?? name
    return methods.count == 1 && !first.isEmpty
      ? " \(text: title): \(text: first)."
      : " \(text: title): made in \(methods.count) ways, named in the table of all measurements."
  }

  /// `1 seed`, `3 seeds`.
  static func plural(_ count: Int, _ noun: String, _ several: String? = nil) -> String {
    "\(Numeral.count(count)) \(count == 1 ? noun : several ?? noun + "s")"
  }
}
