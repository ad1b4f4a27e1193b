import Foundation
import Glibc

/// The right to write into a run directory; one process has it at a time.
///
/// A lock of the kernel (`flock`) on `.lock`, which ends with the process however that ends, so a
/// stale file never blocks a run. The content only says who holds it.
public final class RunLock {
  /// Who holds a lock.
  public struct Holder: Codable, Sendable, Equatable {
    public let pid: Int32
    public let host: String
    /// Tells restarts of the machine apart.
    public let boot: String
    /// When the lock was taken, ISO 8601, UTC.
    public let start: String

    var description: String { "process \(pid) on \(host) since \(start)" }
  }

  public let holder: Holder
  private var file: OpenFile?

  private init(_ file: OpenFile, _ holder: Holder) {
    self.file = file
    self.holder = holder
  }

  deinit { close() }

  /// Takes the lock of a run directory, which is created where there is none.
  ///
  /// - Throws: ``RunError/locked(path:holder:)`` at once when another process has it.
  public static func acquire(_ run: RunDirectory) throws(RunError) -> RunLock {
    try FileSystem.makeDirectories(run.url.filePath)
    let path = run.lock.filePath
    let file = try OpenFile(path, O_RDWR | O_CREAT)
    guard retried({ flock(file.descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
      guard errno == EWOULDBLOCK else { throw file.failure("lock") }
      throw .locked(path: run.url.filePath, holder: describeHolder(file))
    }
    let holder = Holder(
      pid: getpid(), host: hostName(), boot: bootIdentifier(), start: Date.now.ISO8601Format())
    try file.truncate(to: 0)
    let line = try RecordFile.encode(holder, path: path) + Data("\n".utf8)
    try line.withRawBytes { (bytes) throws(RunError) in try file.write(bytes) }
    return RunLock(file, holder)
  }

  /// Gives the lock back; releasing the object does the same.
  public func close() {
    guard let file else { return }
    // An empty file tells nobody a wrong holder. The file itself stays: removing it would let two
    // processes lock two files of one name.
    ftruncate(file.descriptor, 0)
    flock(file.descriptor, LOCK_UN)
    self.file = nil
  }

  /// Reads who holds the lock. Between taking it and writing the name there is a moment in which
  /// the file is empty or names a dead process; that is waited out.
  private static func describeHolder(_ file: OpenFile) -> String {
    let boot = bootIdentifier()
    for _ in 0..<25 {
      if let holder = readHolder(file), holder.boot != boot || FileSystem.isAlive(holder.pid) {
        return holder.description.onOneLine
      }
      usleep(20_000)
    }
    return "another process, which did not write its name into \(file.path.onOneLine)"
  }

  private static func readHolder(_ file: OpenFile) -> Holder? {
    guard let size = try? file.size(), let bytes = try? file.bytes(in: 0..<min(size, 4096)) else {
      return nil
    }
    return try? JSONDecoder().decode(Holder.self, from: Data(bytes))
  }

  static func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown host" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func bootIdentifier() -> String {
    let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
  }
}
