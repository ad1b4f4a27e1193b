import Runs

/// Many policies in one drawing: a dot and its interval for each, sorted by what they gained, and beside
/// it how far they moved.
struct ForestPlot {
  struct Entry {
    let label: String
    let style: SeriesStyle
    /// Reward, or a judge's win rate.
    let gain: Measurement
    let distance: Measurement?
    /// Not in the competition: the reference, best of n.
    let isBaseline: Bool
  }

  let entries: [Entry]
  let id: String

  private static let row = 19.0
  private static let top = 30.0
  private static let longest = 34
  /// Where names end, and where the two panels begin and end.
  private static let (names, gains, distances) = (236.0, (250.0, 600.0), (628.0, 866.0))

  /// Nil where nothing can be drawn.
  var html: HTML? {
    let shown = entries.filter { $0.gain.value?.isFinite == true }
      .sorted { ($0.gain.value ?? 0) > ($1.gain.value ?? 0) }
    guard let first = shown.first else { return nil }
    let height = Self.top + Self.row * Double(shown.count) + 46
    let bottom = Self.top + Self.row * Double(shown.count)
    let gain = scale(shown.map(\.gain), Self.gains)
    let moved = shown.compactMap(\.distance)
    let distance = scale(moved, Self.distances, isDistance: true)
    var rows: HTML = ""
    for (place, entry) in shown.enumerated() {
      let y = Self.top + Self.row * (Double(place) + 0.5)
      let name =
        entry.label.count > Self.longest
        ? entry.label.prefix(Self.longest - 1) + "…" : entry.label[...]
      rows += """
        <text class="name\(entry.isBaseline ? " base" : "")" x="\(at: Self.names)" y="\(at: y + 4)">\
        <title>\(text: entry.label)</title>\(text: String(name))</text>\
        \(mark(entry.gain, gain, y, entry))
        """
      if let found = entry.distance { rows += mark(found, distance, y, entry) }
    }
    let title = Measure.named(first.gain.name)?.title ?? JudgedRate.title
    let words = shown.prefix(24).map { "\($0.label): \(PrintedEstimate($0.gain).phrase)" }
    let drawing: HTML = """
      <svg class="forest" viewBox="0 0 880 \(at: height)" role="img" \
      aria-labelledby="\(attribute: id)-t \(attribute: id)-d">\
      <title id="\(attribute: id)-t">\(text: title) and KL of every policy</title>\
      <desc id="\(attribute: id)-d">\(text: words.joined(separator: "; "))</desc>\
      \(axis(gain, title, bottom))\(moved.isEmpty ? "" : axis(distance, "KL to reference (nats)", bottom))\
      \(baseline(shown, gain, bottom))\(rows)</svg>

      """
    return Figure.figure(
      drawing,
      caption: """
        \(text: title) of final checkpoints, the greatest first, and beside it the KL from the \
        reference, with their intervals. The dotted line is the reference's. Policies whose intervals \
        overlap are not told apart by this drawing. An interval that leaves the frame is cut; a KL of 0 has no place on a logarithmic axis.
        """)
  }

  private func scale(
    _ measurements: [Measurement], _ place: (Double, Double), isDistance: Bool = false
  ) -> Scale {
    var values = measurements.compactMap(\.value).filter(\.isFinite)
    let positive = values.filter { $0 > 0 }
    let isLogarithmic = isDistance && Scale.prefersLogarithm(positive)
    if isLogarithmic { values = positive }
    let (least, most) = (values.min() ?? 0, values.max() ?? 1)
    let spread = most - least
    let ends = measurements.compactMap(\.low) + measurements.compactMap(\.high)
    // One interval of two seeds is not to press all others into a line.
    let near = ends.filter { $0.isFinite && $0 >= least - spread && $0 <= most + spread }
    var scale = Scale(
      holding: isLogarithmic ? values : values + near, zero: isDistance,
      logarithmic: isLogarithmic)
    (scale.start, scale.end) = place
    return scale
  }

  private func mark(_ found: Measurement, _ scale: Scale, _ y: Double, _ entry: Entry) -> HTML {
    guard let value = found.value, value.isFinite, value > 0 || !scale.isLogarithmic else {
      return ""
    }
    var bar: HTML = ""
    if let low = found.low, let high = found.high, low.isFinite, high.isFinite {
      let (from, to) = (max(scale.start, scale(low)), min(scale.end, scale(high)))
      bar =
        "<path class=\"e \(entry.style.colourClass)\" d=\"M\(at: from) \(at: y)H\(at: to)\"/>"
    }
    let title: HTML = "\(text: entry.label): \(text: PrintedEstimate(found).phrase)"
    return "\(bar)\(entry.style.mark(x: scale(value), y: y, radius: 4.5, title: title))"
  }

  private func axis(_ scale: Scale, _ title: String, _ bottom: Double) -> HTML {
    var grid: HTML = ""
    var words: HTML = ""
    for (value, label) in zip(scale.ticks.values, scale.ticks.labels) {
      let x = scale(value)
      grid += "M\(at: x) \(at: Self.top - 4)V\(at: bottom + 4)"
      for y in [Self.top - 10, bottom + 18] {
        words += "<text x=\"\(at: x)\" y=\"\(at: y)\">\(text: label)</text>"
      }
    }
    return """
      <path class="gr" d="\(grid)"/><g class="tx">\(words)\
      <text class="at" x="\(at: (scale.start + scale.end) / 2)" y="\(at: bottom + 38)">\(text: title)</text></g>
      """
  }

  private func baseline(_ shown: [Entry], _ scale: Scale, _ bottom: Double) -> HTML {
    guard let value = shown.first(where: { $0.isBaseline && $0.style == .ink })?.gain.value else {
      return ""
    }
    return """
      <path class="l ci ref" d="M\(at: scale(value)) \(at: Self.top - 4)V\(at: bottom + 4)"/>
      """
  }
}
