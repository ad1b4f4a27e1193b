/// The order of several systems as a judge sees it, and what it rests on: `tournament.json`.
public struct TournamentRecord: Sendable, Equatable, Codable {
  public static let file = "tournament.json"

  public struct System: Sendable, Equatable, Codable {
    public var name: String
    /// Of the bytes of its file.
    public var sha256: String
    /// Least and greatest rank, of all systems together with the record's confidence.
    public var ranks: [Int]
    /// 400·θ/ln 10 + 1000 by Bradley–Terry: a description without interval.
    public var rating: Double
    /// Prompts in which it met another, and those of them with a verdict.
    public var comparisons: Int
    public var scored: Int
    /// Shares of those, added up.
    public var won: Double

    public init(
      name: String, sha256: String, ranks: [Int], rating: Double, comparisons: Int, scored: Int,
      won: Double
    ) {
      self.name = name
      self.sha256 = sha256
      self.ranks = ranks
      self.rating = rating
      self.comparisons = comparisons
      self.scored = scored
      self.won = won
    }
  }

  public struct Pair: Sendable, Equatable, Codable {
    public var first: String
    public var second: String
    public var comparisons: Int
    public var scored: Int
    /// Of the first, added up.
    public var won: Double
    /// `above`: the first is preferred; `below`, `equivalent`; nil where it is not known directly.
    public var decision: String?
    /// Where the judgments lie; nil where nothing was asked.
    public var folder: String?

    public init(
      first: String, second: String, comparisons: Int, scored: Int, won: Double, decision: String?,
      folder: String?
    ) {
      self.first = first
      self.second = second
      self.comparisons = comparisons
      self.scored = scored
      self.won = won
      self.decision = decision
      self.folder = folder
    }
  }

  public var judge: String
  /// `ranking` or `top-K`.
  public var goal: String
  public var isResolved: Bool
  /// Decisions go in a circle.
  public var hasCircle: Bool
  public var confidence: Double
  public var margin: Double?
  public var seed: UInt64
  /// Prompts that each pair can be asked.
  public var prompts: Int
  /// The best first.
  public var systems: [System]
  public var pairs: [Pair]
  /// Kinds of canaries that fooled the judge: then nothing else was asked.
  public var fooledBy: [CanaryKind]

  private enum CodingKeys: String, CodingKey {
    case judge, goal, confidence, margin, seed, prompts, systems, pairs, fooledBy
    case isResolved = "resolved"
    case hasCircle = "circle"
  }

  public init(
    judge: String, goal: String, isResolved: Bool, hasCircle: Bool, confidence: Double,
    margin: Double?, seed: UInt64, prompts: Int, systems: [System], pairs: [Pair],
    fooledBy: [CanaryKind]
  ) {
    self.judge = judge
    self.goal = goal
    self.isResolved = isResolved
    self.hasCircle = hasCircle
    self.confidence = confidence
    self.margin = margin
    self.seed = seed
    self.prompts = prompts
    self.systems = systems
    self.pairs = pairs
    self.fooledBy = fooledBy
  }

  /// Prompts that a pair was asked, over all pairs.
  public var comparisons: Int { pairs.reduce(0) { $0 + $1.comparisons } }
  /// What all pairs would ask.
  public var possible: Int { pairs.count * prompts }
}
