import Foundation

/// What a run took over from others in the place of making it: `reused.json`.
public struct ReuseRecord: SealedRecord, Sendable, Equatable {
  /// One stage for one seed.
  public struct Stage: Codable, Sendable, Equatable {
    public var stage: String
    public var seed: Int?
    /// The other run's folder, relative to this one's.
    public var run: String
    /// Of the stage's seal: the hash of all that it was made from.
    public var key: String
    /// Of Plumb, that made it; nil where nothing says so.
    public var version: String?
    /// Policies whose evaluation was begun with what the other run had measured.
    public var policies: [String] = []

    public init(stage: String, seed: Int?, run: String, key: String, version: String?) {
      self.stage = stage
      self.seed = seed
      self.run = run
      self.key = key
      self.version = version
    }
  }

  public var stages: [Stage]
  /// Of the file; nil in memory.
  public var digest: String?

  public init(stages: [Stage] = []) { self.stages = stages }

  /// What is on record; nothing where there is no file.
  public static func read(_ run: RunDirectory) throws(RunError) -> ReuseRecord {
    guard try FileSystem.kind(of: run.reused.filePath) != nil else { return ReuseRecord() }
    return try RecordFile.read(
      sealed: ReuseRecord.self, from: run.reused,
      advice:
        "put back what was there, or remove the file, and with it the record of what was reused")
  }

  /// Writes it in the place of what is on record; without a stage there is no file.
  public func write(to run: RunDirectory) throws(RunError) {
    guard stages.isEmpty else { return try RecordFile.write(sealing: self, to: run.reused) }
    try FileSystem.removeFile(run.reused.filePath)
  }

  public subscript(stage: String, seed: Int?) -> Stage? {
    get { stages.first { $0.stage == stage && $0.seed == seed } }
    set {
      stages.removeAll { $0.stage == stage && $0.seed == seed }
      if let newValue { stages.append(newValue) }
      stages.sort { ($0.stage, $0.seed ?? -1) < ($1.stage, $1.seed ?? -1) }
    }
  }
}
