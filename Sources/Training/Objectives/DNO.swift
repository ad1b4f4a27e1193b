import Recipe
import Torch

/// Direct Nash optimisation: DPO against the previous round's policy, with the label softened to
/// how far apart the win rates of the two candidates lie.
///
/// q = σ(η (P̂_0 − P̂_1)) and u = β (d_0 − d_1) with d taken against π_t; the loss is
/// −q log σ(u) − (1 − q) log σ(−u), whose slope in u is σ(u) − q.
///
/// Source: Rosset et al. 2024, "Direct Nash optimization", its regression to expected win rates.
/// Differs: written from the method's idea, without the paper's text or code at hand; the practical
/// variant (pairs of a large margin, hard labels) is `spin`'s loss on such pairs.
public struct DNO: Objective {
  public static let name = "dno"
  public static let title = "DNO"

  /// Scale β of the log-ratios. 0.1 as in DPO, of which this is one with soft labels.
  public let beta: Double
  /// Scale η of the win rates' difference before it becomes a label. 1 takes them as rewards.
  public let eta: Double

  public init(beta: Double = 0.1, eta: Double = 1) {
    self.beta = beta
    self.eta = eta
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.1, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer.")
    eta = section.double("eta", default: 1, above: 0, about: "How sharply win rates become labels.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .winRates, .previous] }
  public var rewardScale: Double { beta }

  public var options: [(name: String, value: String)] {
    [("beta", "\(beta)"), ("eta", "\(eta)")]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let u = try beta * candidates.logRatioMargins(to: .previous)
    let rates = try candidates.givenWinRates()
    let q = try (eta * (rates.column(0) - rates.column(1))).sigmoid()
    let losses = try -(q * u.logSigmoid() + (1 - q) * (-u).logSigmoid())
    return try losses.filled(where: candidates.counted().not(), with: 0)
  }
}

extension DNO {
  public static let card = MethodCard(
    summary:
      "DPO against the previous round's policy, labels softened to the difference of win "
      + "rates.",
    formula:
      "-q log s(u) - (1 - q) log s(-u), q = s(eta (P_0 - P_1)), u = beta (d_0 - d_1)",
    paper:
      "Rosset et al. 2024, Direct Nash optimization",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability.")
}
