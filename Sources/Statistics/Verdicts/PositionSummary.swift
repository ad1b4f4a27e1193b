/// What the order of showing does to a judge: the card to put beside every judged win rate.
public struct PositionSummary: Sendable, Equatable {
  /// `[direct][swapped]`, in the order win, tie, loss: how often each pair of verdicts on the first
  /// answer occurs.
  public let table: [[Int]]
  /// Pairs with a verdict in only one order, or in none.
  public let unscored: Int
  /// Share of decided verdicts, in whichever order, that chose the slot shown first; one half for a
  /// judge without a preference for a slot. Nil where every verdict is a tie.
  public let firstSlot: Estimate?
  /// Share of pairs whose two verdicts differ; nil without pairs.
  public let flipRate: Estimate?
  /// Share of pairs whose two verdicts prefer different answers; nil without pairs.
  public let contradictions: Estimate?
  /// Of those, how many preferred the first slot both times, and how many the second.
  public var towardsFirst: Int { table[0][2] }
  public var towardsSecond: Int { table[2][0] }
  /// Two-sided exact p that contradictions favour no slot.
  public var contradictionP: Double { BinomialTest.pValue(towardsFirst, towardsSecond) ?? 1 }
  /// Two-sided exact p that flips favour no slot: pairs where the first slot gained against those
  /// where the second did.
  public let pValue: Double

  public init(_ verdicts: [SwappedVerdict], confidence: Double = 0.95) {
    var table = [[Int]](repeating: [0, 0, 0], count: 3)
    let places = Dictionary(
      uniqueKeysWithValues: PairVerdict.allCases.enumerated().map { ($1, $0) })
    var firstGained = 0
    var secondGained = 0
    var clusters: [Int: [Double]] = [:]
    var flips: [Int: [Double]] = [:]
    var opposite: [Int: [Double]] = [:]
    for verdict in verdicts {
      if let direct = verdict.direct, direct != .tie {
        clusters[verdict.cluster, default: []].append(direct.score)
      }
      if let swapped = verdict.swapped, swapped != .tie {
        clusters[verdict.cluster, default: []].append(1 - swapped.score)
      }
      guard let (direct, swapped) = verdict.both, let row = places[direct],
        let column = places[swapped]
      else { continue }
      table[row][column] += 1
      // The first answer fares better in the order that shows it first: the slot helped.
      if direct.score > swapped.score { firstGained += 1 }
      if direct.score < swapped.score { secondGained += 1 }
      flips[verdict.cluster, default: []].append(direct == swapped ? 0 : 1)
      opposite[verdict.cluster, default: []].append(
        abs(direct.score - swapped.score) == 1 ? 1 : 0)
    }
    self.table = table
    unscored = verdicts.count - table.reduce(0) { $0 + $1.reduce(0, +) }
    func estimate(_ clusters: [Int: [Double]]) -> Estimate? {
      Inference(confidence: confidence).share(clusters.sorted { $0.key < $1.key }.map(\.value))
    }
    firstSlot = estimate(clusters)
    flipRate = estimate(flips)
    contradictions = estimate(opposite)
    pValue = BinomialTest.pValue(firstGained, secondGained) ?? 1
  }

  /// Pairs judged alike in both orders.
  public var consistent: Int { table[0][0] + table[1][1] + table[2][2] }

  public var count: Int { table.reduce(0) { $0 + $1.reduce(0, +) } }

  /// Cohen's κ between the two orders; nil where it is not defined.
  public var kappa: Double? { CohenKappa.value(table: table) }
}
