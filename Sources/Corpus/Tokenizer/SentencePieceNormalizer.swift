/// What SentencePiece does to a text before it looks for pieces.
///
/// Source: SentencePiece 0.2.3, `normalizer.cc`.
struct SentencePieceNormalizer: Sendable {
  static let marker: [UInt8] = [0xE2, 0x96, 0x81]

  let characters: CharacterMap?
  /// Texts that stay as they are, and become one piece each.
  let userDefined: ByteTrie
  /// Whether a blank is put before the text, or behind it where pieces end in blanks.
  let addsBlank: Bool
  /// Whether it also is put before what follows a special token.
  let addsBlankEverywhere: Bool
  let blankFollows: Bool
  /// Whether blanks at both ends go, and runs of them become one.
  let removesBlanks: Bool
  /// Whether blanks become U+2581.
  let marksBlanks: Bool

  private var blank: [UInt8] { marksBlanks ? Self.marker : [0x20] }

  /// - Parameter isBeginning: whether the text begins there, rather than behind a special token.
  func apply(_ bytes: [UInt8], isBeginning: Bool = true) -> [UInt8] {
    guard !bytes.isEmpty else { return [] }
    let addsBlank = addsBlank && (isBeginning || addsBlankEverywhere)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 2 + 8)
    let isKept = bytes.withUnsafeBufferPointer {
      append($0, addsBlank: addsBlank, to: &result)
    }
    guard isKept else { return [] }
    if removesBlanks {
      let blank = blank
      while result.count >= blank.count, result.suffix(blank.count).elementsEqual(blank) {
        result.removeLast(blank.count)
      }
    }
    if addsBlank, blankFollows { result += blank }
    return result
  }

  /// False where the text is nothing but blanks that go.
  private func append(
    _ bytes: UnsafeBufferPointer<UInt8>, addsBlank: Bool, to result: inout [UInt8]
  ) -> Bool {
    var offset = 0
    if removesBlanks {
      while offset < bytes.count {
        let (end, replacement) = unit(bytes, at: offset)
        guard isBlank(bytes, offset..<end, replacement) else { break }
        offset = end
      }
      if offset == bytes.count { return false }
    }
    if addsBlank, !blankFollows { result += blank }
    var isAfterBlank = removesBlanks
    while offset < bytes.count {
      let (end, replacement) = unit(bytes, at: offset)
      if let replacement {
        append(replacement, &isAfterBlank, to: &result)
      } else {
        append(bytes[offset..<end], &isAfterBlank, to: &result)
      }
      offset = end
    }
    return true
  }

  private func append(
    _ text: some BidirectionalCollection<UInt8>, _ isAfterBlank: inout Bool,
    to result: inout [UInt8]
  ) {
    let kept = isAfterBlank ? text.drop { $0 == 0x20 } : text[...]
    guard let last = kept.last else { return }
    for byte in kept {
      if byte == 0x20, marksBlanks {
        result += Self.marker
      } else {
        result.append(byte)
      }
    }
    isAfterBlank = removesBlanks && last == 0x20
  }

  /// Where the characters at an offset that are replaced together end, and by what if not
  /// themselves.
  private func unit(
    _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int
  ) -> (end: Int, replacement: ArraySlice<UInt8>?) {
    if !userDefined.isEmpty, let found = userDefined.longest(bytes, at: offset) {
      return (found.end, nil)
    }
    if let characters, let match = characters.longest(bytes, at: offset) {
      return (offset + match.length, characters.bytes(match))
    }
    return (min(offset + Unicode8.width(bytes[offset]), bytes.count), nil)
  }

  private func isBlank(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ replacement: ArraySlice<UInt8>?
  ) -> Bool {
    if let replacement { return replacement.elementsEqual([0x20]) }
    return range.count == 1 && bytes[range.lowerBound] == 0x20
  }
}
