import Runs
import Statistics

/// One comparison with what every rater said of it.
struct RatedComparison {
  let prompt: ByteText
  var subject: Preference.Subject?
  /// Of the first system.
  var shares: [Preference.Rater: Double] = [:]

  /// A rater's second judgment of one prompt is of the prompt's second comparison (another turn, or
  /// another row).
  static func all(
    _ preferences: [Preference], share: (Preference) -> Double? = { $0.share }
  ) -> [RatedComparison] {
    struct Place: Hashable {
      let prompt: ByteText
      let matchUp: MatchUp
      let occurrence: Int
    }
    struct Seen: Hashable {
      let prompt: ByteText
      let matchUp: MatchUp
      let rater: Preference.Rater
    }
    var seen: [Seen: Int] = [:]
    var places: [Place: Int] = [:]
    var comparisons: [RatedComparison] = []
    for one in preferences {
      let own = Seen(prompt: one.prompt, matchUp: one.matchUp, rater: one.rater)
      let place = Place(
        prompt: one.prompt, matchUp: one.matchUp, occurrence: seen[own, default: 0])
      seen[own, default: 0] += 1
      let index = places[place] ?? comparisons.count
      if index == comparisons.count {
        places[place] = index
        comparisons.append(RatedComparison(prompt: one.prompt))
      }
      comparisons[index].shares[one.rater] = share(one)
      if comparisons[index].subject == nil { comparisons[index].subject = one.subject }
    }
    return comparisons
  }

  /// 1 or 0 where more than half of those who answered say so, ½ where they do not; nil where nobody
  /// answered.
  func majority(of raters: [Preference.Rater]) -> Double? {
    let verdicts = raters.compactMap { shares[$0].map(Preference.verdict) }
    guard !verdicts.isEmpty else { return nil }
    let winner = [PairVerdict.win, .loss].first { verdict in
      2 * verdicts.count { $0 == verdict } > verdicts.count
    }
    return (winner ?? .tie).score
  }

  /// The same number for comparisons of one prompt.
  static func clusters(_ comparisons: [RatedComparison]) -> [Int] {
    var numbers: [ByteText: Int] = [:]
    return comparisons.map { comparison in
      let number = numbers[comparison.prompt] ?? numbers.count
      numbers[comparison.prompt] = number
      return number
    }
  }
}
