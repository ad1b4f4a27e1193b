/// Classes of characters by their Unicode properties, as Rust and Hugging Face define them.
enum CharacterClass {
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value) }
    return scalar.properties.isWhitespace
  }

  /// Nd, Nl and No.
  static func isNumeric(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return (0x30...0x39).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: return true
    default: return false
    }
  }

  /// The category of a character in an older version of Unicode, nil where it was not there yet:
  /// the tables of Hugging Face tokenizers are older than ours.
  private static func category(
    _ scalar: Unicode.Scalar, in version: Int
  ) -> Unicode.GeneralCategory? {
    let properties = scalar.properties
    guard let age = properties.age, age.major <= version else { return nil }
    // Those that have changed since.
    switch scalar.value {
    case 0x166D, 0x111C9: return .otherPunctuation
    case 0x1734, 0x1171E: return .nonspacingMark
    case 0x1CF2, 0x1CF3, 0xA9BD: return .spacingMark
    case 0x1885 where version < 9, 0x1886 where version < 9: return .otherLetter
    default: return properties.generalCategory
    }
  }

  /// Whether a character was there in Unicode 9, whose normal forms are those of Hugging Face.
  static func isKnown9(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x0530, 0x3400...0x4DB5, 0x4E00...0x9FD5, 0xAC00...0xD7A3: return true
    default: return scalar.properties.age.map { $0.major <= 9 } ?? false
    }
  }

  /// ASCII punctuation, its symbols included, and category P of Unicode 8.
  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
    case ..<0x80: return false
    default: break
    }
    switch category(scalar, in: 8) {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  /// Mn, Mc and Me.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  /// Mn, Mc and Me of Unicode 9, which accents are.
  static func isAccent9(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x300 { return false }
    switch category(scalar, in: 9) {
    case .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return false
    }
  }

  /// Mn of Unicode 8.
  static func isNonspacingMark8(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x300 && category(scalar, in: 8) == .nonspacingMark
  }

  /// Cc, Cf and Co of Unicode 8.
  static func isOther8(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch category(scalar, in: 8) {
    case .control, .format, .privateUse: return true
    default: return false
    }
  }

  /// The characters of ``isWord(_:)`` as a class of a pattern.
  static let wordPattern = #"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{200C}\x{200D}"#

  /// A character of a word, for added tokens that match whole words only.
  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isAlphabetic || isMark(scalar) { return true }
    if scalar == "\u{200C}" || scalar == "\u{200D}" { return true }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }
}
