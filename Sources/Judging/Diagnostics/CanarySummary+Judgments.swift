import Runs
import Statistics

extension CanarySummary {
  /// Of each kind that was asked, in the order of ``CanaryKind``.
  ///
  /// - Parameter judgments: with the id of the prompt of each.
  static func all(
    _ judgments: [(kind: CanaryKind, id: String, judgment: Judgment)], _ inference: Inference
  ) -> [CanarySummary] {
    CanaryKind.allCases.compactMap { kind in
      let own = judgments.filter { $0.kind == kind }.map { (id: $0.id, judgment: $0.judgment) }
      return own.isEmpty ? nil : CanarySummary(kind, own, inference)
    }
  }

  private init(
    _ kind: CanaryKind, _ judgments: [(id: String, judgment: Judgment)], _ inference: Inference
  ) {
    let shares = judgments.compactMap { one in
      Self.preference(one.judgment).map { (id: one.id, share: $0) }
    }
    let wins = shares.count { $0.share > 0.5 }
    self.init(
      kind: kind, winRate: JudgedShare.of(shares, inference), wins: wins, judged: shares.count,
      missing: judgments.count - shares.count,
      isAlarming: kind.isAlarming(wins: wins, of: shares.count))
  }

  /// A jury that some of its judges left undecided is fooled as soon as one of the others is.
  private static func preference(_ judgment: Judgment) -> Double? {
    judgment.preference
      ?? (judgment.combination == .jury
        ? judgment.parts?.compactMap(\.preference).max() : nil)
  }
}
