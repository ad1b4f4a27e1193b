/// Tokens that are found in text before anything else is done to it.
struct AddedTokens: Sendable {
  struct Token: Sendable, Equatable {
    let id: Int32
    let content: String
    let isSingleWord: Bool
    let stripsLeft: Bool
    let stripsRight: Bool
    /// Whether it is looked for in normalised text.
    let isNormalized: Bool
    /// Whether it is markup, such as an end of text, rather than text.
    let isSpecial: Bool
  }

  /// A stretch of text, or a token in it.
  enum Part {
    case text(Range<Int>)
    case token(Int32)
  }

  private let tokens: [Token]
  /// The places of the tokens under their contents.
  private let trie: ByteTrie

  /// Whether some token is markup.
  let hasSpecial: Bool

  /// - Parameter contents: the bytes to look for, one for each token; empty ones never match.
  init(_ tokens: [Token], contents: [[UInt8]]) {
    self.tokens = tokens
    hasSpecial = tokens.contains(where: \.isSpecial)
    trie = ByteTrie(contents.enumerated().map { ($1, Int32($0)) })
  }

  /// Cuts text at the leftmost longest tokens.
  ///
  /// - Parameter includingSpecial: false leaves special tokens as the text they are.
  func parts(of bytes: [UInt8], includingSpecial: Bool) -> [Part] {
    if tokens.isEmpty { return bytes.isEmpty ? [] : [.text(0..<bytes.count)] }
    return bytes.withUnsafeBufferPointer { buffer in
      var parts: [Part] = []
      var done = 0
      var offset = 0
      while offset < buffer.count {
        guard let (place, end) = trie.longest(buffer, at: offset) else {
          offset += 1
          continue
        }
        let token = tokens[Int(place)]
        let start = offset
        offset = end
        if token.isSpecial && !includingSpecial { continue }
        if token.isSingleWord && Self.touchesWord(buffer, start..<end) { continue }
        // Blanks that a token strips may hold another token, which then is found all the same,
        // as in Hugging Face.
        let from = token.stripsLeft ? Self.blanksBefore(buffer, start, after: done) : start
        if done < from { parts.append(.text(done..<from)) }
        parts.append(.token(token.id))
        done = token.stripsRight ? Self.blanksAfter(buffer, end) : end
      }
      if done < buffer.count { parts.append(.text(done..<buffer.count)) }
      return parts
    }
  }

  private static func touchesWord(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> Bool {
    if let before = scalar(bytes, before: range.lowerBound), CharacterClass.isWord(before.scalar) {
      return true
    }
    guard range.upperBound < bytes.count else { return false }
    return CharacterClass.isWord(Unicode8.scalar(bytes, at: range.upperBound).scalar)
  }

  private static func scalar(
    _ bytes: UnsafeBufferPointer<UInt8>, before end: Int
  ) -> (scalar: Unicode.Scalar, start: Int)? {
    var start = end - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    guard start >= 0 else { return nil }
    return (Unicode8.scalar(bytes, at: start).scalar, start)
  }

  private static func blanksBefore(
    _ bytes: UnsafeBufferPointer<UInt8>, _ end: Int, after limit: Int
  ) -> Int {
    var start = end
    while start > limit, let before = scalar(bytes, before: start),
      CharacterClass.isSpace(before.scalar)
    {
      start = before.start
    }
    return max(start, limit)
  }

  private static func blanksAfter(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var end = start
    while end < bytes.count {
      let (scalar, width) = Unicode8.scalar(bytes, at: end)
      guard CharacterClass.isSpace(scalar) else { break }
      end += width
    }
    return end
  }
}

extension AddedTokens.Token {
  /// Reads how a token is looked for.
  init(id: Int32, from entry: ComponentReader) throws(CorpusError) {
    self.id = id
    content = try entry.string("content")
    isSingleWord = try entry.bool("single_word", default: false)
    stripsLeft = try entry.bool("lstrip", default: false)
    stripsRight = try entry.bool("rstrip", default: false)
    isNormalized = try entry.bool("normalized", default: false)
    isSpecial = try entry.bool("special", default: false)
  }
}
