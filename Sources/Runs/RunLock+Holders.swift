import Foundation

extension RunLock {
  /// Who works on a run, without disturbing who is about to: processes that have all of it, or one of its trainings.
  ///
  /// A lock that names nobody is taken for free, as is one of a process of this machine that is gone; others are
  /// tried, which where they are held changes nothing.
  public static func holders(of run: RunDirectory) throws(RunError) -> [Holder] {
    var files = [run.lock.filePath]
    if try FileSystem.kind(of: run.locks.filePath) == .directory {
      files += try FileSystem.entries(of: run.locks.filePath).filter { !$0.hasPrefix(".") }
        .map { "\(run.locks.filePath)/\($0)" }
    }
    var found: [Holder] = []
    for path in files where try FileSystem.kind(of: path) == .file {
      let file = try OpenFile(reading: path)
      guard let holder = readHolder(file), holder.mayBeAlive else { continue }
      if try take(file, LOCK_SH) {
        flock(file.descriptor, LOCK_UN)
      } else {
        found.append(holder)
      }
    }
    return found
  }
}

extension RunLock.Holder {
  /// Another machine's processes cannot be looked for.
  fileprivate var mayBeAlive: Bool {
    boot != RunLock.Holder.here.boot || FileSystem.isAlive(pid)
  }
}
