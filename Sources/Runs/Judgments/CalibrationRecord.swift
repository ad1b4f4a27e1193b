/// A judge held against people: `calibration.json` of `plumb calibrate`, by which win rates of the same
/// judge are corrected.
public struct CalibrationRecord: Sendable, Equatable, Codable {
  /// One comparison that both people and the judge decided upon.
  public struct Label: Sendable, Equatable, Codable {
    /// As ``JudgedPair/content``.
    public var content: String
    /// SHA-256 of the prompt's text: the unit of all intervals.
    public var prompt: String
    /// Mean of people's verdicts for the first answer, 0 … 1, a tie counting one half.
    public var people: Double
    /// What more than half of them say: 1, ½ or 0.
    public var majority: Double
    /// The judge's preference for the first answer, 0 … 1.
    public var judge: Double
    /// Length of the first answer minus the second's, in characters.
    public var excess: Int

    private enum CodingKeys: String, CodingKey {
      case content, people, majority, judge
      case prompt = "promptSha256"
      case excess = "longerBy"
    }

    public init(
      content: String, prompt: String, people: Double, majority: Double, judge: Double, excess: Int
    ) {
      self.content = content
      self.prompt = prompt
      self.people = people
      self.majority = majority
      self.judge = judge
      self.excess = excess
    }
  }

  /// Version of Plumb.
  public var version: String
  /// Who was held against people, with template, parser and settings in full.
  public var judge: JudgeIdentity
  /// Of all facts of the judge.
  public var judgeHash: String
  /// Of the templates, in the order of a jury's judges; empty for what computes.
  public var templateHashes: [String]
  /// Versions of the parsers, in the same order.
  public var parsers: [String]
  /// How many people.
  public var raters: Int
  /// `[people][judge]`, in the order win, tie, loss.
  public var table: [[Int]]
  /// Share of comparisons with one verdict of both.
  public var agreement: JudgedShare?
  /// Cohen's.
  public var kappa: JudgedShare?
  public var gwet: JudgedShare?
  /// How the order moved the judge, on all comparisons it was asked about; nil for one order.
  public var order: OrderSummary?
  /// Of decided comparisons of unequal length: the share that the longer one won, by the judge and by
  /// people.
  public var longerWins: JudgedShare?
  public var longerWinsByPeople: JudgedShare?
  public var labels: [Label]

  private enum CodingKeys: String, CodingKey {
    case version, judge, parsers, raters, table, agreement, kappa, order, labels, longerWins
    case longerWinsByPeople
    case judgeHash = "judgeSha256"
    case templateHashes = "templateSha256"
    case gwet = "gwetAc1"
  }

  public init(
    version: String, judge: JudgeIdentity, raters: Int, table: [[Int]], agreement: JudgedShare?,
    kappa: JudgedShare?, gwet: JudgedShare?, order: OrderSummary?, longerWins: JudgedShare?,
    longerWinsByPeople: JudgedShare?, labels: [Label]
  ) {
    self.version = version
    self.judge = judge
    judgeHash = judge.sha256
    templateHashes = judge.values("template").map { SHA256.hex(of: $0) }
    parsers = judge.values("parser")
    self.raters = raters
    self.table = table
    self.agreement = agreement
    self.kappa = kappa
    self.gwet = gwet
    self.order = order
    self.longerWins = longerWins
    self.longerWinsByPeople = longerWinsByPeople
    self.labels = labels
  }
}
