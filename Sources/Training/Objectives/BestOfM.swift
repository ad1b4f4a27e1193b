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
/// Source: the baseline known as rejection sampling or best-of-n distillation; for example
/// Nakano et al. 2021, "WebGPT", and Touvron et al. 2023, "Llama 2", section 3.2.3.
/// Differs: no penalty towards the reference.
public struct BestOfM: Objective {
  public static let name = "best-of-m"
  public static let title = "Best-of-m"

  public init() {}

  public init(from section: Section) {}

  public var needs: ObjectiveNeeds { .rewards }
  public var smallestGroup: Int { 1 }
  public var options: [(name: String, value: String)] { [] }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let absent = try candidates.valid.not()
    let rewards = try candidates.givenRewards().filled(where: absent, with: -Double.infinity)
    let highest = try rewards.max(1, keep: true)
    let best = try (rewards - highest).equals(0).and(candidates.valid)
    let perToken = try candidates.policy / candidates.lengths.clamped(1, .infinity)
    let share = try best.converted(to: candidates.policy.type).sum(1).clamped(1, .infinity)
    return try -(perToken.filled(where: best.not(), with: 0).sum(1) / share)
  }
}
