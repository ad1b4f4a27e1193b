import Recipe
import Torch

/// Self-play preference optimisation: fits the log-ratio of each candidate to its estimated win rate.
///
/// One step of multiplicative weights, π_{t+1} ∝ π_t exp(η P(y ≻ π_t)), as a regression: the loss is
/// the mean over a prompt's candidates of (d − η (P̂ − ½))², with d taken against the previous
/// round's policy π_t, which drew the candidates. ½ η stands for the log of the normaliser, which is
/// exact for small η only.
///
/// Nothing ties the policy to the reference, so the last iterate approximates a Nash policy of the
/// game without regularisation; only the average iterate has a guarantee.
///
/// Source: Wu et al. 2024, "Self-play preference optimization for language model alignment", the
/// square loss of its algorithm 1.
/// Differs: the mean over however many candidates a prompt has; the authors' code keeps the best and
/// the worst, whose mean this is when it is given those two.
public struct SPPO: Objective {
  public static let name = "sppo"
  public static let title = "SPPO"

  /// Step size η, in nats by which a win rate of 1 exceeds one of 0. 1000 as in the authors'
  /// scripts, which write its inverse; targets reach ±500 nats, so gradients want clipping.
  public let eta: Double

  public init(eta: Double = 1000) {
    self.eta = eta
  }

  public init(from section: Section) {
    eta = section.double(
      "eta", default: 1000, above: 0,
      about: "Step: log-ratios aim at eta times the win rate above one half.")
  }

  public var needs: ObjectiveNeeds { [.winRates, .previous] }
  public var smallestGroup: Int { 1 }
  public var rewardScale: Double { 1 / eta }
  public var options: [(name: String, value: String)] { [("eta", "\(eta)")] }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let target = try eta * (candidates.givenWinRates() - 0.5)
    let distance = try candidates.logRatios(to: .previous) - target
    return try candidates.mean(overCandidates: distance.squared())
  }
}

extension SPPO {
  public static let card = MethodCard(
    summary:
      "Fits each candidate's log-ratio to its estimated win rate against the previous "
      + "policy.",
    formula:
      "mean (d - eta (P - 1/2))^2",
    paper:
      "Wu et al. 2024, Self-play preference optimization",
    watch:
      "the KL grows with every round, since nothing ties the policy to the first one.")
}
