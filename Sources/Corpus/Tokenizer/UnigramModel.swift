/// The segmentation of a piece with the highest sum of log-probabilities.
///
/// Ties go to the segmentation found first, from the left. Cost: the length of the piece times
/// that of the longest token.
///
/// Source: Kudo 2018, "Subword Regularization"; the order of work and the treatment of unknown
/// characters are those of SentencePiece and Hugging Face tokenizers.
struct UnigramModel: PieceModel {
  /// Longer tokens are refused: they would let a file make encoding quadratic.
  static let longestToken = 512
  /// What an unknown character costs below the least likely token.
  static let unknownPenalty = 10.0

  /// The tokens that text may become.
  let trie: ByteTrie
  /// Log-probabilities by id, in nats.
  let scores: [Double]
  /// The log-probability of an unknown character.
  let unknownScore: Double
  /// The token of characters that the vocabulary lacks.
  let unknown: Int32?
  /// The tokens `<0x00>` to `<0xFF>`, where unknown characters fall back to bytes; else empty.
  let fallback: [Int32]
  /// Whether sums are rounded to 32 bits, as SentencePiece keeps them.
  let roundsSums: Bool
  /// By id, whether only markup may give it, never plain text; empty where none is so.
  let isSpecial: [Bool]
  /// Where a run of unknown characters is looked up as a whole; nil where it never is.
  let vocabulary: ByteTable?

  /// The best way to each byte of a piece.
  struct Scratch {
    /// The sum of the best path to a place.
    var sums: [Double] = []
    /// Where the last token of that path begins, or -1 where none ends here.
    var starts: [Int32] = []
    var ids: [Int32] = []
    /// The tokens of the best path, last first: an id or -1, and the bytes.
    var path: [(id: Int32, range: Range<Int>)] = []
  }

  func encode(
    _ piece: UnsafeBufferPointer<UInt8>, _ scratch: inout PieceScratch, into ids: inout [Int]
  ) {
    guard !piece.isEmpty else { return }
    let isPlain = scratch.specialTokens == .plain && !isSpecial.isEmpty
    findPaths(piece, &scratch.unigram, isPlain: isPlain)
    collectPath(piece.count, &scratch.unigram)
    for (id, range) in scratch.unigram.path.reversed() {
      guard id == unknown ?? -1 else {
        ids.append(Int(id))
        continue
      }
      let text = UnsafeBufferPointer(rebasing: piece[range])
      if let whole = vocabulary?.value(text), !(isPlain && isSpecial[Int(whole)]) {
        ids.append(Int(whole))
      } else if !fallback.isEmpty {
        for byte in text { ids.append(Int(fallback[Int(byte)])) }
      } else if let unknown {
        ids.append(Int(unknown))
      } else {
        scratch.lost += text.count { $0 & 0xC0 != 0x80 }
      }
    }
  }

  private func findPaths(
    _ piece: UnsafeBufferPointer<UInt8>, _ scratch: inout Scratch, isPlain: Bool
  ) {
    let count = piece.count
    if scratch.sums.count <= count {
      scratch.sums = [Double](repeating: 0, count: count + 1)
      scratch.starts = [Int32](repeating: -1, count: count + 1)
      scratch.ids = [Int32](repeating: -1, count: count + 1)
    }
    scratch.sums.withUnsafeMutableBufferPointer { sums in
      scratch.starts.withUnsafeMutableBufferPointer { starts in
        scratch.ids.withUnsafeMutableBufferPointer { ids in
          for place in 0...count { starts[place] = -1 }
          sums[0] = 0
          var start = 0
          while start < count {
            let sum = sums[start]
            let width = min(Unicode8.width(piece[start]), count - start)
            var hasCharacter = false
            var node = ByteTrie.root
            var end = start
            while end < count {
              node = trie.child(node, piece[end])
              if node < 0 { break }
              end += 1
              let id = trie.value(node)
              if id < 0 || isPlain && isSpecial[Int(id)] { continue }
              let candidate = sum + scores[Int(id)]
              if starts[end] < 0 || candidate > sums[end] {
                sums[end] = rounded(candidate)
                starts[end] = Int32(start)
                ids[end] = id
              }
              if end - start == width { hasCharacter = true }
            }
            if !hasCharacter {
              let end = start + width
              let candidate = rounded(sum + unknownScore)
              if starts[end] < 0 || candidate > sums[end] {
                sums[end] = candidate
                starts[end] = Int32(start)
                ids[end] = unknown ?? -1
              }
            }
            start += width
          }
        }
      }
    }
  }

  /// Walks back from the end; runs of unknown characters become one.
  private func collectPath(_ count: Int, _ scratch: inout Scratch) {
    scratch.path.removeAll(keepingCapacity: true)
    var end = count
    while end > 0 {
      let start = Int(scratch.starts[end])
      let id = scratch.ids[end]
      if id == unknown ?? -1, let last = scratch.path.last, last.id == id {
        scratch.path[scratch.path.count - 1].range = start..<last.range.upperBound
      } else {
        scratch.path.append((id, start..<end))
      }
      end = start
    }
  }

  @inline(__always)
  private func rounded(_ sum: Double) -> Double { roundsSums ? Double(Float(sum)) : sum }
}
