import Foundation

/// Shapes that stay apart in print and for every eye.
enum Marker: Int, CaseIterable {
  case circle, square, triangle, diamond, invertedTriangle, pentagon, hexagon, star

  /// The outline as path data, about `radius` around a point; shapes have equal visual weight.
  func outline(x: Double, y: Double, radius: Double) -> HTML {
    switch self {
    case .circle:
      let r = radius * 0.95
      let d = 2 * r
      return
        """
        M\(at: x - r) \(at: y)a\(at: r) \(at: r) 0 1 0 \(at: d) 0a\(at: r) \(at: r) 0 1 0 \
        \(at: -d) 0z
        """
    case .square:
      let half = radius * 0.86
      return
        """
        M\(at: x - half) \(at: y - half)h\(at: 2 * half)v\(at: 2 * half)h\(at: -2 * half)z
        """
    case .triangle: return polygon(x, y, radius * 1.2, corners: 3, turn: -90)
    case .diamond: return polygon(x, y, radius * 1.2, corners: 4, turn: -90)
    case .invertedTriangle: return polygon(x, y, radius * 1.2, corners: 3, turn: 90)
    case .pentagon: return polygon(x, y, radius * 1.08, corners: 5, turn: -90)
    case .hexagon: return polygon(x, y, radius * 1.05, corners: 6, turn: 0)
    case .star: return polygon(x, y, radius * 1.35, corners: 10, turn: -90, inner: 0.5)
    }
  }

  private func polygon(
    _ x: Double, _ y: Double, _ radius: Double, corners: Int, turn: Double, inner: Double = 1
  ) -> HTML {
    let points = (0..<corners).map { corner -> HTML in
      let angle = (turn + 360 * Double(corner) / Double(corners)) * .pi / 180
      let reach = corner % 2 == 1 ? radius * inner : radius
      return "\(at: x + reach * cos(angle)) \(at: y + reach * sin(angle))"
    }
    return "M\(HTML(points, separator: "L"))z"
  }
}
