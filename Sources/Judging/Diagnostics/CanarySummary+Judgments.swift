import Runs
import Statistics

extension CanarySummary {
  init(_ kind: CanaryKind, _ judgments: [Judgment]) {
    let shares = judgments.compactMap(\.preference)
    // Wins alone: a judge that calls an empty output as good as a bad one is no fool yet.
    let wins = Double(shares.count { $0 > 0.5 })
    self.init(
      kind: kind, winRate: JudgedShare.of(shares.reduce(0, +), shares.count),
      missing: judgments.count - shares.count,
      isAlarming: kind.limit.map { wins > $0 * Double(shares.count) } ?? false)
  }
}
