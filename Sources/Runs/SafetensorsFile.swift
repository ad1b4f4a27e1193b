import Foundation
import Glibc

/// A safetensors file, open for reading, its header checked.
///
/// Tensors are read with `pread`, never mapped: a file that another process cuts short gives an
/// error and not a SIGBUS. Data are little-endian and row-major.
///
/// Source: the format description of the safetensors project. ``SafetensorsHeader`` says where
/// this reader is stricter.
public final class SafetensorsFile: Sendable {
  /// Where a tensor lies.
  public struct Entry: Sendable, Equatable {
    public let dtype: TensorType
    /// Sizes of the axes, outermost first; empty for a single number.
    public let shape: [Int]
    /// Bytes from the start of the data, which follow the header.
    public let range: Range<Int>
  }

  public let url: URL
  public let tensors: [String: Entry]
  /// Names in the order of their data.
  public let names: [String]
  public let metadata: [String: String]
  /// Bytes before the data: the header and its length.
  public let dataOffset: Int
  private let file: OpenFile

  /// Opens a file and checks its header against its size.
  ///
  /// - Throws: ``RunError/invalidFile(path:problem:)`` naming tensor and byte;
  ///   ``RunError/fileSystem(path:operation:code:)`` where it cannot be read.
  public init(_ url: URL) throws(RunError) {
    let path = url.filePath
    let file = try OpenFile(reading: path)
    let size = try file.size()
    guard size >= 8 else {
      throw .invalidFile(
        path: path, problem: "has \(size) bytes; a safetensors file begins with 8 bytes of length")
    }
    let length = try file.bytes(in: 0..<8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length > 0 else { throw .invalidFile(path: path, problem: "byte 0: empty header") }
    guard length <= SafetensorsHeader.largestHeader else {
      throw .invalidFile(
        path: path,
        problem: "byte 0: a header of \(length) bytes is announced; at most "
          + "\(SafetensorsHeader.largestHeader) are allowed: not a safetensors file")
    }
    let dataOffset = 8 + Int(length)
    guard dataOffset <= size else {
      throw .invalidFile(
        path: path,
        problem: "byte 0: a header of \(length) bytes is announced, but the file has only \(size) "
          + "bytes; it is cut short")
    }
    let bytes = try file.bytes(in: 8..<dataOffset)
    let header: SafetensorsHeader
    do throws(SafetensorsHeader.Failure) {
      header = try SafetensorsHeader(bytes, dataBytes: size - dataOffset)
    } catch {
      throw .invalidFile(path: path, problem: "byte \(error.position): \(error.problem)")
    }
    self.url = url
    self.file = file
    self.dataOffset = dataOffset
    tensors = header.tensors
    names = header.names
    metadata = header.metadata
  }

  /// Reads a tensor into memory that the caller owns, for example a tensor's own.
  ///
  /// - Parameter buffer: exactly as long as the tensor's data.
  public func read(
    _ name: String, into buffer: UnsafeMutableRawBufferPointer
  ) throws(RunError) {
    let entry = try entry(name)
    guard buffer.count == entry.range.count else {
      throw .unwritable(
        path: file.path,
        problem: "tensor \(name.quoted) has \(entry.range.count) bytes; a buffer of "
          + "\(buffer.count) was offered")
    }
    let start = dataOffset + entry.range.lowerBound
    guard try file.read(into: buffer, at: start) == buffer.count else {
      throw file.shrunk(start..<start + buffer.count)
    }
  }

  /// Reads a tensor and lends its bytes, aligned to 64, to `body`.
  public func withBytes<Value>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Value
  ) throws -> Value {
    let count = try entry(name).range.count
    // Not Swift's allocator, which traps where memory is short.
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, 64, max(count, 1)) == 0 else {
      throw RunError.fileSystem(
        path: file.path, operation: "allocate \(count) bytes for tensor \(name.quoted)",
        code: ENOMEM)
    }
    defer { free(memory) }
    let buffer = UnsafeMutableRawBufferPointer(start: memory, count: count)
    try read(name, into: buffer)
    return try body(UnsafeRawBufferPointer(buffer))
  }

  private func entry(_ name: String) throws(RunError) -> Entry {
    guard let entry = tensors[name] else {
      throw .invalidFile(path: file.path, problem: "has no tensor \(name.quoted)")
    }
    return entry
  }
}
