import Foundation
import Glibc

/// The right to write into a run directory: all of it, which one process has at a time, or one
/// training's folder, which several may have of different trainings.
///
/// A lock of the kernel (`flock`), which ends with the process however that ends, so a stale file never
/// blocks a run. Who writes anywhere locks `.lock` alone; who makes one training locks it together with
/// others of that kind, and a file of that training in `.locks` alone. The contents only say who holds
/// them. On network file systems a lock holds where their servers keep locks; where they do not, taking
/// one fails.
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

    /// This process, now.
    static var here: Holder {
      Holder(
        pid: getpid(), host: hostName(), boot: bootIdentifier(), start: Date.now.ISO8601Format())
    }
  }

  public let holder: Holder
  private var file: OpenFile?
  /// The file is others' too.
  private let isShared: Bool

  private init(_ file: OpenFile, _ holder: Holder, isShared: Bool = false) {
    self.file = file
    self.holder = holder
    self.isShared = isShared
  }

  deinit { close() }

  /// Takes the lock of a run directory, which is created where there is none.
  ///
  /// - Throws: ``RunError/locked(path:holder:)`` at once when another process has it, or part of it.
  public static func acquire(_ run: RunDirectory) throws(RunError) -> RunLock {
    try FileSystem.makeDirectories(run.url.filePath)
    let file = try OpenFile(run.lock.filePath, O_RDWR | O_CREAT)
    if try take(file, LOCK_EX) { return try RunLock(naming: file) }
    throw .locked(
      path: run.url.filePath, holder: try holders(in: run) ?? describeHolder(file))
  }

  /// Takes part of a run directory, beside others that do.
  ///
  /// - Throws: ``RunError/locked(path:holder:)`` at once when another process has all of it.
  public static func join(_ run: RunDirectory) throws(RunError) -> RunLock {
    try FileSystem.makeDirectories(run.locks.filePath)
    let file = try OpenFile(run.lock.filePath, O_RDWR | O_CREAT)
    guard try take(file, LOCK_SH) else {
      throw .locked(path: run.url.filePath, holder: describeHolder(file))
    }
    return RunLock(file, Holder.here, isShared: true)
  }

  /// Takes one training of a run that this process has joined.
  ///
  /// - Parameter name: of the training; unlike those of all others.
  /// - Throws: ``RunError/locked(path:holder:)`` at once when another process has it.
  public static func acquire(
    _ name: String, of stage: StageDirectory, in run: RunDirectory
  ) throws(RunError) -> RunLock {
    let file = try OpenFile(run.lock(of: name).filePath, O_RDWR | O_CREAT)
    if try take(file, LOCK_EX) { return try RunLock(naming: file) }
    throw .locked(path: stage.url.filePath, holder: describeHolder(file))
  }

  /// Waits for the right to write the records of a whole run that this process has joined.
  public static func records(of run: RunDirectory) throws(RunError) -> RunLock {
    let file = try OpenFile(run.lock(of: ".records").filePath, O_RDWR | O_CREAT)
    guard retried({ flock(file.descriptor, LOCK_EX) }) == 0 else { throw file.failure("lock") }
    return RunLock(file, Holder.here, isShared: true)
  }

  /// - Returns: false when another process has the lock.
  static func take(_ file: OpenFile, _ kind: Int32) throws(RunError) -> Bool {
    if retried({ flock(file.descriptor, kind | LOCK_NB) }) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw file.failure("lock") }
    return false
  }

  private convenience init(naming file: OpenFile) throws(RunError) {
    let holder = Holder.here
    try file.truncate(to: 0)
    let line = try RecordFile.encode(holder, path: file.path) + Data("\n".utf8)
    try line.withRawBytes { (bytes) throws(RunError) in try file.write(bytes) }
    self.init(file, holder)
  }

  /// Gives the lock back; releasing the object does the same.
  public func close() {
    guard let file else { return }
    // An empty file tells nobody a wrong holder. The file itself stays: removing it would let two
    // processes lock two files of one name.
    if !isShared { ftruncate(file.descriptor, 0) }
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

  /// Who makes trainings of a run; nil where nobody does.
  private static func holders(in run: RunDirectory) throws(RunError) -> String? {
    guard try FileSystem.kind(of: run.locks.filePath) == .directory else { return nil }
    var found: [String] = []
    for name in try FileSystem.entries(of: run.locks.filePath) {
      let file = try OpenFile("\(run.locks.filePath)/\(name)", O_RDWR)
      if try take(file, LOCK_SH) { continue }
      found.append(describeHolder(file))
    }
    guard let first = found.first else { return nil }
    return found.count == 1 ? first : "\(first) and \(found.count - 1) more"
  }

  static func readHolder(_ file: OpenFile) -> Holder? {
    guard let size = try? file.size(), let bytes = try? file.bytes(in: 0..<min(size, 4096)) else {
      return nil
    }
    return try? RecordFile.record(Holder.self, of: Data(bytes))
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
