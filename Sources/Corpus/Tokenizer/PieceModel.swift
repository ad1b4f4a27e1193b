/// How one piece of text becomes tokens: what kinds of tokenizers differ in.
protocol PieceModel: Sendable {
  /// Appends the ids of a piece.
  ///
  /// - Parameter piece: valid UTF-8, not empty; or any bytes, where the model reads bytes.
  func encode(
    _ piece: UnsafeBufferPointer<UInt8>, _ scratch: inout PieceScratch, into ids: inout [Int])
}

/// Working storage that an encoder keeps between pieces.
struct PieceScratch {
  var merges = MergeModel.Scratch()
  /// Characters, or bytes of a byte-level model, that had no token and left none.
  var lost = 0
}
