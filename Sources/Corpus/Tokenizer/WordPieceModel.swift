/// The longest tokens from the left; a piece that they do not cover is unknown as a whole.
///
/// Source: Wu et al. 2016, "Google's Neural Machine Translation System", as BERT applies it.
struct WordPieceModel: PieceModel {
  /// Longer tokens are refused: they would let a file make encoding quadratic.
  static let longestToken = 512

  /// The tokens, those that continue a word with their prefix.
  let trie: ByteTrie
  /// The node behind the prefix of tokens that continue a word, or -1 where there are none.
  let continuation: Int32
  let unknown: Int32
  /// Pieces of more characters are unknown.
  let longestWord: Int
  /// By id, whether only markup may give it, never plain text; empty where none is so.
  let isSpecial: [Bool]

  init(
    trie: ByteTrie, prefix: [UInt8], unknown: Int32, longestWord: Int, isSpecial: [Bool]
  ) {
    self.trie = trie
    continuation = prefix.reduce(ByteTrie.root) { $0 < 0 ? -1 : trie.child($0, $1) }
    self.unknown = unknown
    self.longestWord = longestWord
    self.isSpecial = isSpecial
  }

  func encode(
    _ piece: UnsafeBufferPointer<UInt8>, _ scratch: inout PieceScratch, into ids: inout [Int]
  ) {
    let isPlain = scratch.specialTokens == .plain && !isSpecial.isEmpty
    let before = ids.count
    var start = 0
    var isKnown = piece.count { $0 & 0xC0 != 0x80 } <= longestWord
    while isKnown, start < piece.count {
      var node = start == 0 ? ByteTrie.root : continuation
      var end = start
      var longest: (id: Int32, end: Int)?
      while node >= 0, end < piece.count {
        node = trie.child(node, piece[end])
        guard node >= 0 else { break }
        end += 1
        let id = trie.value(node)
        if id >= 0, !(isPlain && isSpecial[Int(id)]) { longest = (id, end) }
      }
      if let longest {
        ids.append(Int(longest.id))
        start = longest.end
      } else {
        isKnown = false
      }
    }
    guard !isKnown else { return }
    ids.removeLast(ids.count - before)
    ids.append(Int(unknown))
  }
}
