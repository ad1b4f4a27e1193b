import Statistics

extension Comparison {
  /// What a reader must know of the numbers: how intervals and p-values were made, each way once, and
  /// what they do not cover.
  public var remarks: [String] {
    var lines: [String] = []
    func add(_ subject: String, _ words: [String]) {
      for one in words where !lines.contains("\(subject): \(one).") {
        lines.append("\(subject): \(one).")
      }
    }
    switch yardstick {
    case .reward: break
    case .judge(let name, let opponent):
      lines.append(
        "Judged: how often \(name) prefers a completion to that of \(opponent), a tie being half of one; "
          + "\(opponent) against itself is one half.")
    }
    // The opponent's own half has no interval.
    let measured = standings.filter { $0.reward.interval != nil || !yardstick.isShare }
    add(yardstick == .reward ? "Reward" : "Judged", measured.compactMap { $0.reward.basis?.words })
    add("Difference, paired by prompt", contrasts.compactMap { $0.difference.basis?.words })
    if yardstick == .reward {
      add("Wins, a tie being half of one", contrasts.compactMap { $0.winRate.basis?.words })
    }
    add("p, two-sided", contrasts.map(\.test.rawValue))
    if !contrasts.isEmpty { lines.append("Holm p is corrected for all pairs of the table.") }
    lines.append(
      unranked.map { "No ranks: \($0)." }
        ?? "Ranks hold together with \(IntervalBasis.percent(confidence)) % confidence.")
    if standings.contains(where: { $0.reward.seeds == 1 }) {
      lines.append("Where there is \(IntervalBasis.Caveat.oneSeed.rawValue).")
    }
    return lines
  }
}
