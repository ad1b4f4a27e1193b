import Foundation
import Runs
import Torch

/// Where results of an evaluation are kept chunk by chunk, so that an interrupted one goes on.
///
/// Each piece of work has a journal of one line per chunk, a journal of costs beside it, and a key:
/// the hash of everything that decides its numbers. Under another key it starts afresh, and so does
/// finished work whose journal was changed since.
struct WorkFolder {
  /// The work was asked to stop between two chunks.
  struct Interruption: Error {}

  let url: URL

  /// - Parameter id: of a policy; becomes one folder name.
  init(_ directory: URL, id: String) throws {
    url = directory.appending(path: Self.name(of: id))
    try Folder.make(url)
  }

  static func name(of id: String) -> String { RunDirectory.workName(of: id) }

  /// Does the chunks that are not done yet.
  ///
  /// - Parameters:
  ///   - work: names the journal.
  ///   - key: what decides the numbers, part by part.
  ///   - ranks: of which each makes chunks of its own, so that a chunk comes out the same however many
  ///     there are; all of them have all chunks in the end.
  ///   - make: computes a chunk; called in order.
  /// - Returns: all chunks, in order, and the costs of all of them.
  /// - Throws: ``Interruption`` after a whole chunk, when `shouldStop` says so.
  func complete<Chunk: Codable>(
    _ work: String, key: [String], chunks: Int, over ranks: Ranks = .alone,
    shouldStop: () -> Bool,
    progress: (Int) -> Void = { _ in }, make: (Int, inout CostMeter) throws -> Chunk
  ) throws -> (chunks: [Chunk], costs: [PhaseCost]) {
    let rowsURL = url.appending(path: "\(work).jsonl")
    let costsURL = url.appending(path: "\(work)-costs.jsonl")
    let key = SHA256.hex(of: key.joined(separator: "\u{0}"))
    let before = try checkKey(work, key, [rowsURL, costsURL])
    let journal = try Journal<Chunk>(rowsURL)
    let costs = try Journal<ChunkCosts>(costsURL, seals: true)
    // Costs are written first: a crash between the two leaves one line too many there.
    try costs.truncate(toCount: min(journal.count, costs.count))
    var done = try Journal<Chunk>.read(rowsURL).records
    progress(done.count)
    while done.count < chunks {
      if shouldStop() { throw Interruption() }
      let next = done.count..<min(done.count + ranks.count, chunks)
      let made = try ranks.cut(Array(next)) { mine in
        try mine.map { index in
          var meter = CostMeter()
          let chunk = try make(index, &meter)
          return MadeChunk(chunk: chunk, costs: ChunkCosts(costs: meter.costs))
        }
      }
      for one in made {
        try costs.append(one.costs)
        try journal.append(one.chunk)
        done.append(one.chunk)
        progress(done.count)
      }
    }
    try journal.sync()
    if before.digest == nil {
      try RecordFile.write(WorkKey(key: key, digest: FileDigest.of(rowsURL)), to: keyURL(work))
    }
    return (done, try Journal<ChunkCosts>.read(costsURL).records.flatMap(\.costs))
  }

  private func keyURL(_ work: String) -> URL { url.appending(path: "\(work)-key.json") }

  /// Removes results that another key made, and finished ones that were changed since.
  ///
  /// - Returns: the key that is on record now.
  private func checkKey(_ work: String, _ key: String, _ results: [URL]) throws -> WorkKey {
    let keyURL = keyURL(work)
    let files = FileManager.default
    if files.fileExists(atPath: keyURL.path) {
      // A key that cannot be read vouches for nothing.
      let found = try? WorkKey.read(keyURL)
      if let found, found.isWhole, found.key.key == key, try isWhole(results[0], found.key.digest) {
        return found.key
      }
    }
    for result in results where files.fileExists(atPath: result.path) {
      try files.removeItem(at: result)
    }
    let fresh = WorkKey(key: key)
    try RecordFile.write(fresh, to: keyURL)
    return fresh
  }

  private func isWhole(_ journal: URL, _ digest: String?) throws -> Bool {
    guard let digest else { return true }
    guard FileManager.default.fileExists(atPath: journal.path) else { return false }
    return try FileDigest.of(journal) == digest
  }
}

/// A chunk, and what it took.
private struct MadeChunk<Chunk: Codable>: Codable {
  let chunk: Chunk
  let costs: ChunkCosts
}
