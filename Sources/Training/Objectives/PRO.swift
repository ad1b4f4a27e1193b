import Recipe
import Torch

/// Preference ranking optimisation: each candidate is contrasted with all worse ones, the more sharply
/// the further apart their rewards are.
///
/// With s the mean log-probability of a token, each candidate k that beats others adds
/// −log(e^{s_k w_k} / (e^{s_k w_k} + Σ_j e^{s_j (r_k − r_j)})) over the worse candidates j, with
/// w_k = max_j (r_k − r_j). To this comes −log π(best), the sum over its tokens, weighted by (n − 1)² of
/// a list of n. Rewards multiply scores, so they want a bounded scale. There is no reference.
///
/// Source: Song et al. 2024, "Preference ranking optimization for human alignment", equations 6 to 9;
/// the likelihood's sum and its factor (n − 1)² as the authors' code.
/// Differs: candidates of equal reward are not contrasted (their weight of 0 would still add 1 to the
/// sum); sums of exponentials are taken in log space. Ties for the best share the likelihood.
public struct PRO: Objective {
  public static let name = "pro"
  public static let title = "PRO"

  /// Weight of (n − 1)² times −log π(best). 0.05 as the authors' scripts.
  public let sftWeight: Double

  public init(sftWeight: Double = 0.05) {
    self.sftWeight = sftWeight
  }

  public init(from section: Section) {
    sftWeight = section.double(
      "sft_weight", default: 0.05, atLeast: 0, about: "Weight of the best candidate's likelihood.")
  }

  public var needs: ObjectiveNeeds { .rewards }
  public var options: [(name: String, value: String)] { [("sft_weight", "\(sftWeight)")] }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let scores = try candidates.logProbabilities(.mean)
    let rewards = try candidates.givenRewards()
    let beats = try candidates.beats()
    let weights = try (rewards.unsqueezed(2) - rewards.unsqueezed(1))
      .filled(where: beats.not(), with: 0)
    // A candidate that beats none has w = 0 and is contrasted with none: its term is 0.
    let heads = try scores * weights.max(2)
    let contrasts = try candidates.logSum(
      heads, with: scores.unsqueezed(1) * weights, where: beats)
    let best = try candidates.mean(overBest: candidates.logProbabilities(.sum))
    let others = try candidates.valid.converted(to: scores.type).sum(1) - 1
    let losses = try (contrasts - heads).sum(1) - sftWeight * (others.squared() * best)
    return try losses.filled(where: candidates.counted().not(), with: 0)
  }
}

extension PRO {
  public static let card = MethodCard(
    summary:
      "Contrasts each candidate with all worse ones, the more sharply the further apart "
      + "their rewards are.",
    formula:
      "sum_k -log(e^(s_k w_k) / (e^(s_k w_k) + sum_j e^(s_j (r_k - r_j)))), and the best "
      + "one's likelihood",
    paper:
      "Song et al. 2024, Preference ranking optimization, eq. 6-9",
    watch:
      "kl and the report's length: without a reference nothing holds the policy; a falling "
      + "length is a sign of drift.")
}
