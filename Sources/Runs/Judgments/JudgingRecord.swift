/// What a judging is about: everything that its numbers depend on, in `judge.json`.
///
/// A judging that was stopped goes on only with the same record.
public struct JudgingRecord: Sendable, Equatable, Codable {
  /// One of the files that are judged.
  public struct File: Sendable, Equatable, Codable {
    public var name: String
    /// Of the bytes of the file.
    public var sha256: String
    public var rows: Int

    public init(name: String, sha256: String, rows: Int) {
      self.name = name
      self.sha256 = sha256
      self.rows = rows
    }
  }

  /// Version of Plumb.
  public var version: String
  public var judge: JudgeIdentity
  public var first: File
  public var second: File
  public var reference: File?
  /// At most so many prompts; nil for all.
  public var limit: Int?
  /// Of conversations only so many turns; nil for all.
  public var turn: Int?
  /// Prompts for each kind of canary.
  public var canaries: Int
  public var seed: UInt64
  /// Nil where all prompts are judged, as in records of older versions.
  public var stop: JudgingStop?

  public init(
    version: String, judge: JudgeIdentity, first: File, second: File, reference: File?,
    limit: Int?, canaries: Int, seed: UInt64, stop: JudgingStop? = nil, turn: Int? = nil
  ) {
    self.turn = turn
    self.version = version
    self.judge = judge
    self.first = first
    self.second = second
    self.reference = reference
    self.limit = limit
    self.canaries = canaries
    self.seed = seed
    self.stop = stop
  }

  /// What a record of an earlier process says otherwise, in words; names of files do not matter.
  public func differences(from other: JudgingRecord) -> [String] {
    var words: [String] = []
    if version != other.version { words.append("version of Plumb (\(other.version))") }
    words += judge.differences(from: other.judge)
    if first.sha256 != other.first.sha256 { words.append("first file") }
    if second.sha256 != other.second.sha256 { words.append("second file") }
    if reference?.sha256 != other.reference?.sha256 { words.append("reference") }
    if limit != other.limit { words.append("--limit") }
    if turn != other.turn { words.append("--turn") }
    if canaries != other.canaries { words.append("--canaries") }
    if seed != other.seed { words.append("--seed") }
    if (stop == nil) != (other.stop == nil) {
      words.append("--stop-when")
    } else if stop != other.stop {
      words.append("--margin")
    }
    return words
  }
}
