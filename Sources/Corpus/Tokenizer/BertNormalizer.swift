/// The clean-up that BERT does before it looks for words.
///
/// Source: Devlin et al. 2018, the published tokenizer, in the order of Hugging Face tokenizers.
struct BertNormalizer: Sendable {
  /// Whether control characters go and every blank becomes a space.
  let cleans: Bool
  /// Whether Chinese characters stand between spaces.
  let spacesChinese: Bool
  let stripsAccents: Bool
  let lowercases: Bool

  func apply(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    if cleans || spacesChinese {
      bytes = Normalizer.scalars(bytes) { scalar, result in
        if cleans, Self.isControl(scalar) { return }
        if cleans, CharacterClass.isSpace(scalar) {
          result.append(0x20)
        } else if spacesChinese, Self.isChinese(scalar) {
          result.append(0x20)
          Unicode8.append(scalar, to: &result)
          result.append(0x20)
        } else {
          Unicode8.append(scalar, to: &result)
        }
      }
    }
    if stripsAccents {
      bytes = Normalizer.scalars(Normalizer.decomposed.apply(bytes)) { scalar, result in
        if !CharacterClass.isNonspacingMark8(scalar) { Unicode8.append(scalar, to: &result) }
      }
    }
    return lowercases ? Normalizer.lowercase.apply(bytes) : bytes
  }

  /// Whether a character that begins a text leaves nothing.
  func drops(_ scalar: Unicode.Scalar) -> Bool {
    cleans && Self.isControl(scalar) || stripsAccents && CharacterClass.isNonspacingMark8(scalar)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: false
    case 0, 0xFFFD: true
    default: CharacterClass.isOther8(scalar)
    }
  }

  /// The ideographs, by the ranges that the source lists.
  private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
      0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
