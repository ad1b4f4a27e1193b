import Foundation
import Glibc

/// The checkpoints of one training, each complete or absent, whatever interrupts a save.
///
/// A save fills `.step-000500.tmp-<pid>`, syncs every file, writes and syncs `manifest.json` with
/// their hashes, syncs the directory, renames it to `step-000500`, syncs the parent, and last
/// replaces the file `latest`. One process at a time saves: hold a ``RunLock``.
public struct CheckpointStore: Sendable {
  /// One complete checkpoint.
  public struct Checkpoint: Sendable, Equatable {
    public let step: Int
    public let url: URL
    public let manifest: CheckpointManifest
  }

  /// A checkpoint that is not whole, and why.
  public struct Skipped: Sendable, Equatable {
    public let step: Int
    public let reason: String
  }

  /// What ``newest()`` found.
  public struct Search: Sendable, Equatable {
    public let checkpoint: Checkpoint?
    /// Newer ones that do not verify, newest first.
    public let skipped: [Skipped]
  }

  public let directory: URL
  private var path: String { directory.filePath }

  public init(_ directory: URL) { self.directory = directory }

  /// Where the checkpoint of a step lies, whether or not it exists.
  public func url(of step: Int) -> URL { directory.appending(path: Self.name(of: step)) }

  private static func name(of step: Int) -> String {
    let digits = String(step)
    return "step-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  private static func step(of name: String) -> Int? {
    guard name.hasPrefix("step-"), let step = Int(name.dropFirst(5)), step >= 0,
      name == Self.name(of: step)
    else { return nil }
    return step
  }

  /// Makes the checkpoint of a step durable; one that exists is replaced.
  ///
  /// - Parameters:
  ///   - expectedBytes: when given, free space is checked before anything is written.
  ///   - facts: remembered in the manifest.
  ///   - write: fills the given temporary directory.
  /// - Throws: what `write` throws, or a ``RunError``; the temporary directory is then removed and
  ///   older checkpoints are as they were.
  @discardableResult
  public func save(
    step: Int, expectedBytes: Int? = nil, facts: [String: String] = [:],
    _ write: (URL) throws -> Void
  ) throws -> Checkpoint {
    precondition(step >= 0, "a step counts from 0")
    try FileSystem.makeDirectories(path)
    if let needed = expectedBytes, let free = FileSystem.freeBytes(at: path), free < needed {
      throw RunError.insufficientSpace(path: path, needed: needed, free: free)
    }
    let name = Self.name(of: step)
    let temporary = "\(path)/.\(name).tmp-\(getpid())"
    let target = "\(path)/\(name)"
    try FileSystem.removeTree(temporary)
    let manifest: CheckpointManifest
    do {
      try FileSystem.makeDirectory(temporary)
      try write(URL(filePath: temporary, directoryHint: .isDirectory))
      manifest = try CheckpointManifest(
        step: step, files: try CheckpointManifest.sealing(temporary), facts: facts)
      let file = URL(filePath: "\(temporary)/\(CheckpointManifest.name)")
      try AtomicFile.write(try manifest.encoded(), to: file)
      try replace(target, by: temporary, discarding: "\(path)/.\(name).old-\(getpid())")
    } catch {
      // The first failure is the one to report; what cannot be removed, `sweep` takes later.
      _ = try? FileSystem.removeTree(temporary)
      throw error
    }
    try self.name(step)
    return Checkpoint(step: step, url: url(of: step), manifest: manifest)
  }

  private var latestFile: URL { directory.appending(path: "latest") }

