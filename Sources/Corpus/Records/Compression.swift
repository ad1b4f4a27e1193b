/// How a data file may be compressed: its name and its first bytes say so alike.
enum Compression: String, CaseIterable {
  case gzip, zstd, xz

  var ending: String {
    switch self {
    case .gzip: ".gz"
    case .zstd: ".zst"
    case .xz: ".xz"
    }
  }

  var magic: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B]
    case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
    case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
    }
  }

  /// A path without the ending of its compression, if it has one.
  static func stripped(_ path: String) -> String {
    guard let ending = allCases.map(\.ending).first(where: { path.hasSuffix($0) }) else {
      return path
    }
    return String(path.dropLast(ending.count))
  }

  /// - Throws: ``UnpackingProblem/memory`` where there is none.
  func unpacker() throws(UnpackingProblem) -> any Unpacker {
    switch self {
    case .gzip: try GzipUnpacker()
    case .zstd: try ZstdUnpacker()
    case .xz: try XZUnpacker()
    }
  }
}

/// Why compressed bytes cannot be unpacked.
enum UnpackingProblem: Error {
  case memory, damaged
}

/// Unpacks a stream of bytes piece by piece; members or frames may follow each other, as `cat`
/// writes them.
protocol Unpacker: AnyObject {
  /// Whether something is begun and not ended: the end of the file is then too early.
  var isInside: Bool { get }

  /// Takes bytes from the input and writes some to the output; either may be 0.
  func unpack(
    _ input: UnsafeMutableBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(UnpackingProblem) -> (taken: Int, written: Int)
}
