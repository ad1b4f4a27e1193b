import Runs
import Statistics

extension RepeatSummary {
  /// Nil where nothing was asked several times, and for a jury, whose judges repeat themselves apart.
  ///
  /// - Parameter pairs: without canaries; a comparison without a verdict some time is left out.
  init?(_ pairs: [JudgedPair], _ inference: Inference) {
    let all = pairs.compactMap { pair in
      Self.repetitions(pair.judgment).map { (id: pair.id, shares: $0) }
    }
    guard let times = all.map(\.shares.count).max(), times > 1 else { return nil }
    let known = all.compactMap { one -> (id: String, wins: Int)? in
      let shares = one.shares.compactMap(\.self)
      return shares.count == times ? (one.id, shares.count { $0 > 0.5 }) : nil
    }
    self.init(
      times: times,
      always: JudgedShare.of(known.map { ($0.id, $0.wins == times ? 1 : 0) }, inference),
      once: JudgedShare.of(known.map { ($0.id, $0.wins > 0 ? 1 : 0) }, inference))
  }

  /// The preference of each repetition for the first system, nil without a verdict; nil where nothing
  /// was repeated. The k-th time of one order belongs to the k-th of the other.
  private static func repetitions(_ judgment: Judgment) -> [Double?]? {
    guard let parts = judgment.parts else { return nil }
    switch judgment.combination {
    case .repetitions: return parts.map(\.preference)
    case .orders:
      guard parts.count == 2, let asked = repetitions(parts[0]),
        let swapped = repetitions(parts[1]), asked.count == swapped.count
      else { return nil }
      return zip(asked, swapped).map { asked, swapped in
        guard let asked, let swapped else { return nil }
        let other = 1 - swapped
        return (asked - 0.5) * (other - 0.5) < 0 ? 0.5 : (asked + other) / 2
      }
    case .jury, .ratings, nil: return nil
    }
  }
}
