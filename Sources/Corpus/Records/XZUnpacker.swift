import CLzma

/// xz, by liblzma.
final class XZUnpacker: Unpacker {
  /// `xz -9` needs 65 MB to unpack; more is no data file of ours.
  private static let memoryLimit: UInt64 = 256 << 20

  private(set) var isInside = false
  private let stream = UnsafeMutablePointer<lzma_stream>.allocate(capacity: 1)

  init() throws(UnpackingProblem) {
    stream.initialize(to: lzma_stream())
    guard lzma_stream_decoder(stream, Self.memoryLimit, 0) == LZMA_OK else { throw .memory }
  }

  deinit {
    lzma_end(stream)
    stream.deallocate()
  }

  func unpack(
    _ input: UnsafeMutableBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(UnpackingProblem) -> (taken: Int, written: Int) {
    // Between streams there may be zeros.
    let padding = isInside ? 0 : input.prefix { $0 == 0 }.count
    guard padding < input.count || isInside else { return (padding, 0) }
    stream.pointee.next_in = input.baseAddress.map { UnsafePointer($0 + padding) }
    stream.pointee.avail_in = input.count - padding
    stream.pointee.next_out = output.baseAddress
    stream.pointee.avail_out = output.count
    switch lzma_code(stream, LZMA_RUN) {
    case LZMA_OK, LZMA_BUF_ERROR: isInside = true
    case LZMA_STREAM_END:
      isInside = false
      // Another stream may follow; beginning anew leaves the buffers' places as they are.
      guard lzma_stream_decoder(stream, Self.memoryLimit, 0) == LZMA_OK else { throw .memory }
    case LZMA_MEMLIMIT_ERROR, LZMA_MEM_ERROR: throw .memory
    default: throw .damaged
    }
    return (input.count - stream.pointee.avail_in, output.count - stream.pointee.avail_out)
  }
}
