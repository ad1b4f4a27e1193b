import Foundation

/// A step that rewrites text before it is cut into pieces.
enum Normalizer: Sendable {
  case composed, decomposed, compatibilityComposed, compatibilityDecomposed
  case lowercase
  case stripAccents
  case replace(TextMatcher, with: [UInt8])
  case prepend([UInt8])
  case strip(left: Bool, right: Bool)
  case bert(BertNormalizer)
  case precompiled(CharacterMap)
  /// The clean-up of machine translation: control characters go, what stands for a blank becomes one.
  case translation
  case byteLevel
  case sentencePiece(SentencePieceNormalizer)
  case sequence([Normalizer])

  /// - Parameter bytes: valid UTF-8, and so is the result.
  func apply(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .composed: Self.form(bytes) { $0.precomposedStringWithCanonicalMapping }
    case .decomposed: Self.form(bytes) { $0.decomposedStringWithCanonicalMapping }
    case .compatibilityComposed:
      Self.form(bytes) { $0.precomposedStringWithCompatibilityMapping }
    case .compatibilityDecomposed:
      Self.form(bytes) { $0.decomposedStringWithCompatibilityMapping }
    case .lowercase:
      // Character by character: the final sigma of a word is no exception, as in Hugging Face.
      Self.scalars(bytes) { scalar, result in
        if scalar.value < 0x80 {
          let byte = UInt8(truncatingIfNeeded: scalar.value)
          result.append((0x41...0x5A).contains(byte) ? byte + 0x20 : byte)
        } else {
          result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
        }
      }
    case .stripAccents:
      Self.scalars(bytes) { scalar, result in
        if !CharacterClass.isAccent9(scalar) { Unicode8.append(scalar, to: &result) }
      }
    case .replace(let matcher, let content): matcher.replace(bytes, with: content)
    case .prepend(let content): bytes.isEmpty ? bytes : content + bytes
    case .strip(let left, let right): Self.strip(bytes, left: left, right: right)
    case .bert(let normalizer): normalizer.apply(bytes)
    case .precompiled(let map): map.replaceGraphemes(bytes)
    case .translation: Self.scalars(bytes, Self.cleanForTranslation)
    case .byteLevel: bytes.flatMap { ByteAlphabet.encoded[Int($0)] }
    case .sentencePiece(let normalizer): normalizer.apply(bytes)
    case .sequence(let steps): steps.reduce(bytes) { $1.apply($0) }
    }
  }

  /// Source: SentencePiece's rules `nmt`, as Hugging Face tokenizers apply them.
  static func cleanForTranslation(
    _ scalar: Unicode.Scalar, _ result: inout [UInt8]
  ) {
    switch scalar.value {
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: break
    case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
      result.append(0x20)
    default: Unicode8.append(scalar, to: &result)
    }
  }

  private static func form(_ bytes: [UInt8], _ transform: (String) -> String) -> [UInt8] {
    // ASCII is the same in every form.
    if bytes.allSatisfy({ $0 < 0x80 }) { return bytes }
    let text = String(decoding: bytes, as: UTF8.self)
    if text.unicodeScalars.allSatisfy(CharacterClass.isKnown9) {
      return Array(transform(text).utf8)
    }
    // A character that came later stays as it is, and nothing is composed across it.
    var result: [UInt8] = []
    var known = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if CharacterClass.isKnown9(scalar) {
        known.append(scalar)
      } else {
        result += transform(String(known)).utf8
        result += String(scalar).utf8
        known = String.UnicodeScalarView()
      }
    }
    return result + Array(transform(String(known)).utf8)
  }

  /// Rewrites a text character by character.
  static func scalars(
    _ bytes: [UInt8], _ append: (Unicode.Scalar, inout [UInt8]) -> Void
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    bytes.withUnsafeBufferPointer { buffer in
      var offset = 0
      while offset < buffer.count {
        let (scalar, width) = Unicode8.scalar(buffer, at: offset)
        append(scalar, &result)
        offset += width
      }
    }
    return result
  }

  private static func strip(_ bytes: [UInt8], left: Bool, right: Bool) -> [UInt8] {
    var scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
    if left { scalars = scalars.drop(while: CharacterClass.isSpace) }
    if right {
      while let last = scalars.last, CharacterClass.isSpace(last) { scalars.removeLast() }
    }
    return Array(String(scalars).utf8)
  }
}
