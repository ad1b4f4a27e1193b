import Recipe
import Torch

/// Policy gradient over the candidates of a prompt, corrected for who drew them.
///
/// With `weights: importance`, w ∝ π/μ over the prompt's candidates, normalised to 1, and the loss
/// −Σ w (R − Σ w R) log π, with w and the advantage held constant: consistent for the gradient of the
/// expected reward as candidates grow in number. Prompts whose effective number of candidates 1/Σ w² is
/// below `least_effective` contribute nothing. With `weights: fresh` the candidates are the current
/// policy's own: each weighs 1/m, and its baseline is the mean reward of the others.
///
/// With importance weights the number reported is not what the gradient descends.
///
/// Source: self-normalised importance sampling with the score-function estimator; the leave-one-out
/// baseline: Kool et al. 2019, "Buy 4 REINFORCE samples, get a baseline for free!".
/// Differs: no penalty towards the reference and no clipping of ratios. LIRE at temperature 1 is the
/// first form with μ left out.
public struct CandidatePolicyGradient: Objective {
  public enum Weights: String, CaseIterable, Sendable {
    case importance, fresh
  }

  public static let name = "candidate-pg"
  public static let title = "Candidate PG"

  /// Importance by default: candidates are drawn before training.
  public let weights: Weights
  /// Effective candidates below which a prompt is left out. 2: fewer leave nothing to compare.
  public let leastEffective: Double

  public init(weights: Weights = .importance, leastEffective: Double = 2) {
    self.weights = weights
    self.leastEffective = leastEffective
  }

  public init(from section: Section) {
    weights = section.choice(
      "weights", default: .importance,
      about: "Importance weights, or fresh where the candidates are the policy's own.")
    leastEffective = section.double(
      "least_effective", default: 2, atLeast: 1,
      about: "Prompts with fewer effective candidates teach nothing.")
  }

  public var needs: ObjectiveNeeds { weights == .fresh ? .rewards : [.rewards, .sampler] }
  public var isSurrogate: Bool { weights == .importance }
  /// Of as many candidates as are asked for, all would have to weigh the same.
  public var smallestGroup: Int {
    weights == .fresh ? 2 : max(2, Int(min(leastEffective, 4096).rounded(.down)) + 1)
  }

  public var options: [(name: String, value: String)] {
    [("weights", weights.rawValue), ("least_effective", "\(leastEffective)")]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let rewards = try candidates.givenRewards()
    let log = try candidates.logProbabilities(.sum)
    let absent = try candidates.counted(atLeast: smallestGroup).not()
    switch weights {
    case .fresh:
      let count = try candidates.valid.converted(to: log.type).sum(1, keep: true)
      let centred = try rewards - candidates.mean(overCandidates: rewards).unsqueezed(1)
      // R_i minus the mean of the others is m/(m − 1) times R_i minus the mean of all.
      let advantages = try centred / (count - 1).clamped(1, .infinity)
      return try -(advantages * log).sum(1).filled(where: absent, with: 0)
    case .importance:
      let shares = try shares(candidates)
      let centred = try rewards - (shares * rewards).sum(1, keep: true)
      let lost = try CandidatePolicyGradient.effective(shares) .< leastEffective
      return try -(shares * centred * log).sum(1)
        .filled(where: lost, with: 0).filled(where: absent, with: 0)
    }
  }

  public func monitors(_ candidates: Candidates) throws(TorchError) -> [Monitor] {
    guard weights == .importance else { return [] }
    return [
      Monitor(
        "effective_samples", try CandidatePolicyGradient.effective(shares(candidates)),
        counted: try candidates.counted(atLeast: smallestGroup))
    ]
  }

  /// w, constant; 0 where there is no candidate.
  private func shares(_ candidates: Candidates) throws(TorchError) -> Tensor {
    guard let sampler = candidates.sampler else {
      throw Candidates.missing(
        "log-probabilities of the sampler", "take the candidates from a sample stage")
    }
    return try candidates.logShares(candidates.policy.detached() - sampler).exp()
      .filled(where: candidates.valid.not(), with: 0)
  }

  /// 1/Σ w².
  private static func effective(_ shares: Tensor) throws(TorchError) -> Tensor {
    try shares.squared().sum(1).power(-1)
  }
}

extension CandidatePolicyGradient {
  public static let card = MethodCard(
    summary:
      "The policy gradient over a prompt's candidates, corrected for who drew them.",
    formula:
      "-sum w (R - sum w R) log pi, w ~ pi / mu, held constant",
    paper:
      "self-normalised importance sampling; Kool et al. 2019 for the baseline",
    watch:
      "the number reported is not what the gradient descends: look at the report's reward.")
}
