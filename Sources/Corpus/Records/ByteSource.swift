import CZlib
import Foundation

/// The bytes of a file in order, decompressed where its name ends in `.gz`.
final class ByteSource {
  let path: String
  private let handle: Int32
  // On the heap: zlib checks that its stream has not moved.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var isCompressed = false
  private var input = [UInt8](repeating: 0, count: 1 << 18)
  private var inputRange = 0..<0
  /// Whether a compressed member is begun and not ended.
  private var isInsideMember = false

  /// - Throws: ``CorpusError`` when the file cannot be opened, or its name and its content
  ///   disagree about compression.
  init(path: String) throws(CorpusError) {
    self.path = path
    handle = try FileBytes.open(path)
    stream.initialize(to: z_stream())
    // From here on `deinit` closes what is open, also when beginning fails.
    try begin()
  }

  deinit {
    if isCompressed { inflateEnd(stream) }
    stream.deallocate()
    close(handle)
  }

  /// Fills the buffer with the next bytes; 0 at the end of the file.
  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(CorpusError) -> Int {
    guard isCompressed else { return try readPlain(into: buffer) }
    while true {
      if inputRange.isEmpty {
        let count = try fill()
        if count == 0 {
          guard !isInsideMember else { throw failure("gzip data ends early; copy it again") }
          return 0
        }
      }
      let written = try inflateSome(into: buffer)
      if written > 0 { return written }
    }
  }

  private func begin() throws(CorpusError) {
    let looksCompressed = try fill() >= 2 && input[0] == 0x1F && input[1] == 0x8B
    guard looksCompressed == path.hasSuffix(".gz") else {
      throw failure(
        looksCompressed
          ? "is gzip data; give the file a name that ends in .gz"
          : "is not gzip data; give the file a name without .gz")
    }
    guard looksCompressed else { return }
    // 15 bits of window, and 16 for the gzip format.
    guard
      inflateInit2_(
        stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw failure("no memory to decompress") }
    isCompressed = true
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

  private func inflateSome(
    into buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(CorpusError) -> Int {
    let range = inputRange
    let status = input.withUnsafeMutableBufferPointer { input -> Int32 in
      stream.pointee.next_in = input.baseAddress.map { $0 + range.lowerBound }
      stream.pointee.avail_in = UInt32(range.count)
      stream.pointee.next_out = buffer.baseAddress
      stream.pointee.avail_out = UInt32(buffer.count)
      return inflate(stream, Z_NO_FLUSH)
    }
    inputRange = range.upperBound - Int(stream.pointee.avail_in)..<range.upperBound
    switch status {
    case Z_OK, Z_BUF_ERROR: isInsideMember = true
    case Z_STREAM_END:
      // Another member may follow, as `cat a.gz b.gz` writes them.
      isInsideMember = false
      inflateReset(stream)
    default: throw failure("gzip data is damaged; copy it again")
    }
    return buffer.count - Int(stream.pointee.avail_out)
  }

  private func failure(_ problem: String) -> CorpusError {
    .file(path: path, problem: problem)
  }
}
