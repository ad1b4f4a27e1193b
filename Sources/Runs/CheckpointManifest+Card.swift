import Foundation

extension CheckpointManifest {
  /// Gives a whole checkpoint another card: what people read of it, as of which run it is. One without a
  /// card gets none.
  ///
  /// - Parameter folder: of the checkpoint, which nothing else uses yet.
  public static func replaceCard(of folder: URL, by text: String) throws(RunError) {
    let directory = folder.filePath
    let before = try read(in: directory)
    let data = Data(text.utf8)
    guard let place = before.files.firstIndex(where: { $0.name == card }) else { return }
    let file = File(name: card, bytes: data.count, sha256: SHA256.hex(of: data))
    guard before.files[place] != file else { return }
    var files = before.files
    files[place] = file
    let manifest = try CheckpointManifest(step: before.step, files: files, facts: before.facts)
    try AtomicFile.write(data, to: folder.appending(path: card))
    try AtomicFile.write(try manifest.encoded(), to: folder.appending(path: name))
  }

  /// Holds all of a checkpoint against the manifest that it was written with.
  ///
  /// - Throws: ``RunError`` for a file that is not as it was written.
  public static func holdAll(_ folder: URL) throws(RunError) {
    try read(in: folder.filePath).verify(folder.filePath, contents: true)
  }

  /// The folders of checkpoints among the files below a folder, as its manifests say.
  public static func folders(among paths: [String]) -> [String] {
    paths.compactMap { path in
      let parts = path.split(separator: "/")
      guard parts.last == Substring(name), parts.dropLast(2).last == "checkpoints" else {
        return nil
      }
      return parts.dropLast().joined(separator: "/")
    }
  }
}
