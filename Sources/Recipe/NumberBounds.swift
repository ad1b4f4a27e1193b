/// The bounds of a number, and how a message words them.
struct NumberBounds {
  let above: Double?
  let atLeast: Double?
  let below: Double?
  let atMost: Double?

  func contains(_ value: Double) -> Bool {
    (above.map { value > $0 } ?? true) && (atLeast.map { value >= $0 } ?? true)
      && (below.map { value < $0 } ?? true) && (atMost.map { value <= $0 } ?? true)
  }

  /// A value within the bounds, with which reading can go on after a mistake.
  var inside: Double {
    if let value = atLeast ?? atMost { return value }
    switch (above, below) {
    case (let low?, let high?): return (low + high) / 2
    case (let low?, nil): return low + 1
    case (nil, let high?): return high - 1
    case (nil, nil): return 1
    }
  }

  /// `above 0 and at most 1`.
  var words: String {
    let parts = [("above", above), ("at least", atLeast), ("below", below), ("at most", atMost)]
    return parts.compactMap { word, bound in bound.map { "\(word) \(Self.short($0))" } }
      .joined(separator: " and ")
  }

  /// ``words`` as a list of keys has them; nil where there are no bounds.
  var shown: String? { words.isEmpty ? nil : words }

  private static func short(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
