import Runs
import Statistics

extension LengthSummary {
  /// - Parameter showsWinRates: not of a judge that was fooled; then there are lengths alone.
  init(_ pairs: [JudgedPair], showsWinRates: Bool = true, _ inference: Inference) {
    let judged = pairs.compactMap { pair in
      pair.judgment.preference.map {
        (id: pair.id, difference: pair.lengths[0] - pair.lengths[1], share: $0)
      }
    }
    let decided = judged.filter { $0.difference != 0 && $0.share != 0.5 }
    let sorted = judged.sorted { $0.difference < $1.difference }
    // Fifths, cut where lengths change: which of equal lengths come first says nothing.
    let cuts = (0...5).map { fifth in
      let place = sorted.count * fifth / 5
      guard place > 0, place < sorted.count else { return place }
      let before = sorted[place - 1].difference
      return sorted[place...].firstIndex { $0.difference > before } ?? sorted.count
    }
    self.init(
      means: [0, 1].map { side in Sample.mean(pairs.map { Double($0.lengths[side]) }) ?? 0 },
      longerWins: showsWinRates
        ? JudgedShare.of(
          decided.map { (id: $0.id, share: ($0.difference > 0) == ($0.share > 0.5) ? 1 : 0) },
          inference)
        : nil,
      quintiles: (showsWinRates ? 0..<5 : 0..<0).compactMap { index in
        let part = sorted[cuts[index]..<cuts[index + 1]]
        guard let first = part.first, let last = part.last else { return nil }
        return Bin(
          low: first.difference, high: last.difference,
          winRate: JudgedShare.of(part.map { (id: $0.id, share: $0.share) }, inference))
      })
  }
}
