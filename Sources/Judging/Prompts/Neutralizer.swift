/// Breaks what in a foreign text could pass for a verdict, for the end of the text, or for a change
/// of speaker.
///
/// A middle dot goes behind the first character of each such place: visible to a reader, and never
/// part of an allowed verdict, so that a judge which echoes or obeys it gives no verdict at all. The
/// places are counted, and the counts reported.
struct Neutralizer {
  /// Sequences of folded characters, and whether a letter or digit may follow.
  private let needles: [(pattern: [Unicode.Scalar?], isWord: Bool)]

  /// - Parameter verdicts: those that the template allows; a number stands for `#` in them.
  init(_ verdicts: [AllowedVerdict]) {
    var needles: [(pattern: [Unicode.Scalar?], isWord: Bool)] = []
    for verdict in verdicts {
      var pattern: [Unicode.Scalar?] = []
      for scalar in verdict.text.unicodeScalars {
        if case .rating = verdict.meaning, scalar == "#" {
          pattern.append(nil)
        } else if let folded = Self.folded(scalar) {
          pattern.append(folded)
        }
      }
      needles.append((pattern, true))
    }
    let delimiters = [
      "<begin:", "<end:", "<|", "|>", "[inst]", "[/inst]", "<<sys>>", "<</sys>>", "<s>", "</s>",
      "<start_of_turn>", "<end_of_turn>", "<think>", "</think>", "<thinking>", "</thinking>",
      "<thought>", "</thought>", "<reasoning>", "</reasoning>",
    ]
    for delimiter in delimiters {
      needles.append((delimiter.unicodeScalars.compactMap(Self.folded), false))
    }
    self.needles = needles
  }

  /// The text with every such place broken, and how many there were.
  ///
  /// Cost: characters × needles.
  func neutralize(_ text: String) -> (text: String, count: Int) {
    let scalars = Array(text.unicodeScalars)
    var folded: [(scalar: Unicode.Scalar, index: Int)] = []
    folded.reserveCapacity(scalars.count)
    for (index, scalar) in scalars.enumerated() {
      if let one = Self.folded(scalar) { folded.append((one, index)) }
    }
    var broken: Set<Int> = []
    for start in folded.indices {
      for needle in needles {
        guard let end = Self.match(needle.pattern, folded, from: start) else { continue }
        let next = folded[end - 1].index + 1
        if needle.isWord, next < scalars.count, scalars[next].properties.isAlphabetic,
          folded[end - 1].scalar.properties.isAlphabetic
        {
          continue
        }
        broken.insert(folded[start].index)
      }
    }
    guard !broken.isEmpty else { return (text, 0) }
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      result.append(scalar)
      if broken.contains(index) { result.append("\u{B7}") }
    }
    return (String(result), broken.count)
  }

  /// Where a match that begins at `start` ends; nil in a pattern stands for digits and points.
  private static func match(
    _ pattern: [Unicode.Scalar?], _ text: [(scalar: Unicode.Scalar, index: Int)], from start: Int
  ) -> Int? {
    var place = start
    for wanted in pattern {
      guard let wanted else {
        let first = place
        while place < text.count, "0123456789.".unicodeScalars.contains(text[place].scalar) {
          place += 1
        }
        if place == first { return nil }
        continue
      }
      guard place < text.count, text[place].scalar == wanted else { return nil }
      place += 1
    }
    return place
  }

  /// What a reader or a model takes a character for: lower case, plain width; nil for spaces,
  /// emphasis and what is invisible.
  private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x20, 0x09...0x0D, 0x85, 0xA0, 0x1680, 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x2064,
      0x3000, 0xFEFF, 0xAD, 0xFE00...0xFE0F, 0x0300...0x036F:
      return nil
    case 0x2A, 0x60: return nil
    case 0x41...0x5A: return Unicode.Scalar(scalar.value + 0x20)
    case 0xFF01...0xFF5E:
      return Unicode.Scalar(scalar.value - 0xFEE0).flatMap(folded)
    // Letters of other scripts that look like those of labels.
    case 0x0391, 0x0410, 0x0430, 0x03B1: return "a"
    case 0x0392, 0x0412: return "b"
    case 0x03F9, 0x0421, 0x0441: return "c"
    case 0x2236, 0xA789, 0x02D0: return ":"
    case 0x27E6: return "["
    case 0x27E7: return "]"
    default: return scalar
    }
  }
}
