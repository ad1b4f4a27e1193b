import Statistics

/// How often the first file's outputs are preferred, and between which bounds the missing ones could
/// move that.
public struct WinSummary: Sendable, Equatable, Codable {
  /// Mean preference over prompts, a tie counting one half; nil where no comparison has a verdict.
  public var winRate: JudgedShare?
  /// `wilson` where every prompt is judged once, `cluster bootstrap` over prompts where not.
  public var interval: String
  public var wins: Int
  public var losses: Int
  public var ties: Int
  /// Comparisons that have no verdict, by their state.
  public var missing: [String: Int]
  /// The win rate if the first file had lost all that are missing, and if it had won them.
  public var worstCase: Double?
  public var bestCase: Double?

  private enum CodingKeys: String, CodingKey {
    case interval, wins, losses, ties, missing
    case winRate = "win_rate"
    case worstCase = "worst_case"
    case bestCase = "best_case"
  }

  /// - Parameter judgments: with the id of the prompt of each.
  init(_ judgments: [(id: String, judgment: Judgment)]) {
    let shares = judgments.compactMap { item in
      item.judgment.preference.map { (id: item.id, share: $0) }
    }
    wins = shares.count { $0.share > 0.5 }
    losses = shares.count { $0.share < 0.5 }
    ties = shares.count - wins - losses
    missing = [:]
    for (_, judgment) in judgments where judgment.preference == nil {
      missing[judgment.state.rawValue, default: 0] += 1
    }
    let sum = shares.reduce(0) { $0 + $1.share }
    let all = Double(judgments.count)
    worstCase = judgments.isEmpty ? nil : sum / all
    bestCase = judgments.isEmpty ? nil : (sum + all - Double(shares.count)) / all
    let clusters = Dictionary(grouping: shares, by: \.id)
    if clusters.count == shares.count {
      interval = "wilson"
      winRate = JudgedShare.of(sum, shares.count)
    } else {
      interval = "cluster bootstrap"
      let rows = clusters.sorted { $0.key < $1.key }.map { $0.value.map(\.share) }
      winRate = ClusterBootstrap().mean(rows).map(JudgedShare.init)
    }
  }
}
