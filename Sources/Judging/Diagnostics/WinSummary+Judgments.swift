import Runs
import Statistics

extension WinSummary {
  /// - Parameter judgments: with the id of the prompt of each.
  init(_ judgments: [(id: String, judgment: Judgment)]) {
    var missing: [String: Int] = [:]
    for (_, judgment) in judgments where judgment.preference == nil {
      missing[judgment.state.rawValue, default: 0] += 1
    }
    let rows = Dictionary(grouping: judgments) { ByteText($0.id) }.sorted { $0.key < $1.key }
    let summary = ShareSummary(rows.map { $0.value.map(\.judgment.preference) })
    self.init(
      winRate: summary.rate.map(JudgedShare.init), wins: summary.wins, losses: summary.losses,
      ties: summary.ties, missing: missing, worstCase: summary.bounds?.low,
      bestCase: summary.bounds?.high)
  }
}
