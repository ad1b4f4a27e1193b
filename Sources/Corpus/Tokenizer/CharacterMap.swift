/// Replacements of characters as SentencePiece compiles them: a double-array tree over the bytes to
/// replace, and the replacements, each ended by a zero byte.
///
/// Source: Yata, darts-clone, for the tree; SentencePiece, `normalizer.cc`, for the file's form.
struct CharacterMap: Sendable {
  /// Longer replacements are refused: a file must not turn a page into gigabytes. The longest of
  /// Unicode's own is 33 bytes.
  static let longestReplacement = 96

  /// No more bytes are compared: a damaged tree may lead in circles. Those of Unicode's forms are 18
  /// at most.
  static let longestSequence = 256

  private let units: [UInt32]
  private let replacements: [UInt8]

  /// - Throws: what is wrong with the bytes.
  init(_ blob: [UInt8]) throws(CharacterMapError) {
    guard blob.count >= 8 else { throw CharacterMapError(problem: "is shorter than 8 bytes") }
    func unit(_ offset: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(blob[offset + $1]) << (8 * UInt32($1)) }
    }
    let size = Int(unit(0))
    guard size >= 4, size % 4 == 0, size <= blob.count - 4 else {
      throw CharacterMapError(
        problem: "says that its tree takes \(size) of \(blob.count - 4) bytes")
    }
    units = (0..<size / 4).map { unit(4 + 4 * $0) }
    replacements = Array(blob[(4 + size)...])
    guard String(validating: replacements, as: UTF8.self) != nil else {
      throw CharacterMapError(problem: "holds replacements that are not UTF-8")
    }
    let longest = replacements.split(separator: 0).lazy.map(\.count).max() ?? 0
    guard longest <= Self.longestReplacement else {
      throw CharacterMapError(
        problem: "holds a replacement of \(longest) bytes; more than \(Self.longestReplacement) "
          + "are refused")
    }
  }

  /// A character sequence that is replaced, and where its replacement lies.
  struct Match {
    let length: Int
    let replacement: Range<Int>
  }

  /// The longest replaceable bytes at an offset.
  func longest(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Match? {
    match(bytes[start...], isLongest: true)
  }

  /// The shortest replaceable bytes in front.
  func shortest(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Match? {
    match(bytes, isLongest: false)
  }

  func bytes(_ match: Match) -> ArraySlice<UInt8> { replacements[match.replacement] }

  /// Walks the tree; what points out of it, in a damaged file, leads nowhere.
  private func match(
    _ bytes: Slice<UnsafeBufferPointer<UInt8>>, isLongest: Bool
  ) -> Match? {
    var found: (length: Int, value: Int)?
    var place = Int(Self.offset(units[0]))
    var length = 0
    for byte in bytes.prefix(Self.longestSequence) {
      place ^= Int(byte)
      guard place < units.count else { break }
      let unit = units[place]
      // The highest bit marks a value, which no byte equals.
      guard unit & 0x8000_00FF == UInt32(byte) else { break }
      length += 1
      place ^= Int(Self.offset(unit))
      guard place < units.count else { break }
      if unit >> 8 & 1 == 1 {
        found = (length, Int(units[place] & 0x7FFF_FFFF))
        if !isLongest { break }
      }
    }
    // SentencePiece looks at no more than 32 matches; no character sequence has as many.
    guard let found, found.value <= replacements.count else { return nil }
    let end = replacements[found.value...].firstIndex(of: 0) ?? replacements.count
    // A damaged file may point into a character.
    guard found.value == replacements.count || replacements[found.value] & 0xC0 != 0x80
    else { return nil }
    return Match(length: found.length, replacement: found.value..<end)
  }

  private static func offset(_ unit: UInt32) -> UInt32 {
    (unit >> 10) << ((unit & (1 << 9)) >> 6)
  }
}

/// Why a map of characters is refused.
struct CharacterMapError: Error, Equatable {
  let problem: String
}

extension CharacterMap {
  /// The text with each grapheme, or else each of its characters, replaced.
  ///
  /// Source: Hugging Face tokenizers, `normalizers/precompiled.rs`, which takes graphemes of up to
  /// five bytes whole, and the shortest replaceable bytes in front of each for all of it.
  func replaceGraphemes(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    bytes.withUnsafeBufferPointer { buffer in
      var offset = 0
      func replaced(_ range: Range<Int>) -> ArraySlice<UInt8>? {
        // A zero byte ends a text there.
        let text = buffer[range].prefix { $0 != 0 }
        return shortest(text).map { self.bytes($0) }
      }
      func single(_ range: Range<Int>) {
        if let new = replaced(range) {
          result.append(contentsOf: new)
        } else {
          result.append(contentsOf: buffer[range])
        }
      }
      // Of ASCII only a line break of two characters is one grapheme.
      if !buffer.contains(where: { $0 >= 0x80 || $0 == 0x0D }) {
        for place in buffer.indices { single(place..<place + 1) }
        return
      }
      var graphemes = String(decoding: bytes, as: UTF8.self).makeIterator()
      while let grapheme = graphemes.next() {
        let end = offset + grapheme.utf8.count
        if end - offset < 6, let new = replaced(offset..<end) {
          result.append(contentsOf: new)
        } else {
          var start = offset
          while start < end {
            let next = start + Unicode8.width(buffer[start])
            single(start..<next)
            start = next
          }
        }
        offset = end
      }
    }
    return result
  }
}
