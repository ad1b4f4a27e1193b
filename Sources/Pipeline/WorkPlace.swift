import Foundation
import Glibc
import Runs

/// Where a rank works. One that follows has a folder of its own in the place of the leading one's: it reads
/// what was there when the work began, and writes what nobody keeps.
struct WorkPlace {
  let url: URL
  private let isOwn: Bool

  /// The folder itself.
  init(url: URL) {
    self.url = url
    isOwn = false
  }

  /// - Throws: `RunError` where this rank does not see the leading one's files.
  init(following folder: URL, rank: Int) throws {
    let files = FileManager.default
    guard files.fileExists(atPath: folder.path) else {
      throw RunError.invalidFile(
        path: folder.path, problem: "not found on rank \(rank); all ranks need the same files")
    }
    url = files.temporaryDirectory.appending(
      path: Self.prefix + "\(getpid())", directoryHint: .isDirectory)
    isOwn = true
    Self.sweep()
    try copy(folder, to: url)
  }

  /// Checkpoints are not copied but pointed to: they are large, and never changed.
  private func copy(_ folder: URL, to copy: URL) throws {
    let files = FileManager.default
    try files.createDirectory(at: copy, withIntermediateDirectories: true)
    let isStore = folder.lastPathComponent == StageDirectory(url).checkpoints.lastPathComponent
    for name in try Folder.names(in: folder) where !name.hasPrefix(".") {
      let (source, target) = (folder.appending(path: name), copy.appending(path: name))
      var isFolder: ObjCBool = false
      guard files.fileExists(atPath: source.path, isDirectory: &isFolder) else { continue }
      if isFolder.boolValue, !isStore {
        try self.copy(source, to: target)
      } else if isFolder.boolValue {
        try files.createSymbolicLink(at: target, withDestinationURL: source)
      } else {
        try files.copyItem(at: source, to: target)
      }
    }
  }

  private static let prefix = "plumb-rank-"

  /// Removes those of processes that have ended, of this one's earlier life too.
  private static func sweep() {
    let folder = FileManager.default.temporaryDirectory
    for name in (try? Folder.names(in: folder)) ?? [] where name.hasPrefix(prefix) {
      guard let process = Int32(name.dropFirst(prefix.count)) else { continue }
      if process == getpid() || (kill(process, 0) != 0 && errno == ESRCH) {
        try? FileManager.default.removeItem(at: folder.appending(path: name))
      }
    }
  }

  func remove() {
    if isOwn { try? FileManager.default.removeItem(at: url) }
  }
}
