/// Which of an evaluation's prompts stand in data that something of the run was trained on.
public struct OverlapRecord: SealedRecord, Sendable, Equatable {
  /// From the surest to the least sure.
  public enum Kind: String, Codable, Sendable, Equatable, CaseIterable, Comparable {
    /// With the same bytes.
    case exact
    /// As a near duplicate.
    case near
    /// Word by word inside a longer text.
    case contained

    public static func < (first: Kind, second: Kind) -> Bool {
      allCases.firstIndex(of: first) ?? 0 < allCases.firstIndex(of: second) ?? 0
    }
  }

  /// Where a prompt was found first.
  public struct Found: Codable, Sendable, Equatable {
    public var prompt: String
    public var kind: Kind
    public var set: String
    public var row: String
    /// Jaccard's coefficient of near duplicates.
    public var similarity: Double?

    public init(prompt: String, kind: Kind, set: String, row: String, similarity: Double? = nil) {
      self.prompt = prompt
      self.kind = kind
      self.set = set
      self.row = row
      self.similarity = similarity
    }
  }

  /// A data set that was trained on, and how many prompts stand in it.
  public struct TrainingSet: Codable, Sendable, Equatable {
    public var name: String
    /// Those that read it.
    public var stages: [String]
    public var rows: Int
    public var exact: Int
    public var near: Int
    public var contained: Int

    public init(
      name: String, stages: [String], rows: Int, exact: Int, near: Int, contained: Int
    ) {
      self.name = name
      self.stages = stages
      self.rows = rows
      self.exact = exact
      self.near = near
      self.contained = contained
    }
  }

  /// Bytes of a shingle, and Jaccard's coefficient from which texts are near duplicates.
  public var shingle: Int
  public var threshold: Double
  /// Prompts that were looked for.
  public var asked: Int
  public var sets: [TrainingSet]
  public var prompts: [Found]
  /// Of the file; nil in memory.
  public var digest: String?

  public init(
    shingle: Int, threshold: Double, asked: Int, sets: [TrainingSet], prompts: [Found]
  ) {
    self.shingle = shingle
    self.threshold = threshold
    self.asked = asked
    self.sets = sets
    self.prompts = prompts
  }
}
