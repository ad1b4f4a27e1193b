import Runs
import Statistics

extension CanarySummary {
  /// Of each kind that was asked, in the order of ``CanaryKind``.
  static func all(_ judgments: [(kind: CanaryKind, judgment: Judgment)]) -> [CanarySummary] {
    CanaryKind.allCases.compactMap { kind in
      let own = judgments.filter { $0.kind == kind }.map(\.judgment)
      return own.isEmpty ? nil : CanarySummary(kind, own)
    }
  }

  init(_ kind: CanaryKind, _ judgments: [Judgment]) {
    let shares = judgments.compactMap(\.preference)
    self.init(
      kind: kind, winRate: JudgedShare.of(shares.reduce(0, +), shares.count),
      missing: judgments.count - shares.count,
      isAlarming: kind.isAlarming(wins: shares.count { $0 > 0.5 }, of: shares.count))
  }
}
