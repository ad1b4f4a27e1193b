import Foundation

extension ModelFolder {
  /// The newest checkpoint of a stage's folder, or of its first seed's; nil for any other folder.
  ///
  /// - Throws: ``RunError`` where the newest one is not whole, or there is none.
  static func newestCheckpoint(ofStage folder: URL) throws(RunError) -> URL? {
    let files = FileManager.default
    func has(_ name: String, in folder: URL) -> Bool {
      files.fileExists(atPath: folder.appending(path: name).path)
    }
    guard !has("config.json", in: folder) else { return nil }
    if has("trials.jsonl", in: folder), has("trial-1", in: folder) {
      let name = folder.lastPathComponent
      let stage = name.hasSuffix("-search") ? name.dropLast("-search".count) : "the stage"
      throw .invalidFile(
        path: folder.path,
        problem:
          "holds the trials of a search for a KL; name the stage that it is for, \(stage) beside "
          + "it, or one of its trials, as in \(name)/trial-1")
    }
    var place = folder
    if !has("checkpoints", in: folder) {
      let seeds = ((try? Folder.names(in: folder)) ?? []).compactMap { name -> Int? in
        name.hasPrefix("seed-") ? Int(name.dropFirst(5)) : nil
      }
      guard
        let first = seeds.sorted().lazy.map({ folder.appending(path: "seed-\($0)") })
          .first(where: { has("checkpoints", in: $0) })
      else { return nil }
      place = first
    }
    let store = CheckpointStore(place.appending(path: "checkpoints"))
    let found = try store.newest()
    if let damaged = found.skipped.first {
      throw .invalidFile(
        path: store.url(of: damaged.step).path,
        problem: "is damaged: \(damaged.reason); train its stage again, or name an older checkpoint"
      )
    }
    guard let newest = found.checkpoint else {
      throw .invalidFile(path: place.path, problem: "has no checkpoint yet; train its stage first")
    }
    return newest.url
  }
}
