import CZlib

/// gzip, by zlib.
final class GzipUnpacker: Unpacker {
  private(set) var isInside = false
  // On the heap: zlib checks that its stream has not moved.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  init() throws(UnpackingProblem) {
    stream.initialize(to: z_stream())
    // 15 bits of window, and 16 for the gzip format.
    guard
      inflateInit2_(
        stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .memory }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func unpack(
    _ input: UnsafeMutableBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(UnpackingProblem) -> (taken: Int, written: Int) {
    stream.pointee.next_in = input.baseAddress
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.baseAddress
    stream.pointee.avail_out = UInt32(output.count)
    switch inflate(stream, Z_NO_FLUSH) {
    case Z_OK, Z_BUF_ERROR: if !input.isEmpty { isInside = true }
    case Z_STREAM_END:
      isInside = false
      inflateReset(stream)
    default: throw .damaged
    }
    return (
      input.count - Int(stream.pointee.avail_in), output.count - Int(stream.pointee.avail_out)
    )
  }
}
