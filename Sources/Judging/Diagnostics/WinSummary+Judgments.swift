import Runs
import Statistics

extension WinSummary {
  /// - Parameter judgments: with the id of the prompt of each.
  init(_ judgments: [(id: String, judgment: Judgment)]) {
    let shares = judgments.compactMap { item in
      item.judgment.preference.map { (id: item.id, share: $0) }
    }
    let wins = shares.count { $0.share > 0.5 }
    let losses = shares.count { $0.share < 0.5 }
    var missing: [String: Int] = [:]
    for (_, judgment) in judgments where judgment.preference == nil {
      missing[judgment.state.rawValue, default: 0] += 1
    }
    let sum = shares.reduce(0) { $0 + $1.share }
    let all = Double(judgments.count)
    let clusters = Dictionary(grouping: shares, by: \.id)
    let isPlain = clusters.count == shares.count
    let rows = clusters.sorted { $0.key < $1.key }.map { $0.value.map(\.share) }
    self.init(
      winRate: isPlain
        ? JudgedShare.of(sum, shares.count) : ClusterBootstrap().mean(rows).map(JudgedShare.init),
      interval: isPlain ? "wilson" : "cluster bootstrap", wins: wins, losses: losses,
      ties: shares.count - wins - losses, missing: missing,
      worstCase: judgments.isEmpty ? nil : sum / all,
      bestCase: judgments.isEmpty ? nil : (sum + all - Double(shares.count)) / all)
  }
}
