import Runs

/// How often judges prefer a policy's completions, as a measurement beside the others.
enum JudgedRate {
  /// No measure of an evaluation: judges are asked after it.
  static let name = "judged_win_rate"
  static let title = "Judged"

  /// One for each comparison whose numbers may be shown.
  static func measurements(_ report: JudgingReport?) -> [Measurement] {
    (report?.comparisons ?? []).compactMap { comparison in
      let summary = comparison.summary
      guard let share = summary.shownResult?.winRate else { return nil }
      return Measurement(
        name: name, subject: summary.first, reference: summary.second, value: share.value,
        low: share.low, high: share.high, count: share.count,
        clusters: share.prompts ?? share.count, unit: "share", direction: .higher,
        method: "preferred by \(summary.judge)" + (share.basis.map { "; \($0)" } ?? ""))
    }
  }
}
