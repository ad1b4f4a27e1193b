import Foundation

/// A step that rewrites text before it is cut into pieces.
enum Normalizer: Sendable {
  case composed, decomposed, compatibilityComposed, compatibilityDecomposed
  case lowercase
  case stripAccents
  case replace(TextMatcher, with: [UInt8])
  case prepend([UInt8])
  case strip(left: Bool, right: Bool)
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
        result.unicodeScalars.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    case .stripAccents:
      Self.scalars(bytes) { scalar, result in
        if !CharacterClass.isMark(scalar) { result.unicodeScalars.append(scalar) }
      }
    case .replace(let matcher, let content): matcher.replace(bytes, with: content)
    case .prepend(let content): bytes.isEmpty ? bytes : content + bytes
    case .strip(let left, let right): Self.strip(bytes, left: left, right: right)
    case .sequence(let steps): steps.reduce(bytes) { $1.apply($0) }
    }
  }

  private static func form(_ bytes: [UInt8], _ transform: (String) -> String) -> [UInt8] {
    // ASCII is the same in every form.
    if bytes.allSatisfy({ $0 < 0x80 }) { return bytes }
    return Array(transform(String(decoding: bytes, as: UTF8.self)).utf8)
  }

  private static func scalars(
    _ bytes: [UInt8], _ append: (Unicode.Scalar, inout String) -> Void
  ) -> [UInt8] {
    var result = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars { append(scalar, &result) }
    return Array(result.utf8)
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
