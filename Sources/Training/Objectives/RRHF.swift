import Recipe
import Torch

/// Rank responses to align with human feedback: a hinge for every pair of candidates whose likelihoods
/// stand the wrong way round, and the likelihood of the best.
///
/// With s the score of a candidate, the loss is Σ max(0, s_j − s_i) over pairs with reward r_i > r_j,
/// minus the log-probability of the best. Only the order of the rewards counts; equal ones make no pair.
/// There is no reference.
///
/// Source: Yuan et al. 2023, "RRHF: Rank responses to align language models with human feedback without
/// tears", equations 2 to 4: s is the mean log-probability of a token, the likelihood a sum over tokens.
/// Differs: nothing with `normalisation: mean` and `nll: sum`; the authors' code divides both by one
/// padded length (`padded`), which compares sums and shrinks both terms. That length is the prompt's
/// longest candidate here. Ties for the best share the likelihood.
public struct RRHF: Objective {
  public enum Scores: String, CaseIterable, Sendable {
    case mean, padded
  }

  /// What is made of the tokens of the best candidate.
  public enum Likelihood: String, CaseIterable, Sendable {
    case sum, mean, padded
  }

  public static let name = "rrhf"
  public static let title = "RRHF"

  public let normalisation: Scores
  /// Weight of the likelihood of the best. 1 as in the paper.
  public let nllWeight: Double
  /// The paper's sum; beside padded scores the code's own.
  public let nll: Likelihood

  public init(
    normalisation: Scores = .mean, nllWeight: Double = 1, nll: Likelihood? = nil
  ) {
    self.normalisation = normalisation
    self.nllWeight = nllWeight
    self.nll = nll ?? RRHF.usual(normalisation)
  }

  public init(from section: Section) {
    normalisation = section.choice(
      "normalisation", default: .mean, about: "Of the scores that are compared.")
    nllWeight = section.double(
      "nll_weight", default: 1, atLeast: 0, about: "Weight of the best candidate's likelihood.")
    nll = section.choice(
      "nll", default: RRHF.usual(normalisation), about: "How that likelihood is normalised.")
  }

  private static func usual(_ scores: Scores) -> Likelihood { scores == .mean ? .sum : .padded }

  public var needs: ObjectiveNeeds { .rewards }

  public var options: [(name: String, value: String)] {
    [
      ("normalisation", normalisation.rawValue), ("nll_weight", "\(nllWeight)"),
      ("nll", nll.rawValue),
    ]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let scores =
      try normalisation == .padded
      ? padded(candidates) : candidates.logProbabilities(.mean)
    let likelihood =
      switch nll {
      case .sum: try candidates.logProbabilities(.sum)
      case .mean: try candidates.logProbabilities(.mean)
      case .padded: try padded(candidates)
      }
    let excess = try (scores.unsqueezed(1) - scores.unsqueezed(2)).relu()
    let ranking = try excess.filled(where: candidates.beats().not(), with: 0).sum(2).sum(1)
    let losses = try ranking - nllWeight * candidates.mean(overBest: likelihood)
    return try losses.filled(where: candidates.counted().not(), with: 0)
  }

  /// Sums over the length of the prompt's longest candidate.
  private func padded(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let lengths = try candidates.lengths.filled(where: candidates.valid.not(), with: 0)
    return try candidates.logProbabilities(.sum) / lengths.max(1, keep: true).clamped(1, .infinity)
  }
}

extension RRHF {
  public static let card = MethodCard(
    summary:
      "A hinge for every pair of candidates whose likelihoods stand the wrong way round, "
      + "and the best one's likelihood.",
    formula:
      "sum max(0, s_j - s_i) over r_i > r_j, - log pi(best)",
    paper:
      "Yuan et al. 2023, RRHF, eq. 2-4",
    watch:
      "kl and the report's length: without a reference nothing holds the policy; a falling "
      + "length is a sign of drift.")
}
