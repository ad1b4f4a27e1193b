import Runs
import Statistics

extension WinSummary {
  /// - Parameters:
  ///   - pairs: of one match-up, without canaries.
  ///   - judgment: whose judgment of a comparison counts, a jury's or that of one of its judges.
  init(
    _ pairs: [JudgedPair], by judgment: (JudgedPair) -> Judgment, _ inference: Inference
  ) {
    var missing: [String: Int] = [:]
    for pair in pairs where judgment(pair).preference == nil {
      missing[judgment(pair).state.rawValue, default: 0] += 1
    }
    let prompts = Dictionary(grouping: pairs) { ByteText($0.id) }.sorted {
      ($0.value[0].look ?? 0, $0.key) < ($1.value[0].look ?? 0, $1.key)
    }
    let summary = ShareSummary(
      prompts.map { $0.value.map { judgment($0).preference } },
      areLookedAt: pairs.contains { $0.look != nil }, inference: inference)
    self.init(
      winRate: summary.rate.map(JudgedShare.init), wins: summary.wins, losses: summary.losses,
      ties: summary.ties, missing: missing, worstCase: summary.bounds?.low,
      bestCase: summary.bounds?.high)
  }
}
