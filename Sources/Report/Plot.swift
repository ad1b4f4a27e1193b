/// One drawing with two axes; what belongs inside is appended to ``content``.
struct Plot {
  let width: Double
  let height: Double
  private(set) var x: Scale
  private(set) var y: Scale
  /// Drawn inside the axes and clipped to them.
  var content: HTML = ""
  /// Drawn over everything, not clipped: labels.
  var labels: HTML = ""

  private let xTitle: String
  private let yTitle: String
  private let left: Double
  private let right: Double
  private let top: Double
  private let bottom: Double

  init(
    width: Double, height: Double, x: Scale, y: Scale, xTitle: String, yTitle: String
  ) {
    self.width = width
    self.height = height
    self.xTitle = xTitle
    self.yTitle = yTitle
    let widest = y.ticks.labels.map(\.count).max() ?? 1
    left = Double(widest) * 7 + (yTitle.isEmpty ? 12 : 30)
    right = width - 14
    top = 10
    bottom = height - (xTitle.isEmpty ? 24 : 42)
    self.x = x
    self.y = y
    self.x.start = left
    self.x.end = right
    self.y.start = bottom
    self.y.end = top
  }

  /// Path data through points; a nil breaks the line.
  func line(_ points: [(x: Double, y: Double)?]) -> HTML {
    var path: HTML = ""
    var isPenDown = false
    for point in points {
      guard let point, point.x.isFinite, point.y.isFinite else {
        isPenDown = false
        continue
      }
      path += "\(isPenDown ? "L" : "M")\(at: x(point.x)) \(at: y(point.y))"
      isPenDown = true
    }
    return path
  }

  /// Whether a place in the drawing lies within the axes.
  func isInside(x: Double, y: Double) -> Bool {
    (left...right).contains(x) && (top...bottom).contains(y)
  }

  /// Whether a value can be drawn on these axes at all.
  func canShow(x horizontal: Double, y vertical: Double) -> Bool {
    horizontal.isFinite && vertical.isFinite && (!x.isLogarithmic || horizontal > 0)
      && (!y.isLogarithmic || vertical > 0)
  }

  /// The drawing. `id` must be unique in the page; `title` and `description` are read aloud.
  func svg(id: String, title: String, description: String) -> HTML {
    """
    <svg viewBox="0 0 \(at: width) \(at: height)" role="img" \
    aria-labelledby="\(attribute: id)-t \(attribute: id)-d">\
    <title id="\(attribute: id)-t">\(text: title)</title>\
    <desc id="\(attribute: id)-d">\(text: description)</desc>\
    \(axes)<svg x="\(at: left)" y="\(at: top)" width="\(at: right - left)" \
    height="\(at: bottom - top)" viewBox="\(at: left) \(at: top) \(at: right - left) \
    \(at: bottom - top)">\(content)</svg>\(labels)</svg>

    """
  }

  private var axes: HTML {
    var grid: HTML = ""
    var words: HTML = ""
    let horizontal = x.ticks
    let spacing = (right - left) / Double(max(1, horizontal.labels.count))
    let widest = Double(horizontal.labels.map(\.count).max() ?? 1) * 7 + 6
    let stride = max(1, Int((widest / spacing).rounded(.up)))
    for (index, value) in horizontal.values.enumerated() {
      let place = x(value)
      grid += "M\(at: place) \(at: top)V\(at: bottom)"
      if index % stride == 0 {
        words +=
          "<text x=\"\(at: place)\" y=\"\(at: bottom + 16)\">\(text: horizontal.labels[index])</text>"
      }
    }
    var beside: HTML = ""
    for (value, label) in zip(y.ticks.values, y.ticks.labels) {
      let place = y(value)
      grid += "M\(at: left) \(at: place)H\(at: right)"
      beside += "<text x=\"\(at: left - 6)\" y=\"\(at: place + 4)\">\(text: label)</text>"
    }
    let middle = (top + bottom) / 2
    let under: HTML =
      xTitle.isEmpty
      ? ""
      : "<text class=\"at\" x=\"\(at: (left + right) / 2)\" y=\"\(at: height - 6)\">\(text: xTitle)</text>"
    let upright: HTML =
      yTitle.isEmpty
      ? ""
      : """
      <text class="at" transform="translate(12 \(at: middle)) rotate(-90)">\(text: yTitle)</text>
      """
    return
      """
      <path class="gr" d="\(grid)"/>\
      <path class="ax" d="M\(at: left) \(at: top)V\(at: bottom)H\(at: right)"/>\
      <g class="tx">\(words)\(under)\(upright)</g><g class="ty">\(beside)</g>
      """
  }
}
