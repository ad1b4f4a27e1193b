import Foundation
import Recipe
import Runs

/// What a stage's folder was made from, and what it held when the stage was done. A finished stage is
/// not run again; one made from other settings or data, or changed since, is refused.
struct StageSeal: SealedRecord, Equatable {
  /// SHA-256 over ``inputs``.
  var key: String
  /// Setting or input → its value or hash.
  var inputs: [String: String]
  /// Stage that was read → the hash of what it held then, ``StageOutcome/product``.
  var sources: [String: String]?
  var isFinished: Bool
  /// Of a finished stage.
  var outcome: StageOutcome?
  /// Of the file; nil in memory.
  var digest: String?

  init(inputs: [String: String], sources: [String: String] = [:]) {
    self.inputs = inputs
    self.sources = sources
    isFinished = false
    let text = inputs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    key = SHA256.hex(of: text)
  }

  static func read(_ directory: StageDirectory) throws -> StageSeal? {
    guard FileManager.default.fileExists(atPath: directory.done.path) else { return nil }
    return try RecordFile.read(
      sealed: StageSeal.self, from: directory.done, advice: RecordAdvice.seal(of: directory))
  }

  func write(to directory: StageDirectory) throws {
    try RecordFile.write(sealing: self, to: directory.done)
  }

  /// What differs from another seal, in words.
  func difference(from other: StageSeal) -> String {
    let keys = Set(inputs.keys).union(other.inputs.keys).sorted()
    let changed = keys.filter { inputs[$0] != other.inputs[$0] }.map {
      "\($0) was \(other.inputs[$0] ?? "absent") and is \(inputs[$0] ?? "absent")"
    }
    return changed.prefix(4).joined(separator: "; ")
  }
}
