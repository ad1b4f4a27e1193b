import Statistics

/// Whether a judge says the same when the candidates change places.
public struct OrderSummary: Sendable, Equatable, Codable {
  /// Comparisons with a verdict in both orders, by the first file's standing in the first order (row:
  /// wins, ties, loses) and in the second (column).
  public var table: [[Int]]
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

  /// Nil where nothing was asked in both orders.
  init?(_ judgments: [Judgment]) {
    let pairs = judgments.flatMap(Self.orders)
    guard !pairs.isEmpty else { return nil }
    table = [[Int]](repeating: [Int](repeating: 0, count: 3), count: 3)
    var first = 0
    var second = 0
    for (asShown, swapped) in pairs {
      for share in [asShown, swapped].compactMap(\.self) {
        if share > 0.5 { first += 1 } else if share < 0.5 { second += 1 }
      }
      guard let asShown, let swapped else { continue }
      table[Self.place(asShown)][Self.place(1 - swapped)] += 1
    }
    let both = table.joined().reduce(0, +)
    towardsFirst = table[0][2]
    towardsSecond = table[2][0]
    flipRate = JudgedShare.of(Double(towardsFirst + towardsSecond), both)
    firstSlot = JudgedShare.of(Double(first), first + second)
    pValue = BinomialTest.pValue(towardsFirst, towardsSecond) ?? 1
  }

  private static func place(_ share: Double) -> Int { share > 0.5 ? 0 : share < 0.5 ? 2 : 1 }

  /// The preferences of both orders for what was shown first, wherever they are among the parts.
  private static func orders(_ judgment: Judgment) -> [(Double?, Double?)] {
    guard let parts = judgment.parts else { return [] }
    if judgment.combination == .orders, parts.count == 2 {
      return [(parts[0].preference, parts[1].preference)]
    }
    return parts.flatMap(orders)
  }
}
