import Runs

/// From pieces to text, as SentencePiece puts it.
///
/// Source: SentencePiece 0.2.3, `sentencepiece_processor.cc`.
struct SentencePieceDecoder: Sendable {
  private static let marker: Unicode.Scalar = "\u{2581}"

  /// The piece of unknown characters, and what stands for it in a text.
  let unknown: (piece: String, surface: String)
  /// Whether the tokens `<0x00>` to `<0xFF>` are bytes.
  let readsBytes: Bool
  /// Whether a blank that begins the text goes, or all of them.
  let dropsBlank: Bool
  let dropsAllBlanks: Bool

  func apply(_ tokens: [String]) -> String {
    var text = String.UnicodeScalarView()
    var run: [UInt8] = []
    var isAtStart = true
    var hasDropped = false
    for token in tokens {
      if readsBytes, let byte = TokenDecoder.byte(token) {
        run.append(byte)
        continue
      }
      Self.append(run, to: &text)
      run = []
      if hasDropped || !text.isEmpty { isAtStart = false }
      hasDropped = false
      if ByteText(token) == ByteText(unknown.piece) {
        text.append(contentsOf: unknown.surface.unicodeScalars)
        continue
      }
      var scalars = token.unicodeScalars[...]
      if isAtStart, dropsBlank, scalars.first == Self.marker {
        scalars.removeFirst()
        hasDropped = !dropsAllBlanks
      }
      for scalar in scalars { text.append(scalar == Self.marker ? " " : scalar) }
    }
    Self.append(run, to: &text)
    return String(text)
  }

  /// Appends bytes as text; each byte that belongs to no character becomes U+FFFD.
  private static func append(_ run: [UInt8], to text: inout String.UnicodeScalarView) {
    var offset = 0
    while offset < run.count {
      let end = min(offset + Unicode8.width(run[offset]), run.count)
      if let character = String(validating: run[offset..<end], as: UTF8.self) {
        text.append(contentsOf: character.unicodeScalars)
        offset = end
      } else {
        text.append("\u{FFFD}")
        offset += 1
      }
    }
  }
}
