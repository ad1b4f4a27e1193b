import CZstd

/// Zstandard, by libzstd, which refuses windows larger than 128 MB.
final class ZstdUnpacker: Unpacker {
  private(set) var isInside = false
  private let stream: OpaquePointer

  init() throws(UnpackingProblem) {
    guard let stream = ZSTD_createDStream() else { throw .memory }
    self.stream = stream
  }

  deinit { ZSTD_freeDStream(stream) }

  func unpack(
    _ input: UnsafeMutableBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(UnpackingProblem) -> (taken: Int, written: Int) {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let hint = ZSTD_decompressStream(stream, &target, &source)
    guard ZSTD_isError(hint) == 0 else { throw .damaged }
    // With nothing taken or written, the hint only asks for the next frame.
    if source.pos > 0 || target.pos > 0 { isInside = hint != 0 }
    return (source.pos, target.pos)
  }
}
