/// How the verdicts of both orders become one result; the three rules in use differ.
public enum SwapRule: String, Sendable, Equatable, CaseIterable {
  /// A win or a loss only where both orders say so; everything else is a tie.
  ///
  /// Source: Zheng et al. 2023, "Judging LLM-as-a-judge with MT-Bench and Chatbot Arena".
  case bothOrTie
  /// The mean of the two scores: a win and a tie make ¾.
  case mean
  /// Pairs on which the orders disagree are dropped. Biased: what is dropped is not a random part.
  case consistentOnly

  /// The score of one pair, 0 … 1; nil where it does not count under this rule.
  public func score(_ verdict: SwappedVerdict) -> Double? {
    guard let (direct, swapped) = verdict.both else { return nil }
    switch self {
    case .mean: return (direct.score + swapped.score) / 2
    case .bothOrTie: return direct == swapped ? direct.score : 0.5
    case .consistentOnly: return direct == swapped ? direct.score : nil
    }
  }
}