  /// What the file `latest` says; nil where there is none that can be read.
  private var latest: String? {
    guard let data = try? BoundedFile.read(latestFile, atMost: 4096) else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  /// Whether the file `latest` names the last checkpoint. Between saving and naming a process may have died.
  public var namesLast: Bool {
    get throws(RunError) { latest == (try steps().last.map(Self.name(of:))) }
  }

  private func name(_ step: Int) throws(RunError) {
    try AtomicFile.write(Data("\(Self.name(of: step))\n".utf8), to: latestFile)
  }

  private func replace(
    _ target: String, by temporary: String, discarding old: String
  ) throws(RunError) {
    let exists = try FileSystem.kind(of: target) != nil
    if exists {
      try FileSystem.removeTree(old)
      try FileSystem.rename(target, to: old)
    }
    do throws(RunError) {
      try FileSystem.rename(temporary, to: target)
    } catch {
      if exists { _ = try? FileSystem.rename(old, to: target) }
      throw error
    }
    try FileSystem.syncDirectory(path)
    if exists { try FileSystem.removeTree(old) }
  }

  /// Removes the checkpoint of a step, whole or not; one that is not there is no failure.
  public func remove(step: Int) throws(RunError) {
    guard try FileSystem.kind(of: url(of: step).filePath) != nil else { return }
    // Under another name first: a removal cut short leaves no half checkpoint.
    let old = "\(path)/.\(Self.name(of: step)).old-\(getpid())"
    try FileSystem.removeTree(old)
    try FileSystem.rename(url(of: step).filePath, to: old)
    try FileSystem.syncDirectory(path)
    try FileSystem.removeTree(old)
  }

  /// Steps with a directory, whole or not, in order.
  public func steps() throws(RunError) -> [Int] {
    guard try FileSystem.kind(of: path) != nil else { return [] }
    return try FileSystem.entries(of: path).compactMap(Self.step).sorted()
  }

  /// The newest checkpoint whose every file has the size and hash of its manifest.
  public func newest() throws(RunError) -> Search {
    var skipped: [Skipped] = []
    for step in try steps().reversed() {
      do throws(RunError) {
        return Search(checkpoint: try checkpoint(at: step), skipped: skipped)
      } catch {
        skipped.append(Skipped(step: step, reason: error.description))
      }
    }
    return Search(checkpoint: nil, skipped: skipped)
  }

  /// The checkpoint of one step, verified.
  public func checkpoint(at step: Int) throws(RunError) -> Checkpoint {
    try checkpoint(at: step, contents: true)
  }

  private func checkpoint(at step: Int, contents: Bool) throws(RunError) -> Checkpoint {
    let url = url(of: step)
    let manifest = try CheckpointManifest.read(in: url.filePath)
    guard manifest.step == step else {
      throw .invalidFile(path: url.filePath, problem: "holds the files of step \(manifest.step)")
    }
    try manifest.verify(url.filePath, contents: contents)
    return Checkpoint(step: step, url: url, manifest: manifest)
  }

  /// Removes all but the newest `count` complete checkpoints, and those of `protected` steps.
  ///
  /// Only a checkpoint with its manifest and all files at their sizes counts as kept, so damaged
  /// ones never push out good ones. Call it after ``save(step:expectedBytes:facts:_:)``.
  ///
  /// - Returns: the steps removed, in order.
  @discardableResult
  public func prune(keeping count: Int, protecting protected: Set<Int> = []) throws(RunError)
    -> [Int]
  {
    precondition(count >= 1, "the newest checkpoint is always kept")
    var kept = 0
    var removed: [Int] = []
    for step in try steps().reversed() {
      if kept < count {
        if (try? checkpoint(at: step, contents: false)) != nil { kept += 1 }
      } else if !protected.contains(step) {
        removed.insert(step, at: 0)
      }
    }
    for step in removed {
      // Under another name first: a removal cut short leaves no half checkpoint.
      let old = "\(path)/.\(Self.name(of: step)).old-\(getpid())"
      try FileSystem.removeTree(old)
      try FileSystem.rename(url(of: step).filePath, to: old)
      try FileSystem.removeTree(old)
    }
    if !removed.isEmpty { try FileSystem.syncDirectory(path) }
    return removed
  }

  /// Removes what dead processes left unfinished, and finishes what they saved; call it at the start,
  /// holding the run's lock.
  ///
  /// - Returns: the names removed.
  @discardableResult
  public func sweep() throws(RunError) -> [String] {
    guard try FileSystem.kind(of: path) != nil else { return [] }
    let stale = try FileSystem.entries(of: path).filter { name in
      guard name.hasPrefix(".step-"), let dash = name.lastIndex(of: "-"),
        name[..<dash].hasSuffix(".tmp") || name[..<dash].hasSuffix(".old"),
        let process = Int32(name[name.index(after: dash)...])
      else { return false }
      // Before the first save, a name with our own id is from an earlier life of that id.
      return process == getpid() || !FileSystem.isAlive(process)
    }
    for name in stale { try FileSystem.removeTree("\(path)/\(name)") }
    let removed = try stale + AtomicFile.sweep(directory)
    // Between a checkpoint and the file that names it a process may have died.
    if try !namesLast, let last = try steps().last { try name(last) }
    return removed
  }
}
