import Foundation
import Glibc

/// Files that are either the old ones or the new ones, whole, whenever the power goes.
///
/// A write goes to a temporary file beside the target, which is synced, renamed over the target,
/// and its directory synced. A failed write removes its temporary file and leaves the target as it
/// was; a killed one leaves a temporary file that ``sweep(_:)`` removes. Permissions follow the
/// umask.
///
/// A link is followed, so that the file it leads to is replaced. A device, a pipe or a socket is
/// written to and stays what it is.
public enum AtomicFile {
  /// Takes the bytes of a file in order.
  public final class Writer {
    private let file: OpenFile
    private let hash: SHA256?
    private var buffer: [UInt8] = []
    /// Bytes appended so far.
    public private(set) var count = 0

    fileprivate init(_ file: OpenFile, hash: SHA256?) {
      self.file = file
      self.hash = hash
      buffer.reserveCapacity(Self.capacity)
    }

    private static let capacity = 1 << 18

    /// Appends bytes; small pieces are gathered into larger writes.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(RunError) {
      hash?.update(bytes)
      count += bytes.count
      if buffer.count + bytes.count > Self.capacity { try flush() }
      if bytes.count >= Self.capacity {
        try file.write(bytes)
      } else {
        buffer.append(contentsOf: bytes)
      }
    }

    public func append(_ data: Data) throws(RunError) {
      try data.withRawBytes { (bytes) throws(RunError) in try append(bytes) }
    }

    fileprivate func flush() throws(RunError) {
      try buffer.withRawBytes { (bytes) throws(RunError) in try file.write(bytes) }
      buffer.removeAll(keepingCapacity: true)
    }
  }

  /// Writes a whole file.
  public static func write(_ data: Data, to url: URL) throws(RunError) {
    try write(data, to: url, isDurable: true)
  }

  /// - Parameter isDurable: false where a power loss may take it: nothing is waited for.
  static func write(_ data: Data, to url: URL, isDurable: Bool) throws(RunError) {
    do {
      try write(to: url, hash: nil, isDurable: isDurable) { writer in try writer.append(data) }
    } catch let error as RunError {
      throw error
    } catch {
      throw .unwritable(path: url.filePath, problem: "\(error)")
    }
  }

  /// Writes a file piece by piece; what `body` throws ends the write and is passed on.
  public static func write(to url: URL, _ body: (Writer) throws -> Void) throws {
    try write(to: url, hash: nil, body)
  }

  /// As ``write(to:_:)``; returns the SHA-256 of what was written.
  public static func writeHashed(
    to url: URL, _ body: (Writer) throws -> Void
  ) throws -> String {
    let hash = SHA256()
    try write(to: url, hash: hash, body)
    return hash.finish()
  }

  private static func write(
    to url: URL, hash: SHA256?, isDurable: Bool = true, _ body: (Writer) throws -> Void
  ) throws {
    let target = try FileSystem.destination(of: url.filePath)
    guard try !FileSystem.isNode(target) else {
      let writer = Writer(try OpenFile(target, O_WRONLY | O_NOCTTY), hash: hash)
      try body(writer)
      return try writer.flush()
    }
    let directory = FileSystem.parentPath(of: target)
    let temporary = try createTemporary(for: target, in: directory)
    do {
      let writer = Writer(temporary, hash: hash)
      try body(writer)
      try writer.flush()
      if isDurable { try temporary.sync() }
      try FileSystem.rename(temporary.path, to: target)
    } catch {
      unlink(temporary.path)
      throw named(error, target, instead: temporary.path)
    }
    if isDurable { try FileSystem.syncDirectory(directory) }
  }

  /// Removes the temporary files that dead processes left in a directory; returns their names.
  @discardableResult
  public static func sweep(_ directory: URL) throws(RunError) -> [String] {
    let path = directory.filePath
    let stale = try FileSystem.entries(of: path).filter { name in
      guard name.hasPrefix(prefix), name.hasSuffix(".tmp") else { return false }
      let process = name.dropFirst(prefix.count).prefix { $0 != "-" }
      guard let id = Int32(process) else { return false }
      return id != getpid() && !FileSystem.isAlive(id)
    }
    for name in stale { try FileSystem.removeFile("\(path)/\(name)") }
    return stale
  }

  private static let prefix = ".plumb-"

  /// The temporary name does not contain the target's, which may be as long as names can be.
  private static func createTemporary(
    for target: String, in directory: String
  ) throws(RunError) -> OpenFile {
    var number = 0
    while true {
      let path = "\(directory)/\(prefix)\(getpid())-\(number).tmp"
      do throws(RunError) {
        return try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)
      } catch {
        // The process id is reused in containers: step past what an earlier process left.
        if case .fileSystem(_, _, EEXIST) = error, number < 10_000 {
          number += 1
        } else {
          throw named(error, target, instead: path)
        }
      }
    }
  }

  /// The user knows the target, not the temporary file.
  private static func named(
    _ error: any Error, _ target: String, instead temporary: String
  ) -> any Error {
    guard let error = error as? RunError else { return error }
    return named(error, target, instead: temporary) as RunError
  }

  private static func named(
    _ error: RunError, _ target: String, instead temporary: String
  ) -> RunError {
    guard case .fileSystem(temporary, let operation, let code) = error else { return error }
    return .fileSystem(path: target, operation: operation, code: code)
  }
}
