import Foundation
import Runs

/// What a rank that follows has in the place of a stage's folder: it reads what the leading rank had there
/// when the training began, and writes what nobody keeps.
struct FollowedFolder {
  let directory: StageDirectory

  /// - Throws: `RunError` where this rank does not see the leading one's files.
  init(of stage: StageDirectory, rank: Int) throws {
    let files = FileManager.default
    guard files.fileExists(atPath: stage.url.path) else {
      throw RunError.invalidFile(
        path: stage.url.path, problem: "not found on rank \(rank); all ranks need the same files")
    }
    let own = files.temporaryDirectory.appending(
      path: "plumb-rank-\(ProcessInfo.processInfo.processIdentifier)")
    try? files.removeItem(at: own)
    directory = StageDirectory(own)
    try copy(stage.url, to: own)
  }

  /// Checkpoints are not copied but pointed to: they are large, and never changed.
  private func copy(_ folder: URL, to copy: URL) throws {
    let files = FileManager.default
    try files.createDirectory(at: copy, withIntermediateDirectories: true)
    let isStore = folder.lastPathComponent == directory.checkpoints.lastPathComponent
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

  func remove() { try? FileManager.default.removeItem(at: directory.url) }
}
