/// Turns the pieces of a list into ids, with the cache and the storage that outlive one piece.
struct PieceEncoder {
  let model: any PieceModel
  private var scratch: PieceScratch

  init(model: any PieceModel, _ specialTokens: SpecialTokens) {
    self.model = model
    scratch = PieceScratch(specialTokens)
  }

  var lost: Int { scratch.lost }

  mutating func encode(
    _ list: PieceList, _ cache: inout PieceCache.Storage, into ids: inout [Int]
  ) {
    list.bytes.withUnsafeBufferPointer { buffer in
      for range in list.pieces {
        let piece = UnsafeBufferPointer(rebasing: buffer[range])
        if cache.append(piece, to: &ids) { continue }
        let start = ids.count
        let lostBefore = scratch.lost
        model.encode(piece, &scratch, into: &ids)
        if scratch.lost == lostBefore { cache.keep(piece, ids[start...]) }
      }
    }
  }
}
