import Recipe
import Torch

/// Listwise reward enhancement: the expected reward under the policy's own distribution over a prompt's
/// candidates.
///
/// P = softmax(log π / T) over the candidates; the loss is −Σ P R, without a reference. P is the policy
/// renormalised over the candidates and flattened by T, so this is not the policy's expected reward,
/// and only relative likelihoods are bound: all candidates may lose probability. With log-probabilities
/// of hundreds of nats P is nearly certain, and the gradient small: the entropy of P is recorded.
///
/// Options add the likelihood of the best candidate, and a penalty towards the reference: `penalty` is
/// the mean of ½ d² over the candidates, `reward` takes w d off each reward, held constant.
///
/// Source: Zhu et al. 2024, "LIRE: Listwise reward enhancement for preference alignment", equation 5;
/// the likelihood is the mean over the best candidate's tokens, as the authors have it, which favours
/// short ones (its minimum is at p(y)/|y|; `nll: sum` has it at p); the KL term as the authors' answers
/// to their reviewers describe it.
/// Differs: nothing with `reward_transform: none`; the authors' code takes a softmax over the rewards
/// (`softmax`), means over the padded length, and has no KL term.
public struct LIRE: Objective {
  public enum RewardTransform: String, CaseIterable, Sendable {
    case none, softmax, zscore
  }

  public enum Penalty: String, CaseIterable, Sendable {
    case penalty, reward
  }

  public static let name = "lire"
  public static let title = "LIRE"

  /// T. 2 as the authors' code, the middle of the best values of the paper's sweep.
  public let listTemperature: Double
  /// None, as in the paper's equation.
  public let rewardTransform: RewardTransform
  /// Weight of the likelihood of the best. 0; the paper's variant has 0.01.
  public let sftWeight: Double
  /// How that likelihood is normalised; the paper's mean by default.
  public let nll: Normalisation
  /// Weight w of the penalty. 0; the authors tried 0.01 to 0.1.
  public let klWeight: Double
  /// Where the penalty enters.
  public let klForm: Penalty

  public init(
    listTemperature: Double = 2, rewardTransform: RewardTransform = .none, sftWeight: Double = 0,
    nll: Normalisation = .mean, klWeight: Double = 0, klForm: Penalty = .penalty
  ) {
    self.listTemperature = listTemperature
    self.rewardTransform = rewardTransform
    self.sftWeight = sftWeight
    self.nll = nll
    self.klWeight = klWeight
    self.klForm = klForm
  }

  public init(from section: Section) {
    listTemperature = section.temperature(
      "list_temperature", default: 2,
      about: "T that flattens the policy over the candidates; 2 as the authors.")
    rewardTransform = section.choice(
      "reward_transform", default: RewardTransform.none,
      about: "What is done to rewards: nothing, a softmax, or z-scores of a prompt.")
    sftWeight = section.double(
      "sft_weight", default: 0, atLeast: 0, about: "Weight of the best candidate's likelihood.")
    nll = section.choice(
      "nll", default: .mean, about: "That likelihood's mean over tokens as in the paper, or sum.")
    klWeight = section.double(
      "kl_weight", default: 0, atLeast: 0,
      about: "Weight of the KL from the reference; the authors tried 0.01 to 0.1.")
    klForm = section.choice(
      "kl_form", default: .penalty,
      about: "Where the KL enters: beside the loss, or inside rewards.")
  }

  public var needs: ObjectiveNeeds { klWeight > 0 ? [.rewards, .reference] : .rewards }
  public var isSurrogate: Bool { klWeight > 0 && klForm == .reward }

  public var options: [(name: String, value: String)] {
    [
      ("list_temperature", "\(listTemperature)"), ("reward_transform", rewardTransform.rawValue),
      ("sft_weight", "\(sftWeight)"), ("nll", nll.rawValue), ("kl_weight", "\(klWeight)"),
      ("kl_form", klForm.rawValue),
    ]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let shares = try candidates.logShares(candidates.policy / listTemperature).exp()
    var rewards = try transformed(candidates)
    if klWeight > 0, klForm == .reward {
      rewards = try rewards - klWeight * candidates.logRatios().detached()
    }
    var losses = try -(shares * rewards).sum(1)
    if sftWeight > 0 {
      losses =
        try losses - sftWeight * candidates.mean(overBest: candidates.logProbabilities(nll))
    }
    if klWeight > 0, klForm == .penalty {
      let estimates = try KLEstimator.k2.estimate(candidates.logRatios())
      losses = try losses + klWeight * candidates.mean(overCandidates: estimates)
    }
    return try losses.filled(where: candidates.counted().not(), with: 0)
  }

  public func monitors(_ candidates: Candidates) throws(TorchError) -> [Monitor] {
    let log = try candidates.logShares(candidates.policy / listTemperature)
    let entropy = try -(log.exp() * log).sum(1)
    return [Monitor("list_entropy", entropy, counted: try candidates.counted())]
  }

  /// R, 0 where there is no candidate.
  private func transformed(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let rewards = try candidates.givenRewards()
    let absent = try candidates.valid.not()
    switch rewardTransform {
    case .none: return rewards
    case .softmax: return try candidates.logShares(rewards).exp().filled(where: absent, with: 0)
    case .zscore:
      let centred = try rewards - candidates.mean(overCandidates: rewards).unsqueezed(1)
      let variance = try candidates.mean(overCandidates: centred.squared())
      // The small number keeps equal rewards at 0.
      return try (centred / (variance + 1e-8).squareRoot().unsqueezed(1))
        .filled(where: absent, with: 0)
    }
  }
}

extension LIRE {
  public static let card = MethodCard(
    summary:
      "Maximises the expected reward under the policy's own distribution over the "
      + "candidates, without a reference.",
    formula:
      "-sum P R, P = softmax(log pi / T)",
    paper:
      "Zhu et al. 2024, LIRE, eq. 5",
    watch:
      "list_entropy: near 0 the gradient is gone; raise list_temperature. kl and the "
      + "report's length: without a reference nothing holds the policy; a falling length is a "
      + "sign of drift.")
}
