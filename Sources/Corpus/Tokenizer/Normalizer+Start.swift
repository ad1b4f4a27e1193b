extension Normalizer {
  /// Rewrites a text, and tells whether its first character still stands for the first of the
  /// original, as far as Hugging Face tokenizers keep account of it: what `prepend_scheme: first`
  /// means by the beginning of a text.
  func applyTrackingStart(_ bytes: [UInt8]) -> (bytes: [UInt8], isStart: Bool) {
    guard case .sequence(let steps) = self else { return (apply(bytes), !dropsStart(of: bytes)) }
    return steps.reduce((bytes, true)) { before, step in
      let (after, isStart) = step.applyTrackingStart(before.0)
      return (after, before.1 && isStart)
    }
  }

  private func dropsStart(of bytes: [UInt8]) -> Bool {
    guard
      let first = bytes.withUnsafeBufferPointer({
        $0.isEmpty ? nil : Unicode8.scalar($0, at: 0).scalar
      })
    else { return false }
    switch self {
    case .stripAccents: return CharacterClass.isAccent9(first)
    case .strip(let left, _): return left && CharacterClass.isSpace(first)
    case .translation:
      return Self.scalars(Array(String(first).utf8), Self.cleanForTranslation) == []
    case .bert(let normalizer): return normalizer.drops(first)
    case .replace(let matcher, let content):
      var match = 0..<0
      bytes.withUnsafeBufferPointer { buffer in
        matcher.forEachMatch(in: buffer) { if $0.lowerBound == 0 { match = $0 } }
      }
      // A replacement stands for the last character that it replaces.
      return content.isEmpty && !match.isEmpty || match.count > Unicode8.width(bytes[0])
    case .composed, .decomposed, .compatibilityComposed, .compatibilityDecomposed, .lowercase,
      .prepend, .precompiled, .byteLevel, .sentencePiece, .sequence:
      return false
    }
  }
}
