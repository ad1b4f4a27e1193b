import Foundation
import Glibc

/// A file descriptor with its path: closed when released, its system calls repeated after a
/// signal, their failures ``RunError``s.
final class OpenFile: Sendable {
  let path: String
  let descriptor: Int32

  init(_ path: String, _ flags: Int32, mode: mode_t = 0o666) throws(RunError) {
    let descriptor = retried { open(path, flags | O_CLOEXEC, mode) }
    guard descriptor >= 0 else {
      let operation = flags & O_CREAT == 0 ? "open" : "create"
      throw .fileSystem(path: path, operation: operation, code: errno)
    }
    self.path = path
    self.descriptor = descriptor
  }

  /// Opens a regular file; a directory, pipe or device is refused, without waiting on it.
  convenience init(reading path: String) throws(RunError) {
    try self.init(path, O_RDONLY | O_NONBLOCK)
    guard try status().st_mode & S_IFMT == S_IFREG else {
      throw .invalidFile(path: path, problem: "is not a plain file")
    }
  }

  /// After a successful `fsync` nothing that `close` reports could still lose data.
  deinit { close(descriptor) }

  func status() throws(RunError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("inspect") }
    return status
  }

  func size() throws(RunError) -> Int { Int(try status().st_size) }

  /// Fills `buffer` from `offset` on, or up to the end of the file; returns the bytes read.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(RunError) -> Int {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = retried { pread(descriptor, rest.baseAddress, rest.count, offset + done) }
      guard count >= 0 else { throw failure("read \(buffer.count) bytes at byte \(offset)") }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// The bytes of `range`; an error where the file ends before.
  func bytes(in range: Range<Int>) throws(RunError) -> [UInt8] {
    var outcome: Result<Int, RunError> = .success(0)
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(RunError) {
        count = try read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
        outcome = .success(count)
      } catch {
        outcome = .failure(error)
      }
    }
    guard try outcome.get() == range.count else { throw shrunk(range) }
    return bytes
  }

  func shrunk(_ range: Range<Int>) -> RunError {
    .invalidFile(
      path: path,
      problem: "ended inside bytes \(range.lowerBound)..<\(range.upperBound) while being read; "
        + "it was cut or replaced meanwhile")
  }

  /// One `write(2)`; returns the bytes taken, which on a full disk are fewer than given.
  func writeOnce(_ bytes: UnsafeRawBufferPointer) throws(RunError) -> Int {
    let count = retried { Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
    guard count >= 0 else { throw failure("write \(bytes.count) bytes") }
    return count
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(RunError) {
    var rest = bytes
    while !rest.isEmpty {
      rest = UnsafeRawBufferPointer(rebasing: rest[try writeOnce(rest)...])
    }
  }

  /// Waits until the content is on stable storage.
  func sync() throws(RunError) {
    guard retried({ fsync(descriptor) }) == 0 else { throw failure("sync") }
  }

  func truncate(to size: Int) throws(RunError) {
    guard retried({ ftruncate(descriptor, size) }) == 0 else {
      throw failure("truncate to \(size) bytes")
    }
  }

  func failure(_ operation: String) -> RunError {
    .fileSystem(path: path, operation: operation, code: errno)
  }
}

/// Repeats a system call that a signal interrupted.
func retried<Count: SignedInteger>(_ call: () -> Count) -> Count {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

extension ContiguousBytes {
  /// `withUnsafeBytes` that keeps the type of the error.
  func withRawBytes<Value>(
    _ body: (UnsafeRawBufferPointer) throws(RunError) -> Value
  ) throws(RunError) -> Value {
    let result: Result<Value, RunError> = withUnsafeBytes { bytes in
      do throws(RunError) { return .success(try body(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
