import Foundation
import Glibc

extension Folder {
  /// Gives a folder another place on its disk, in one step and durably; folders above that are made.
  public static func move(_ url: URL, to target: URL) throws(RunError) {
    let (source, target) = (url.filePath, target.filePath)
    try FileSystem.makeDirectories(FileSystem.parentPath(of: target))
    try FileSystem.rename(source, to: target)
    try FileSystem.syncDirectory(FileSystem.parentPath(of: target))
    try FileSystem.syncDirectory(FileSystem.parentPath(of: source))
  }

  /// Removes a folder with all it holds; one that is not there is no failure.
  public static func remove(_ url: URL) throws(RunError) {
    try FileSystem.removeTree(url.filePath)
  }

  /// Copies plain files, synced, with the folders that they lie in.
  ///
  /// - Parameters:
  ///   - paths: below both folders.
  ///   - shares: whether a file may be the other folder's own, under a second name that takes no room;
  ///     only for files that nothing writes into. Where the disk gives no second name it is copied.
  public static func copy(
    _ paths: some Sequence<String>, from source: URL, to target: URL,
    sharing shares: (String) -> Bool = { _ in false }
  ) throws {
    for path in paths {
      let (from, to) = (source.appending(path: path), target.appending(path: path))
      try make(to.deletingLastPathComponent())
      if shares(path), link(from.filePath, to.filePath) == 0 {
        try FileSystem.syncDirectory(FileSystem.parentPath(of: to.filePath))
        continue
      }
      let file = try OpenFile(reading: from.filePath)
      let size = try file.size()
      try AtomicFile.write(to: to) { writer in
        var place = 0
        while place < size {
          let end = min(place + (1 << 20), size)
          try writer.append(Data(try file.bytes(in: place..<end)))
          place = end
        }
      }
    }
  }
}
