/// How the candidates of a prompt become labelled pairs: what is asked, which pairs are taken, who
/// wins, and against what win rates are counted.
struct PairSelection: Equatable, Sendable {
  /// How a probability becomes a label.
  enum Verdict: String, CaseIterable, Sendable {
    /// One draw with that probability.
    case drawn
    /// The likelier one wins; a pair of probability ½ says nothing and is left out.
    case hard
    /// The probability itself is the label.
    case soft
  }

  /// What P̂ of a candidate is the mean over.
  enum Pool: String, CaseIterable, Sendable {
    /// The other candidate of its pair alone: one comparison.
    case pair
    /// All candidates of the prompt, itself as ½.
    case all
  }

  /// A pair with its label.
  struct Pair: Equatable {
    var chosen: Int
    var rejected: Int
    /// P(chosen ≻ rejected) where the label is soft.
    var preference: Double?
    /// P̂ of the chosen and of the rejected candidate.
    var winRates: [Double]
    /// What the label is worth; see ``Candidates/stakes``.
    var stake = 1.0
    /// P(chosen ≻ rejected) − P(rejected ≻ chosen), whatever the label.
    var margin: Double
  }

  struct Outcome: Equatable {
    var pairs: [Pair] = []
    /// Pairs that the rule could have made.
    var possible = 0
    /// Of these, pairs of probability ½ or of equal win rates.
    var ties = 0
    /// Of these, pairs that an answer is missing for.
    var unanswered = 0
  }

  var rule: PairRule
  var verdict: Verdict
  var pool: Pool
  /// Pairs whose win rates differ by less are left out.
  var leastMargin = 0.0

  /// How many opponents `count` candidates meet: one for each pair, or one in the place of each of them.
  func columns(of count: Int) -> Int { rule == .iid && pool == .pair ? count / 2 : count }

  /// The comparisons to ask of an oracle for `count` candidates.
  func questions(of count: Int) -> [(first: Int, second: Int)] {
    if rule == .iid, pool == .pair { return PairRule.neighbours(count) }
    return (0..<count).flatMap { row in
      (row + 1..<max(row + 1, count)).map { (row, $0) }
    }
  }

  /// Labels the pairs of a prompt.
  ///
  /// The rules that rank keep a pair only where its better candidate also wins the verdict, as
  /// INPO's tournament does.
  ///
  /// - Parameter uniform: gives a number in [0, 1) for each drawn verdict.
  func pairs(_ table: PreferenceTable, uniform: () -> Double) -> Outcome {
    var outcome = Outcome(possible: rule.possible(of: table.count))
    // Ranks and win rates over all candidates need every comparison.
    if (rule != .iid || pool == .all) && !table.isComplete {
      outcome.unanswered = outcome.possible
      return outcome
    }
    let found = rule.pairs(table)
    outcome.ties = rule == .iid ? 0 : outcome.possible - found.count
    for (first, second) in found {
      guard let contest = contest(table, first, second) else {
        outcome.unanswered += 1
        continue
      }
      let wins = contest.wins
      if wins == 0.5 { outcome.ties += 1 }
      let isReversed: Bool
      switch verdict {
      case .drawn: isReversed = uniform() >= wins
      case .hard:
        if wins == 0.5 { continue }
        isReversed = wins < 0.5
      case .soft: isReversed = rule == .iid && wins < 0.5
      }
      if isReversed, rule != .iid { continue }
      let (chosen, rejected) = isReversed ? (second, first) : (first, second)
      let won = isReversed ? 1 - wins : wins
      let rates =
        contest.rates.map { isReversed ? $0.reversed() : $0 }
        ?? winRates(table, chosen, rejected, won)
      guard leastMargin == 0 || abs(rates[0] - rates[1]) >= leastMargin else { continue }
      outcome.pairs.append(
        Pair(
          chosen: chosen, rejected: rejected, preference: verdict == .soft ? won : nil,
          winRates: rates, stake: contest.stake, margin: 2 * won - 1))
    }
    return outcome
  }

  private func winRates(
    _ table: PreferenceTable, _ chosen: Int, _ rejected: Int, _ won: Double
  ) -> [Double] {
    switch pool {
    case .pair: return verdict == .soft ? [won, 1 - won] : [1, 0]
    case .all: return [table.winRate(of: chosen) ?? won, table.winRate(of: rejected) ?? 1 - won]
    }
  }
}
