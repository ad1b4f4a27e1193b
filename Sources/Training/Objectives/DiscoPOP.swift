import Recipe
import Torch

/// The objective that a language model found: logistic and exponential loss, mixed by the margin.
///
/// With u = β (d_chosen − d_rejected) and m = σ(u/τ), the loss is (1 − m) log(1 + e^(−u)) + m e^(−u),
/// with gradient through m. It is not convex: around u = 0 it has a bump.
///
/// Source: Lu et al. 2024, "Discovering preference optimization algorithms with and for large language
/// models", the log-ratio modulated loss.
/// Differs: nothing; m e^(−u) is formed in log space, where it stays finite for u far below 0. A soft
/// label enters as the expectation over the label.
public struct DiscoPOP: Objective {
  public static let name = "discopop"
  public static let title = "DiscoPOP"

  /// KL strength β. 0.1 as in DPO, so that both see one u.
  public let beta: Double
  /// Width τ of the transition between both losses, in units of u. 0.05 as the authors.
  public let tau: Double

  public init(beta: Double = 0.1, tau: Double = 0.05) {
    self.beta = beta
    self.tau = tau
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.1, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer.")
    // Below 1 the exponential part vanishes where its exponent grows.
    tau = section.double(
      "tau", default: 0.05, above: 0, below: 1,
      about: "Margin over which the two losses change places.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { beta }

  public var options: [(name: String, value: String)] {
    [("beta", "\(beta)"), ("tau", "\(tau)")]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let d = try candidates.logRatios()
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      let u = try beta * (d.column(chosen) - d.column(rejected))
      let exponential = try ((u / tau).logSigmoid() - u).exp()
      return try exponential - (-u / tau).sigmoid() * u.logSigmoid()
    }
  }
}

extension DiscoPOP {
  public static let card = MethodCard(
    summary:
      "The loss that a language model found: logistic and exponential, mixed by the margin.",
    formula:
      "(1 - m) log(1 + e^-u) + m e^-u, m = s(u / tau), u = beta (d_c - d_r)",
    paper:
      "Lu et al. 2024, Discovering preference optimization algorithms",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability.")
}
