import Foundation
import Recipe
import Torch

/// Odds-ratio preference optimisation: fine-tuning on the chosen candidate that also raises its odds
/// above the rejected one's, without a reference.
///
/// With m the mean log-probability of a token, the loss is
/// −m_chosen − λ log σ(log odds_chosen − log odds_rejected), log odds = m − log(1 − e^m).
///
/// Source: Hong et al. 2024, "ORPO: Monolithic preference optimization without reference model",
/// equations 6 and 7, with the token mean of equation 3 in the likelihood too, which favours short texts
/// (its minimum is at p(y)/|y|).
/// Differs: m is cut at −1e-7, where the odds would be infinite. The likelihood is that of the chosen
/// completion, as in the paper; with `nll: all` it is the mean over the prompt's tokens too, as in TRL
/// and by an option of the authors' code, but for each pair where TRL takes the mean over a batch.
public struct ORPO: Objective {
  public static let name = "orpo"
  public static let title = "ORPO"

  /// Weight λ of the odds ratio. 0.1 as the authors.
  public let lambda: Double

  /// Whose tokens the likelihood is the mean over.
  public enum Likelihood: String, CaseIterable, Sendable {
    case completion, all
  }

  public let nll: Likelihood

  public init(lambda: Double = 0.1, nll: Likelihood = .completion) {
    self.lambda = lambda
    self.nll = nll
  }

  public init(from section: Section) {
    lambda = section.double(
      "lambda", default: 0.1, above: 0, about: "Weight of the odds ratio beside the likelihood.")
    nll = section.choice(
      "nll", default: .completion,
      about: "Likelihood of the completion, or of the prompt too as in TRL.")
  }

  public var needs: ObjectiveNeeds { nll == .all ? [.pairs, .prompts] : .pairs }

  public var options: [(name: String, value: String)] {
    [("lambda", "\(lambda)"), ("nll", nll.rawValue)]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let mean = try candidates.logProbabilities(.mean).clamped(-.infinity, -1e-7)
    let odds = try mean - ORPO.logOfOneMinusExp(mean)
    let likelihood = try nll == .all ? candidates.meanWithPrompt() : mean
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      try -likelihood.column(chosen)
        - lambda * (odds.column(chosen) - odds.column(rejected)).logSigmoid()
    }
  }

  /// log(1 − e^x) of negative numbers, by whichever form keeps the digits.
  private static func logOfOneMinusExp(_ x: Tensor) throws(TorchError) -> Tensor {
    let isNear = try x .> -log(2.0)
    let near = try (-x.exponentialMinusOne()).log()
    return try near.selected(where: isNear, else: (-x.exp()).logOfOnePlus())
  }
}

extension ORPO {
  public static let card = MethodCard(
    summary:
      "Fine-tunes on the chosen candidate and raises its odds over the rejected one's, "
      + "without a reference.",
    formula:
      "-m_c - lambda log s(log odds_c - log odds_r), m the mean log-probability of a token",
    paper:
      "Hong et al. 2024, ORPO, eq. 6-7",
    watch:
      "logps/chosen minus logps/rejected rises; without a reference nothing holds the "
      + "policy, so watch the KL in the report.")
}
