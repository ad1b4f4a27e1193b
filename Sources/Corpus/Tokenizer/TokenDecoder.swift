/// A step from tokens back to text.
enum TokenDecoder: Sendable {
  case byteLevel
  case byteFallback
  case fuse
  case replace(TextMatcher, with: [UInt8])
  /// Removes up to so many of a character from the start and the end of each token.
  case strip(content: Unicode.Scalar, start: Int, stop: Int)
  case metaspace(replacement: Unicode.Scalar, scheme: MetaspaceScheme)
  /// Joins words, those that continue one without their prefix.
  case wordPiece(prefix: String, cleansUp: Bool)
  case sentencePiece(SentencePieceDecoder)
  case sequence([TokenDecoder])

  func apply(_ tokens: [String]) -> [String] {
    switch self {
    case .byteLevel:
      let bytes = tokens.flatMap { token in
        ByteAlphabet.decode(token.unicodeScalars) ?? Array(token.utf8)
      }
      return [String(decoding: bytes, as: UTF8.self)]
    case .byteFallback: return Self.fallBack(tokens)
    case .fuse: return [tokens.joined()]
    case .replace(let matcher, let content):
      return tokens.map {
        String(decoding: matcher.replace(Array($0.utf8), with: content), as: UTF8.self)
      }
    case .strip(let content, let start, let stop):
      return tokens.map { Self.strip($0, content, start: start, stop: stop) }
    case .metaspace(let replacement, let scheme):
      return tokens.enumerated().map { index, token in
        var text = ""
        for scalar in token.unicodeScalars {
          if scalar != replacement {
            text.unicodeScalars.append(scalar)
          } else if index > 0 || scheme == .never {
            text += " "
          }
        }
        return text
      }
    case .wordPiece(let prefix, let cleansUp):
      return tokens.enumerated().map { index, token in
        var units = Array(token.utf8)
        if index > 0 {
          units =
            units.starts(with: prefix.utf8)
            ? Array(units.dropFirst(prefix.utf8.count)) : [0x20] + units
        }
        return String(decoding: cleansUp ? Self.cleanUp(units) : units, as: UTF8.self)
      }
    case .sentencePiece(let decoder): return [decoder.apply(tokens)]
    case .sequence(let steps): return steps.reduce(tokens) { $1.apply($0) }
    }
  }

  /// The tokens `<0x00>` to `<0xFF>`.
  static let byteTokens = (0...255).map { byte in
    "<0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))>"
  }

  /// The byte of a token `<0x41>`.
  static func byte(_ token: String) -> UInt8? {
    let units = Array(token.utf8)
    guard units.count == 6, token.hasPrefix("<0x"), token.hasSuffix(">") else { return nil }
    let digits = units[3...4].map { Character(Unicode.Scalar($0)).hexDigitValue }
    guard let high = digits[0], let low = digits[1] else { return nil }
    return UInt8(high << 4 | low)
  }

  /// English blanks that words joined by blanks have too many of, in the order of the source.
  ///
  /// Source: Hugging Face tokenizers, `decoders/wordpiece.rs`.
  private static func cleanUp(_ units: [UInt8]) -> [UInt8] {
    let changes = [
      (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
      (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ]
    return changes.reduce(units) {
      TextMatcher.literal(Array($1.0.utf8)).replace($0, with: Array($1.1.utf8))
    }
  }

  /// Joins runs of byte tokens; each byte of an invalid run becomes U+FFFD.
  private static func fallBack(_ tokens: [String]) -> [String] {
    var result: [String] = []
    var run: [UInt8] = []
    func flush() {
      guard !run.isEmpty else { return }
      if let text = String(validating: run, as: UTF8.self) {
        result.append(text)
      } else {
        result += [String](repeating: "\u{FFFD}", count: run.count)
      }
      run = []
    }
    for token in tokens {
      if let byte = byte(token) {
        run.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }

  private static func strip(
    _ token: String, _ content: Unicode.Scalar, start: Int, stop: Int
  ) -> String {
    var scalars = token.unicodeScalars[...]
    for _ in 0..<start {
      guard scalars.first == content else { break }
      scalars.removeFirst()
    }
    for _ in 0..<stop {
      guard scalars.last == content else { break }
      scalars.removeLast()
    }
    return String(scalars)
  }
}
