/// Whether a judge says the same when the candidates change places.
public struct OrderSummary: Sendable, Equatable, Codable {
  /// Comparisons with a verdict in both orders, by the first file's standing in the first order (row:
  /// wins, ties, loses) and in the second (column); nil for a judge that was fooled, whose win rate
  /// it would tell.
  public var table: [[Int]]?
  /// Comparisons whose two verdicts prefer different candidates.
  public var flipRate: JudgedShare?
  /// Of all answers that prefer one: the share that prefers what was shown first; ½ is fair.
  public var firstSlot: JudgedShare?
  /// Of the flips, how many preferred the first place both times, and how many the second.
  public var towardsFirst: Int
  public var towardsSecond: Int
  /// Two-sided exact probability of so uneven a split under a judge that favours no place; of repeated
  /// questions the split is of comparisons, by the place that most of their answers prefer.
  public var pValue: Double

  /// What asking in both orders was worth; nil for a judge that was fooled, below two comparisons,
  /// and in records of older versions.
  public var spread: Spread?
  /// The win rate under each rule for orders that disagree: `tie`, `mean`, `dropped`; nil as `spread`.
  public var rules: [String: JudgedShare]?

  /// How far preferences differ, 0 … 1.
  public struct Spread: Sendable, Equatable, Codable {
    /// Standard deviation of prompts' means over both orders.
    public var prompts: Double
    /// Root mean square of half the difference between the orders; where it is the larger, both orders
    /// are the better use of the same answers.
    public var orders: Double
    /// The standard error that one random order for each of twice the prompts would have, over that of
    /// both orders; nil where prompts do not differ.
    public var single: Double?

    public init(prompts: Double, orders: Double, single: Double?) {
      self.prompts = prompts
      self.orders = orders
      self.single = single
    }
  }

  private enum CodingKeys: String, CodingKey {
    case table, spread, rules, flipRate, pValue
    case firstSlot = "firstSlotShare"
    case towardsFirst = "flipsTowardsFirst"
    case towardsSecond = "flipsTowardsSecond"
  }

  public init(
    table: [[Int]]?, flipRate: JudgedShare?, firstSlot: JudgedShare?, towardsFirst: Int,
    towardsSecond: Int, pValue: Double, spread: Spread? = nil,
    rules: [String: JudgedShare]? = nil
  ) {
    self.table = table
    self.flipRate = flipRate
    self.firstSlot = firstSlot
    self.towardsFirst = towardsFirst
    self.towardsSecond = towardsSecond
    self.pValue = pValue
    self.spread = spread
    self.rules = rules
  }
}
