import Foundation
import Glibc
import Synchronization

/// SHA-256 of files, each read once in a process for as long as it stays as it is.
///
/// A file counts as the same while device, inode, size and both times agree. One that changed within
/// the last two seconds is always read, because times are too coarse to tell two writes apart.
public enum FileDigest {
  private struct State: Hashable {
    let device: UInt64
    let inode: UInt64
    let size: Int
    let modified: Int
    let changed: Int

    init(_ status: stat) {
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
      size = Int(status.st_size)
      modified = Self.nanoseconds(status.st_mtim)
      changed = Self.nanoseconds(status.st_ctim)
    }

    static func nanoseconds(_ time: timespec) -> Int {
      time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
    }

    /// Whether the last change lies long enough back for the next one to get another time.
    var isSettled: Bool {
      var now = timespec()
      clock_gettime(CLOCK_REALTIME, &now)
      let age = Self.nanoseconds(now) - max(modified, changed)
      return age > 2_000_000_000
    }
  }

  private static let known = Mutex<[State: String]>([:])

  /// The digest of a file's content, as 64 hexadecimal digits.
  ///
  /// - Throws: ``RunError`` for what is no plain file or cannot be read.
  public static func of(_ url: URL) throws(RunError) -> String {
    try of(OpenFile(reading: url.filePath))
  }

  static func of(_ file: OpenFile) throws(RunError) -> String {
    let state = State(try file.status())
    if let digest = known.withLock({ $0[state] }) { return digest }
    let isSettled = state.isSettled
    let digest = try SHA256.hex(of: file)
    // What changed while it was read vouches for nothing.
    if isSettled, State(try file.status()) == state { known.withLock { $0[state] = digest } }
    return digest
  }

  /// How many files have been read and remembered.
  static var count: Int { known.withLock { $0.count } }
}
