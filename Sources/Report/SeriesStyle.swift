/// How one method is drawn everywhere: colour, marker, filling and dashes each tell it apart alone.
struct SeriesStyle: Equatable {
  /// 0 ..< ``colours``; nil draws in the colour of the text.
  let colour: Int?
  let marker: Marker
  /// 0 filled, 1 hollow, 2 hollow with a dot.
  let filling: Int
  /// 0 ..< ``dashes``; 0 is solid.
  let dash: Int

  static let colours = 8
  static let dashes = 6

  /// The reference policy and the optimal policy: ink, not a method's colour.
  static let ink = SeriesStyle(colour: nil, marker: .circle, filling: 1, dash: 0)
  /// Best-of-N sampling.
  static let bestOf = SeriesStyle(colour: nil, marker: .circle, filling: 0, dash: 0)

  /// Styles for groups in order, given the method of each.
  ///
  /// Up to eight groups differ in everything. With more, groups of one method share colour and
  /// marker and differ in filling and dashes.
  static func styles(forMethods methods: [String]) -> [SeriesStyle] {
    guard methods.count > colours else {
      return methods.indices.map { slot($0, variant: 0, dash: $0) }
    }
    var order: [String] = []
    var members: [String: Int] = [:]
    return methods.map { method in
      if !order.contains(method) { order.append(method) }
      let variant = members[method, default: 0]
      members[method] = variant + 1
      let index = order.firstIndex(of: method) ?? 0
      return slot(index, variant: variant, dash: index + variant)
    }
  }

  private static func slot(_ index: Int, variant: Int, dash: Int) -> SeriesStyle {
    let markers = Marker.allCases.count
    let shifted = (index + index / colours * 3) % markers
    return SeriesStyle(
      colour: index % colours, marker: Marker.allCases[shifted],
      filling: (variant + index / colours) % 3, dash: dash % dashes)
  }

  /// The class that sets the series colour.
  var colourClass: HTML { colour.map { "c\($0)" } ?? "ci" }

  /// The class for a line of this series.
  var lineClass: HTML { dash == 0 ? "l \(colourClass)" : "l \(colourClass) d\(dash)" }

  /// The marker at a point, with what a reader sees when pointing at it.
  func mark(x: Double, y: Double, radius: Double, title: HTML = "") -> HTML {
    let kind: HTML = filling == 0 ? "m" : "m h"
    let label: HTML = title.isEmpty ? "" : "<title>\(title)</title>"
    var path: HTML =
      """
      <path class="\(kind) \(colourClass)" \
      d="\(marker.outline(x: x, y: y, radius: radius))">\(label)</path>
      """
    if filling == 2 {
      path += "<circle class=\"m \(colourClass)\" cx=\"\(at: x)\" cy=\"\(at: y)\" r=\"1.2\"/>"
    }
    return path
  }

  /// Line and marker as a legend shows them.
  func sample(showsMarker: Bool = true) -> HTML {
    """
    <svg class="key" width="38" height="14" viewBox="0 0 38 14" aria-hidden="true">\
    <path class="\(lineClass)" d="M1 7h36"/>\
    \(showsMarker ? mark(x: 19, y: 7, radius: 5) : "")</svg>
    """
  }
}
