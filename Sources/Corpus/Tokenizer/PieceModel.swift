/// How one piece of text becomes tokens: what kinds of tokenizers differ in.
protocol PieceModel: Sendable {
  /// Appends the ids of a piece.
  ///
  /// - Parameter piece: valid UTF-8, not empty; or any bytes, where the model reads bytes.
  func encode(
    _ piece: UnsafeBufferPointer<UInt8>, _ scratch: inout PieceScratch, into ids: inout [Int])

  /// Whether no token ever holds something else followed by a marker, so that text may be cut in
  /// front of each marker that follows something else, without changing any id.
  func isIndependent(before marker: [UInt8]) -> Bool
}

extension PieceModel {
  func isIndependent(before marker: [UInt8]) -> Bool { false }
}

/// Working storage that an encoder keeps between pieces.
struct PieceScratch {
  let specialTokens: SpecialTokens
  var merges = MergeModel.Scratch()
  var unigram = UnigramModel.Scratch()
  /// Characters, or bytes of a byte-level model, that had no token and left none.
  var lost = 0

  init(_ specialTokens: SpecialTokens) {
    self.specialTokens = specialTokens
  }
}
