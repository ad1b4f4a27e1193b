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
  /// Letters of the longest name that is written whole, and the width of one.
  private static let (longest, letter) = (48, 6.9)
  /// Where names end at the least, and where the drawing ends.
  private static let (leastNames, right) = (120.0, 866.0)

  /// Nil where nothing can be drawn.
  var html: HTML? {
    let shown = entries.filter { $0.gain.value?.isFinite == true }
      .sorted { ($0.gain.value ?? 0) > ($1.gain.value ?? 0) }
    guard let first = shown.first else { return nil }
    let height = Self.top + Self.row * Double(shown.count) + 46
    let bottom = Self.top + Self.row * Double(shown.count)
    let names = max(
      Self.leastNames,
      Self.letter * Double(shown.map { min(Self.longest, $0.label.count) }.max() ?? 0))
    // The gain has three fifths of what names leave.
    let middle = names + 14 + 0.6 * (Self.right - names - 14)
    let gain = scale(shown.map(\.gain), (names + 14, middle - 14))
    let moved = shown.compactMap(\.distance)
    let distance = scale(moved, (middle + 14, Self.right), isDistance: true)
    var rows: HTML = ""
    for (place, entry) in shown.enumerated() {
      let y = Self.top + Self.row * (Double(place) + 0.5)
      rows += """
        <text class="name\(entry.isBaseline ? " base" : "")" x="\(at: names)" y="\(at: y + 4)">\
        <title>\(text: entry.label)</title>\(text: Self.short(entry.label))</text>\
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

  /// A name as it fits: settings stand at its end and the method at its beginning, so what is left out
  /// is of the middle.
  static func short(_ name: String) -> String {
    guard name.count > longest else { return name }
    let beginning = (longest - 1) / 2
    return name.prefix(beginning) + "…" + name.suffix(longest - 1 - beginning)
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
    for x in scale.ticks.values.map(scale.callAsFunction) {
      grid += "M\(at: x) \(at: Self.top - 4)V\(at: bottom + 4)"
    }
    for (x, label) in scale.labels(letter: Self.letter) {
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
