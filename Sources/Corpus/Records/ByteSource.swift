import Foundation

/// The bytes of a file in order, unpacked where its name ends in `.gz`, `.zst` or `.xz`.
final class ByteSource {
  /// Texts pack some ten times smaller. What unpacks to more than this many times its size, and to
  /// more than ``freely``, is there to fill a memory or a disk.
  static let mostUnpacking = 500
  static let freely = 256 << 20

  let path: String
  private let handle: Int32
  private var unpacker: (any Unpacker)?
  private var compression: Compression?
  private var input = [UInt8](repeating: 0, count: 1 << 18)
  private var inputRange = 0..<0
  private var taken = 0
  private var written = 0

  /// - Throws: ``CorpusError`` when the file cannot be opened, its name and its content disagree
  ///   about compression, or it begins as another kind of file does.
  init(path: String) throws(CorpusError) {
    self.path = path
    handle = try FileBytes.open(path)
    // From here on `deinit` closes what is open, also when beginning fails.
    try begin()
  }

  deinit { close(handle) }

  /// Fills the buffer with the next bytes; 0 at the end of the file.
  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(CorpusError) -> Int {
    guard let unpacker, let compression else { return try readPlain(into: buffer) }
    while true {
      var isAtEnd = false
      if inputRange.isEmpty { isAtEnd = try fill() == 0 }
      let range = inputRange
      let count: (taken: Int, written: Int)
      do throws(UnpackingProblem) {
        count = try input.withUnsafeMutableBufferPointer {
          input throws(UnpackingProblem) in
          try unpacker.unpack(UnsafeMutableBufferPointer(rebasing: input[range]), into: buffer)
        }
      } catch {
        switch error {
        case .memory: throw failure("needs too much memory to unpack; pack it again as gzip")
        case .damaged: throw failure("\(compression) data is damaged; copy it again")
        }
      }
      inputRange = range.lowerBound + count.taken..<range.upperBound
      taken += count.taken
      written += count.written
      guard written <= Self.freely || written / Self.mostUnpacking <= taken else {
        throw failure(
          "unpacks to more than \(Self.mostUnpacking) times its size; unpack it yourself if you "
            + "trust it")
      }
      if count.written > 0 { return count.written }
      if isAtEnd {
        guard !unpacker.isInside else {
          throw failure("\(compression) data ends early; copy it again")
        }
        return 0
      }
    }
  }

  private func begin() throws(CorpusError) {
    let start = input[0..<(try fill())]
    let found = Compression.allCases.first { start.starts(with: $0.magic) }
    let named = Compression.allCases.first { path.hasSuffix($0.ending) }
    if let found, named != found {
      throw failure("is \(found) data; give the file a name that ends in \(found.ending)")
    }
    if found == nil, let named {
      throw failure("is not \(named) data; give the file a name without \(named.ending)")
    }
    guard let found else {
      if let kind = ForeignFile.kind(of: start) { throw failure(kind) }
      return
    }
    compression = found
    do { unpacker = try found.unpacker() } catch { throw failure("no memory to unpack it") }
  }

  private func readPlain(
    into buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(CorpusError) -> Int {
    if inputRange.isEmpty {
      let count = Foundation.read(handle, buffer.baseAddress, buffer.count)
      guard count >= 0 else { throw failure("cannot be read; check the disk") }
      return count
    }
    let count = min(buffer.count, inputRange.count)
    for index in 0..<count { buffer[index] = input[inputRange.lowerBound + index] }
    inputRange = inputRange.lowerBound + count..<inputRange.upperBound
    return count
  }

  private func fill() throws(CorpusError) -> Int {
    let count = Foundation.read(handle, &input, input.count)
    guard count >= 0 else { throw failure("cannot be read; check the disk") }
    inputRange = 0..<count
    return count
  }

  private func failure(_ problem: String) -> CorpusError {
    .file(path: path, problem: problem)
  }
}
