import Runs
import Statistics

extension OrderSummary {
  /// Nil where nothing was asked in both orders.
  init?(_ judgments: [Judgment]) {
    let pairs = judgments.flatMap(Self.orders)
    guard !pairs.isEmpty else { return nil }
    var table = [[Int]](repeating: [Int](repeating: 0, count: 3), count: 3)
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
    let (towardsFirst, towardsSecond) = (table[0][2], table[2][0])
    self.init(
      table: table, flipRate: JudgedShare.of(Double(towardsFirst + towardsSecond), both),
      firstSlot: JudgedShare.of(Double(first), first + second), towardsFirst: towardsFirst,
      towardsSecond: towardsSecond, pValue: BinomialTest.pValue(towardsFirst, towardsSecond) ?? 1)
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
