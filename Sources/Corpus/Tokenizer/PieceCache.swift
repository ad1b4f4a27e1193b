import Synchronization

/// The ids of pieces seen before: words repeat, and looking one up beats merging it again.
///
/// Bounded: long pieces are not kept, and a full cache stays as it is. What it holds never
/// changes a result, so an encoder that finds it in use goes without.
final class PieceCache: Sendable {
  struct Storage: Sendable {
    private static let longestPiece = 48
    private static let entryLimit = 1 << 16

    private var table = ByteTable(capacity: 1024)
    private var ids: [Int32] = []
    private var starts: [Int] = [0]

    /// Appends the ids of a piece if they are known.
    func append(_ piece: UnsafeBufferPointer<UInt8>, to result: inout [Int]) -> Bool {
      guard piece.count <= Self.longestPiece, let entry = table.value(piece) else { return false }
      for index in starts[Int(entry)]..<starts[Int(entry) + 1] { result.append(Int(ids[index])) }
      return true
    }

    mutating func keep(_ piece: UnsafeBufferPointer<UInt8>, _ new: ArraySlice<Int>) {
      guard piece.count <= Self.longestPiece, table.count < Self.entryLimit else { return }
      guard table.insert(piece, Int32(table.count)).inserted else { return }
      ids.append(contentsOf: new.lazy.map(Int32.init))
      starts.append(ids.count)
    }
  }

  private let storage = Mutex(Storage())

  func use<Result: Sendable>(_ body: (inout Storage) -> Result) -> Result {
    if let result = storage.withLockIfAvailable({ body(&$0) }) { return result }
    var fresh = Storage()
    return body(&fresh)
  }
}
