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
  /// Two-sided exact probability of so uneven a split under a judge that favours no place.
  public var pValue: Double

  private enum CodingKeys: String, CodingKey {
    case table
    case flipRate = "flip_rate"
    case firstSlot = "first_slot_share"
    case towardsFirst = "flips_towards_first"
    case towardsSecond = "flips_towards_second"
    case pValue = "p_value"
  }

  public init(
    table: [[Int]]?, flipRate: JudgedShare?, firstSlot: JudgedShare?, towardsFirst: Int,
    towardsSecond: Int, pValue: Double
  ) {
    self.table = table
    self.flipRate = flipRate
    self.firstSlot = firstSlot
    self.towardsFirst = towardsFirst
    self.towardsSecond = towardsSecond
    self.pValue = pValue
  }
}
