import Foundation
import Glibc

/// Reads whole files, none longer than the caller can have meant.
///
/// The length is looked at before anything is read, and memory that is not there is an error: a
/// record that a broken disk or a stranger has blown up neither takes a machine's memory nor ends
/// the program by a signal.
public enum BoundedFile {
  /// - Parameter limit: the largest length, in bytes.
  /// - Throws: ``RunError/invalidFile(path:problem:)`` for a longer file and for what is no plain
  ///   file; ``RunError/fileSystem(path:operation:code:)`` where it cannot be read.
  public static func read(_ url: URL, atMost limit: Int) throws(RunError) -> Data {
    try read(OpenFile(reading: url.filePath), atMost: limit)
  }

  static func read(_ file: OpenFile, atMost limit: Int) throws(RunError) -> Data {
    let size = try file.size()
    guard size <= limit else {
      throw .invalidFile(
        path: file.path,
        problem: "is larger than \(shown(limit)), the most that is read of such a file; it is "
          + "damaged, or another one was meant")
    }
    // Not Swift's allocator, which traps where memory is short.
    guard let memory = malloc(max(size, 1)) else {
      throw .fileSystem(path: file.path, operation: "allocate \(size) bytes for it", code: ENOMEM)
    }
    let buffer = UnsafeMutableRawBufferPointer(start: memory, count: size)
    do throws(RunError) {
      guard try file.read(into: buffer, at: 0) == size else { throw file.shrunk(0..<size) }
    } catch {
      free(memory)
      throw error
    }
    return Data(bytesNoCopy: memory, count: size, deallocator: .free)
  }

  private static func shown(_ bytes: Int) -> String {
    bytes < 1 << 20 ? "\(bytes) bytes" : "\(bytes >> 20) MB"
  }
}
