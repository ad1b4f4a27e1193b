import Foundation
import Runs
import Training

/// What a finished stage's folder holds, by content.
struct StageOutcome: Codable, Equatable {
  /// Every file but those inside checkpoints, whose manifests stand for them, and those of time and
  /// requests: path below the stage's folder → SHA-256.
  var files: [String: String]
  /// The last checkpoint; nil for a stage that trains nothing.
  var finalStep: Int?
  /// SHA-256 over what later stages take: the last checkpoint's model, the tokenizer, or the rows.
  /// The same whenever the stage is made again from the same inputs on the same machine, however the keys
  /// of rows are spelled.
  var product: String

  private static let checkpoints = "checkpoints/"

  /// Reads a stage's folder.
  ///
  /// - Throws: `RunError` for what cannot be read, and for a last checkpoint that is not whole.
  init(_ directory: StageDirectory) throws {
    files = [:]
    let store = CheckpointStore(directory.checkpoints)
    finalStep = try store.steps().last
    for path in try Self.paths(directory) {
      files[path] = try FileDigest.of(directory.url.appending(path: path))
    }
    if let finalStep {
      let manifest = try store.checkpoint(at: finalStep).manifest
      product = SHA256.hex(
        of: manifest.files.filter { CheckpointManifest.isOfModel($0.name) }
          .map { "\($0.name) \($0.sha256)\n" }.joined())
    } else {
      var taken = files.filter { $0.key.hasPrefix("tokenizer/") }
      let rows = directory.rows.lastPathComponent
      if files[rows] != nil { taken[rows] = try Journal<CandidateRow>.digest(of: directory.rows) }
      let strength = directory.url.appending(path: StrengthRecord.file)
      if files[StrengthRecord.file] != nil {
        taken[StrengthRecord.file] = try RecordFile.digest(of: strength, as: StrengthRecord.self)
      }
      product = SHA256.hex(
        of: taken.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined())
    }
  }

  /// Files below the folder, in order: the manifests of checkpoints in the place of all they hold;
  /// neither the seal, nor what differs from one making to the next, nor what a killed process left
  /// half-written.
  private static func paths(_ directory: StageDirectory) throws(RunError) -> [String] {
    try directory.files().filter { path in
      let name = path.split(separator: "/").last.map(String.init) ?? path
      return path != directory.done.lastPathComponent
        && !path.split(separator: "/").contains { $0.hasPrefix(".") }
        && !["costs.jsonl", "ledger.jsonl", "spending.json"].contains(name)
        && !isLog(name)
        && !name.hasSuffix(".torn")
        && (name == "manifest.json" || !path.contains(checkpoints))
    }
  }

  /// What `plumb logs` may have written beside the records.
  private static func isLog(_ name: String) -> Bool {
    name == "metrics.csv" || name.hasPrefix("events.out.tfevents.")
  }

  /// Whether it holds what another one does, whatever their checkpoints' cards say.
  func isSame(as other: StageOutcome?) -> Bool {
    func records(_ outcome: StageOutcome) -> [String: String] {
      outcome.files.filter { !$0.key.hasSuffix("/manifest.json") }
    }
    guard let other else { return false }
    // What no checkpoint holds is among the records.
    return (finalStep == nil || product == other.product) && finalStep == other.finalStep
      && records(self) == records(other) && Set(files.keys) == Set(other.files.keys)
  }

  /// What became of a finished stage's folder.
  enum State: Equatable {
    case whole
    /// A record was edited or is gone.
    case changed(path: String, problem: String)
    /// The last checkpoint is damaged; earlier ones may be whole.
    case damaged(step: Int, problem: String)
  }

  /// Holds a folder against what it held when the stage was done.
  func state(of directory: StageDirectory) throws -> State {
    let store = CheckpointStore(directory.checkpoints)
    let last = finalStep.map {
      "\(Self.checkpoints)\(store.url(of: $0).lastPathComponent)/manifest.json"
    }
    for (path, digest) in files.sorted(by: { $0.key < $1.key }) where path != last {
      let file = directory.url.appending(path: path)
      guard FileManager.default.fileExists(atPath: file.path) else {
        return .changed(path: file.path, problem: "is missing")
      }
      guard try FileDigest.of(file) == digest else {
        return .changed(path: file.path, problem: "has changed since the stage was done")
      }
    }
    guard let finalStep, let last else { return .whole }
    do throws(RunError) {
      _ = try store.checkpoint(at: finalStep)
    } catch {
      // A disk that cannot be read is not a damaged file.
      guard case .invalidFile(_, let problem) = error else { throw error }
      return .damaged(step: finalStep, problem: problem)
    }
    guard try FileDigest.of(directory.url.appending(path: last)) == files[last]
    else { return .damaged(step: finalStep, problem: "is not the one that the stage left") }
    return .whole
  }
}
