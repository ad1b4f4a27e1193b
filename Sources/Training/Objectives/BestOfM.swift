import Recipe
import Torch

/// Likelihood of the best of m candidates: supervised fine-tuning on what a best-of-m sampler
/// would answer.
///
/// The loss is −log π(best), the sum over the tokens of the candidate with the highest reward, and a
/// step's loss is the sum over its prompts divided by their tokens. With
/// candidates drawn from the initial policy it fits the best-of-m distribution in the forward KL; with
/// one candidate, drawn from the policy itself, nothing is selected and the policy stays.
///
/// With `normalisation: mean` the loss is the token mean of each completion, and a step's the mean over
/// prompts. Its minimum is not the distribution p of the completions but p(y)/|y|, normalised: texts
/// become shorter whatever the reward says.
///
/// Ties: the loss is the mean over all candidates that share the highest reward. That is what
/// choosing among them at random gives on average, and does not depend on their order. A group of
/// one is fitted as it is.
///
/// With a weight, the mean of ½ d² over the candidates is added to −log π(best), an estimate of the KL
/// from the reference that holds while the policy is near what drew the candidates.
///
/// Source: the baseline known as rejection sampling or best-of-n distillation; for example
/// Nakano et al. 2021, "WebGPT", and Touvron et al. 2023, "Llama 2", section 3.2.3; the step's tokens as
/// divisor as in TRL's `SFTTrainer`, the mean of each completion as in OpenRLHF's without its
/// `token_level_loss`.
/// Differs: nothing without the weight. A step is a ratio of two sums over its prompts, and so not quite
/// without bias: what is left of the pull towards short texts falls as one over the prompts of a step.
public struct BestOfM: Objective {
  public static let name = "best-of-m"
  public static let title = "Best-of-m"

  /// The sum, whose minimum is the best-of-m distribution.
  public let normalisation: Normalisation
  /// Weight of the penalty towards the reference. 0 as in the papers.
  public let klWeight: Double

  public init(normalisation: Normalisation = .sum, klWeight: Double = 0) {
    self.normalisation = normalisation
    self.klWeight = klWeight
  }

  public init(from section: Section) {
    normalisation = section.choice(
      "normalisation", default: .sum, about: "Sum over tokens, or mean, which makes texts shorter.")
    klWeight = section.double(
      "kl_weight", default: 0, atLeast: 0,
      about: "Weight of an estimate of the KL from the reference; 0 for none.")
  }

  public var needs: ObjectiveNeeds { klWeight > 0 ? [.rewards, .reference] : .rewards }
  public var smallestGroup: Int { 1 }

  public var options: [(name: String, value: String)] {
    [("normalisation", normalisation.rawValue), ("kl_weight", "\(klWeight)")]
  }

  /// Without the penalty, the best alone.
  public func read(of rewards: [Double]) -> [Int]? {
    klWeight == 0 ? BestOfM.best(of: rewards) : nil
  }

  /// The tokens of the best, of tied ones their mean.
  public func weight(lengths: [Int], rewards: [Double]) -> Double {
    guard normalisation == .sum else { return 1 }
    let best = BestOfM.best(of: rewards)
    return Double(best.reduce(0) { $0 + lengths[$1] }) / Double(max(1, best.count))
  }

  private static func best(of rewards: [Double]) -> [Int] {
    let highest = rewards.max()
    return rewards.indices.filter { rewards[$0] == highest }
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let losses = try -candidates.mean(overBest: candidates.logProbabilities(normalisation))
    guard klWeight > 0 else { return losses }
    let estimates = try KLEstimator.k2.estimate(candidates.logRatios())
    return try losses + klWeight * candidates.mean(overCandidates: estimates)
  }
}

extension BestOfM {
  public static let card = MethodCard(
    summary:
      "Supervised fine-tuning on the best of m candidates.",
    formula:
      "-log pi(best) summed over its tokens, over the tokens of the step",
    paper:
      "Nakano et al. 2021; Touvron et al. 2023, section 3.2.3",
    watch:
      "the loss falls; the gain is bounded by that of best-of-m sampling; length must not "
      + "drift.")
}
