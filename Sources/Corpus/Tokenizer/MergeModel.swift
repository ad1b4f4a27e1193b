/// Byte-pair encoding of one piece: the lowest merge rank first, ties leftmost.
///
/// Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units".
struct MergeModel: PieceModel {
  /// Token texts to ids.
  let vocabulary: ByteTable
  let merges: PairTable
  /// Whether a piece that is a token by itself is taken whole.
  let ignoresMerges: Bool
  /// The token of characters that the vocabulary lacks.
  let unknown: Int32?
  let fusesUnknown: Bool
  /// The tokens `<0x00>` to `<0xFF>`, where characters fall back to bytes; else empty.
  let fallback: [Int32]
  /// The ids of single bytes, where the pieces are raw bytes of a byte-level model; else empty.
  let byteSymbols: [Int32]
  /// Ids that only markup may give, never plain text.
  let special: Set<Int32>

  struct Scratch {
    var symbols: [Int32] = []
    var next: [Int32] = []
    var previous: [Int32] = []
    var heap = Heap<PossibleMerge>()
  }

  func encode(
    _ piece: UnsafeBufferPointer<UInt8>, _ scratch: inout PieceScratch, into ids: inout [Int]
  ) {
    if ignoresMerges, let id = whole(piece), !special.contains(id) {
      ids.append(Int(id))
      return
    }
    scratch.lost += readSymbols(piece, &scratch.merges)
    guard !scratch.merges.symbols.isEmpty else { return }
    // Up to here a scan of all pairs beats the bookkeeping of a heap.
    if scratch.merges.symbols.count <= 24 {
      mergeShort(&scratch.merges.symbols)
      for symbol in scratch.merges.symbols { ids.append(Int(symbol)) }
    } else {
      mergeLong(&scratch.merges, into: &ids)
    }
  }

  /// By induction: where no merge joins something else and a marker, no token ever holds both.
  func isIndependent(before marker: [UInt8]) -> Bool {
    guard !ignoresMerges, byteSymbols.isEmpty, vocabulary.value(marker) != nil else { return false }
    var begins: Set<Int32> = []
    var ends: Set<Int32> = []
    for entry in 0..<vocabulary.count {
      let text = vocabulary.key(entry)
      if text.starts(with: marker) { begins.insert(vocabulary.values[entry]) }
      if text.suffix(marker.count).elementsEqual(marker) { ends.insert(vocabulary.values[entry]) }
    }
    // An unknown character would end in a marker if its token did.
    if let unknown, ends.contains(unknown) || begins.contains(unknown) { return false }
    return !merges.contains { begins.contains($1) && !ends.contains($0) }
  }

  private func whole(_ piece: UnsafeBufferPointer<UInt8>) -> Int32? {
    if byteSymbols.isEmpty { return vocabulary.value(piece) }
    return vocabulary.value(piece.flatMap { ByteAlphabet.encoded[Int($0)] })
  }

  /// Cuts a piece into the symbols that merge, and gives the number of those without a token.
  private func readSymbols(
    _ piece: UnsafeBufferPointer<UInt8>, _ scratch: inout Scratch
  ) -> Int {
    var lost = 0
    scratch.symbols.removeAll(keepingCapacity: true)
    var offset = 0
    var afterUnknown = false
    while offset < piece.count {
      let isUnknown: Bool
      if byteSymbols.isEmpty {
        let width = min(Unicode8.width(piece[offset]), piece.count - offset)
        let character = UnsafeBufferPointer(rebasing: piece[offset..<offset + width])
        offset += width
        if let id = vocabulary.value(character) {
          scratch.symbols.append(id)
          isUnknown = false
        } else if !fallback.isEmpty {
          for byte in character { scratch.symbols.append(fallback[Int(byte)]) }
          isUnknown = false
        } else {
          isUnknown = true
        }
      } else {
        let id = byteSymbols[Int(piece[offset])]
        offset += 1
        if id >= 0 { scratch.symbols.append(id) }
        isUnknown = id < 0
      }
      if isUnknown, unknown == nil { lost += 1 }
      if isUnknown, let unknown, !(fusesUnknown && afterUnknown) { scratch.symbols.append(unknown) }
      afterUnknown = isUnknown
    }
    return lost
  }

  private func mergeShort(_ symbols: inout [Int32]) {
    while symbols.count > 1 {
      var best: PairTable.Merge?
      var place = 0
      for index in 0..<symbols.count - 1 {
        if let merge = merges.merge(symbols[index], symbols[index + 1]),
          best.map({ merge.rank < $0.rank }) ?? true
        {
          best = merge
          place = index
        }
      }
      guard let best else { return }
      symbols[place] = best.id
      symbols.remove(at: place + 1)
    }
  }

  /// A linked list of symbols and a heap of possible merges: O(n log n) for n symbols.
  private func mergeLong(_ scratch: inout Scratch, into ids: inout [Int]) {
    let count = scratch.symbols.count
    scratch.next = (0..<count).map { Int32($0 + 1 < count ? $0 + 1 : -1) }
    scratch.previous = (0..<count).map { Int32($0 - 1) }
    scratch.heap.removeAll()
    for index in 0..<count - 1 { consider(index, &scratch) }
    while let top = scratch.heap.popFirst() {
      let left = Int(top.position)
      let right = Int(scratch.next[left])
      // Entries are not removed when a neighbour changes; the pair tells whether one still holds.
      guard scratch.symbols[left] == top.left, right >= 0, scratch.symbols[right] == top.right
      else { continue }
      scratch.symbols[left] = top.id
      scratch.symbols[right] = -1
      let after = scratch.next[right]
      scratch.next[left] = after
      if after >= 0 {
        scratch.previous[Int(after)] = Int32(left)
        consider(left, &scratch)
      }
      let before = scratch.previous[left]
      if before >= 0 { consider(Int(before), &scratch) }
    }
    var index = 0
    while index >= 0 {
      ids.append(Int(scratch.symbols[index]))
      index = Int(scratch.next[index])
    }
  }

  private func consider(_ position: Int, _ scratch: inout Scratch) {
    let left = scratch.symbols[position]
    let right = scratch.symbols[Int(scratch.next[position])]
    guard let merge = merges.merge(left, right) else { return }
    scratch.heap.insert(
      PossibleMerge(
        rank: merge.rank, position: Int32(position), left: left, right: right, id: merge.id))
  }
}
