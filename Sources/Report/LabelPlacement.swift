/// Finds room for short labels beside points of a drawing, so that none lies on another or leaves the
/// frame.
struct LabelPlacement {
  /// Where a text begins: its left end on its baseline.
  struct Place: Equatable {
    var x: Double
    var y: Double
  }

  private struct Box {
    var left: Double
    var right: Double
    var top: Double
    var bottom: Double

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
  }

  private let frame: Box
  private let size: Double
  private var taken: [Box] = []

  /// - Parameters:
  ///   - width: of the drawing; labels stay inside.
  ///   - height: of the drawing.
  ///   - left: where the axis stands.
  ///   - size: of the letters, in the drawing's units.
  init(left: Double = 0, width: Double, height: Double, size: Double) {
    frame = Box(left: left, right: width, top: 0, bottom: height)
    self.size = size
  }

  /// The first place around a point that is free: right above, right below, left above, left below,
  /// above, below, and then the same further away.
  ///
  /// - Parameter isOfRisingLine: a line goes up to the right, so that left above comes first.
  /// - Returns: nil where all are taken; whoever draws leaves the label out.
  mutating func place(
    _ text: String, x: Double, y: Double, isOfRisingLine: Bool = false
  ) -> Place? {
    let width = Double(text.count) * size * 0.62
    for distance in [5.0, 12] {
      let (right, left, middle) = (x + distance, x - distance - width, x - width / 2)
      let (above, below) = (y - distance / 2, y + distance / 2 + size * 0.8)
      let corners = [
        Place(x: right, y: above), Place(x: right, y: below), Place(x: left, y: above),
        Place(x: left, y: below),
      ]
      let order = isOfRisingLine ? [2, 1, 3, 0] : [0, 1, 2, 3]
      for place in order.map({ corners[$0] }) + [
        Place(x: middle, y: y - distance - 2),
        Place(x: middle, y: y + distance + 2 + size * 0.8),
      ] {
        let box = Box(
          left: place.x, right: place.x + width, top: place.y - size * 0.8, bottom: place.y + 1)
        guard
          box.left >= frame.left, box.right <= frame.right, box.top >= frame.top,
          box.bottom <= frame.bottom, !taken.contains(where: box.overlaps)
        else { continue }
        taken.append(box)
        return place
      }
    }
    return nil
  }
}
