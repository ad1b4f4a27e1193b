import Statistics

/// Whether a judge likes long outputs.
public struct LengthSummary: Sendable, Equatable, Codable {
  /// Comparisons of similar difference in length.
  public struct Bin: Sendable, Equatable, Codable {
    /// Length of the first file's output minus the second's, in characters: the range in this bin.
    public var low: Int
    public var high: Int
    public var winRate: JudgedShare?

    private enum CodingKeys: String, CodingKey {
      case low, high
      case winRate = "win_rate"
    }
  }

  /// Mean lengths of both files' outputs, in characters.
  public var means: [Double]
  /// Of the comparisons of unequal length that were decided: the share that the longer one won.
  public var longerWins: JudgedShare?
  /// Five equal parts of the comparisons with a verdict, by difference in length.
  public var quintiles: [Bin]

  private enum CodingKeys: String, CodingKey {
    case means, quintiles
    case longerWins = "longer_wins"
  }

  init(_ pairs: [JudgedPair]) {
    means = [0, 1].map { side in
      Sample.mean(pairs.map { Double($0.lengths[side]) }) ?? 0
    }
    let judged = pairs.compactMap { pair in
      pair.judgment.preference.map { (difference: pair.lengths[0] - pair.lengths[1], share: $0) }
    }
    let decided = judged.filter { $0.difference != 0 && $0.share != 0.5 }
    let longer = decided.count { ($0.difference > 0) == ($0.share > 0.5) }
    longerWins = JudgedShare.of(Double(longer), decided.count)
    let sorted = judged.sorted { ($0.difference, $0.share) < ($1.difference, $1.share) }
    quintiles = (0..<5).compactMap { index in
      let part = sorted[sorted.count * index / 5..<sorted.count * (index + 1) / 5]
      guard let first = part.first, let last = part.last else { return nil }
      return Bin(
        low: first.difference, high: last.difference,
        winRate: JudgedShare.of(part.reduce(0) { $0 + $1.share }, part.count))
    }
  }
}
