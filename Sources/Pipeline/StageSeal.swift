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
  /// Of Plumb; nil where earlier versions wrote it. Another one goes on with what was begun, but takes
  /// nothing over from other runs.
  var version: String?
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
  ///
  /// - Parameter isEarlier: the other one is what was before; otherwise it is beside this one.
  func difference(from other: StageSeal, isEarlier: Bool = true) -> String {
    reasons(besides: other, isEarlier: isEarlier).prefix(4).joined(separator: "; ")
  }

  /// Inputs that differ, in words; stages that it is made from come last.
  func reasons(besides other: StageSeal, isEarlier: Bool = true) -> [String] {
    let keys = Set(inputs.keys).union(other.inputs.keys).sorted()
    let changed = keys.filter { inputs[$0] != other.inputs[$0] }
    let stages = changed.filter(Self.isStage)
    return (changed.filter { !Self.isStage($0) } + stages).map { key in
      let (there, here) = (Self.short(other.inputs[key]), Self.short(inputs[key]))
      guard !Self.isStage(key) || other.inputs[key] == nil || inputs[key] == nil else {
        return isEarlier ? "\(key) is another one now" : "\(key) is another one"
      }
      return isEarlier
        ? "\(key) was \(there) and is \(here)" : "\(key) is \(there) and here \(here)"
    }
  }

  /// What the recipe says otherwise than another seal, in words: settings and the seed, and nothing that
  /// is of a machine; nil where they are the same.
  func otherTraining(than other: StageSeal) -> String? {
    let found = inputs.keys.sorted().first { key in
      guard let there = other.inputs[key], there != inputs[key] else { return false }
      // Under keys with a blank are hashes of stages, data and files.
      return !key.contains(" ") && !Self.circumstances.contains(key)
    }
    return found.map {
      "\($0) was \(Self.short(other.inputs[$0])), and the recipe says \(Self.short(inputs[$0]))"
    }
  }

  /// Inputs that a machine has, not a recipe.
  private static let circumstances: Set<String> = [
    "libtorch", "threads", "ranks", "device", "precision", "capability",
  ]

  /// Whether an input is a stage that is read.
  private static func isStage(_ input: String) -> Bool { input.hasPrefix("stage ") }

  /// Of a hash so much as tells it from others.
  private static func short(_ value: String?) -> String {
    guard let value else { return "absent" }
    return value.utf8.count == 64 && value.allSatisfy(\.isHexDigit) ? "\(value.prefix(12))…" : value
  }
}
