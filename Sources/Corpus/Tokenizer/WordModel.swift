/// Every piece is one token of the vocabulary, or unknown.
struct WordModel: PieceModel {
  let vocabulary: ByteTable
  let unknown: Int32
  /// Ids that only markup may give, never plain text.
  let special: Set<Int32>

  func encode(
    _ piece: UnsafeBufferPointer<UInt8>, _ scratch: inout PieceScratch, into ids: inout [Int]
  ) {
    let isPlain = scratch.specialTokens == .plain
    if let id = vocabulary.value(piece), !(isPlain && special.contains(id)) {
      ids.append(Int(id))
    } else {
      ids.append(Int(unknown))
    }
  }
}
