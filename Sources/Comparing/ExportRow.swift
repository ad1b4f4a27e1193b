import Judging
import Runs

/// One comparison with its texts, as exports need it.
struct ExportRow {
  let pair: JudgingPair
  let row: OutputsFile.Row
  let judged: JudgedPair
  /// With the first file's output shown first.
  let asked: Judgment?
  /// With the second file's output shown first; nil where one order was asked.
  let swapped: Judgment?

  init(_ pair: JudgingPair, _ row: OutputsFile.Row, _ judged: JudgedPair) {
    self.pair = pair
    self.row = row
    self.judged = judged
    let orders = Self.orders(judged.judgment)
    asked = orders?.first ?? judged.judgment
    swapped = orders?.last
  }

  /// What judges wrote, in the order in which they were asked.
  var replies: [String] { judged.judgment.leaves.compactMap(\.reply) }

  /// The first pair of orders among a judgment's parts.
  private static func orders(_ judgment: Judgment) -> [Judgment]? {
    if judgment.combination == .orders { return judgment.parts }
    return judgment.parts?.lazy.compactMap(orders).first
  }

  /// A verdict in Arena-Hard's five levels.
  static func level(_ verdict: Verdict) -> String {
    if verdict.label.contains(">>") { return verdict.label }
    guard let share = verdict.preference else { return verdict.label }
    return share > 0.5 ? "A>B" : share < 0.5 ? "B>A" : "A=B"
  }
}
