import Recipe
import Torch

/// Likelihood of the best of m candidates: supervised fine-tuning on what a best-of-m sampler
/// would answer.
///
/// The loss is −log π(best) / length, the token mean of the candidate with the highest reward. With
/// candidates drawn from the initial policy it fits the best-of-m distribution in the forward KL.
///
/// Ties: the loss is the mean over all candidates that share the highest reward. That is what
/// choosing among them at random gives on average, and does not depend on their order. A group of
/// one is fitted as it is.
///
/// With a weight, the mean of ½ d² over the candidates is added, an estimate of the KL from the
/// reference that holds while the policy is near what drew the candidates.
///
/// Source: the baseline known as rejection sampling or best-of-n distillation; for example
/// Nakano et al. 2021, "WebGPT", and Touvron et al. 2023, "Llama 2", section 3.2.3.
/// Differs: nothing without the weight.
public struct BestOfM: Objective {
  public static let name = "best-of-m"
  public static let title = "Best-of-m"

  /// Weight of the penalty towards the reference. 0 as in the papers.
  public let klWeight: Double

  public init(klWeight: Double = 0) {
    self.klWeight = klWeight
  }

  public init(from section: Section) {
    klWeight = section.double("kl_weight", default: 0, atLeast: 0)
  }

  public var needs: ObjectiveNeeds { klWeight > 0 ? [.rewards, .reference] : .rewards }
  public var smallestGroup: Int { 1 }
  public var options: [(name: String, value: String)] { [("kl_weight", "\(klWeight)")] }

  /// Without the penalty, the best alone.
  public func read(of rewards: [Double]) -> [Int]? {
    guard klWeight == 0, let best = rewards.max() else { return nil }
    return rewards.indices.filter { rewards[$0] == best }
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let losses = try -candidates.mean(overBest: candidates.logProbabilities(.mean))
    guard klWeight > 0 else { return losses }
    let estimates = try KLEstimator.k2.estimate(candidates.logRatios())
    return try losses + klWeight * candidates.mean(overCandidates: estimates)
  }
}
