import Runs

extension Judgment {
  /// Combines preferences by their mean.
  ///
  /// - Parameters:
  ///   - shares: how much each part prefers the first candidate of the whole; nil without verdict.
  ///   - needed: how many of them must be there.
  static func combined(
    _ combination: Combination, _ parts: [Judgment], shares: [Double?], needed: Int
  ) -> Judgment {
    let known = shares.compactMap(\.self)
    var whole: Judgment
    if known.count >= needed, !known.isEmpty {
      let mean = known.reduce(0, +) / Double(known.count)
      let label = mean > 0.5 ? "A" : mean < 0.5 ? "B" : "tie"
      whole = Judgment(verdict: Verdict(label: label, preference: mean))
    } else {
      let missing = parts.first { $0.state != .verdict }
      whole = Judgment(missing?.state ?? .failed, reason: missing?.reason ?? "no answer")
    }
    let usages = parts.compactMap(\.usage)
    if let first = usages.first { whole.usage = usages.dropFirst().reduce(first, +) }
    let costs = parts.compactMap(\.cost)
    whole.cost = costs.isEmpty ? nil : costs.reduce(0, +)
    whole.combination = combination
    whole.parts = parts
    return whole
  }
}
