import Recipe
import Torch

/// Iterative Nash policy optimisation: one step of mirror descent in the game regularised towards
/// the reference, as a square loss on labelled pairs of the previous round's policy.
///
/// h = Δ_θ − (τ/η) Δ_ref − (1 − τ/η) Δ_t, where Δ is log π(chosen) − log π(rejected) of each of the
/// three policies; the loss is (h − 1/(2η))². With pairs drawn independently from π_t and judged
/// once, its minimum is π_{t+1} ∝ exp(P(y ≻ π_t)/η) π_ref^{τ/η} π_t^{1−τ/η}; pairs chosen as best
/// and worst of several inflate the target. In the first round, where π_t is the reference, it is
/// IPO at strength η. Pairs that met a common opponent z carry a stake of 2 and the label
/// ½ + (P(y ≻ z) − P(y' ≻ z))/2: in expectation the margin then aims at the difference of the two win
/// rates over η, and the minimum is the same with P(y ≻ μ) for a mixture μ of opponents.
///
/// Source: Zhang et al. 2024, "Iterative Nash policy optimization", equation 8; η is the inverse of
/// a step size there as well.
/// Differs: a soft label enters as the expectation over the label.
public struct INPO: Objective {
  public static let name = "inpo"
  public static let title = "INPO"

  /// Inverse step size η. 0.005 is the paper's choice for a model of 8 billion weights; the target
  /// is then 100 nats, so gradients want clipping.
  public let eta: Double
  /// KL strength τ of the game, at most η. The paper's is η/3; 0 leaves out the reference.
  public let tau: Double

  public init(eta: Double = 0.005, tau: Double? = nil) {
    self.eta = eta
    self.tau = tau ?? eta / 3
  }

  public init(from section: Section) {
    eta = section.double(
      "eta", default: 0.005, above: 0, about: "Inverse step size: smaller moves further.")
    tau = section.double(
      "tau", default: eta / 3, atLeast: 0,
      about: "Strength of the pull to the first reference; below eta.")
    if tau > eta {
      section.mistake(
        "tau", "inpo needs tau of at most eta, and \(tau) is above \(eta); lower tau or raise eta")
    }
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference, .previous] }
  public var rewardScale: Double { eta }

  public var options: [(name: String, value: String)] {
    [("eta", "\(eta)"), ("tau", "\(tau)")]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let share = tau / eta
    let toReference = try candidates.logRatios(to: .reference)
    let toPrevious = try candidates.logRatios(to: .previous)
    let ratios = try share * toReference + (1 - share) * toPrevious
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      try candidates.distance(
        of: ratios.column(chosen) - ratios.column(rejected), from: 1 / (2 * eta)
      ).squared()
    }
  }
}

extension INPO {
  public static let card = MethodCard(
    summary:
      "One step of mirror descent in the game regularised towards the reference.",
    formula:
      "(D_theta - (tau/eta) D_ref - (1 - tau/eta) D_t - 1 / (2 eta))^2, D = log pi(c) - log "
      + "pi(r)",
    paper:
      "Zhang et al. 2024, Iterative Nash policy optimization, eq. 8",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability.")
}
