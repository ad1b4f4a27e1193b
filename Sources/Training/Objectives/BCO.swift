import Recipe
import Torch

/// Binary classifier optimisation: the implicit reward tells chosen from rejected candidates, each by
/// itself.
///
/// −log σ(β d_chosen − δ) − log σ(−(β d_rejected − δ)), where δ is the mean implicit reward of both,
/// held constant.
///
/// Source: Jung et al. 2024, "Binary classifier optimization for large language model alignment".
/// Differs: the paper keeps a running mean over steps; an objective has no memory, so δ is the mean
/// over the step (`delta: mean`), which couples its prompts. TRL's current loss has δ = 0
/// (`delta: zero`).
public struct BCO: Objective {
  public enum Delta: String, CaseIterable, Sendable {
    case mean, zero
  }

  public static let name = "bco"
  public static let title = "BCO"

  /// Scale β of the log-ratios. 0.01 as TRL's documentation quotes for the paper.
  public let beta: Double
  /// The mean, which comes nearest to the paper.
  public let delta: Delta

  public init(beta: Double = 0.01, delta: Delta = .mean) {
    self.beta = beta
    self.delta = delta
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.01, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer.")
    delta = section.choice(
      "delta", default: .mean, about: "Threshold of the classifier: the step's mean reward, or 0.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var couplesPrompts: Bool { delta == .mean }
  public var isSurrogate: Bool { delta == .mean }
  public var rewardScale: Double { beta }

  public var options: [(name: String, value: String)] {
    [("beta", "\(beta)"), ("delta", delta.rawValue)]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    var reward = try beta * candidates.logRatios()
    if delta == .mean {
      reward = try reward - candidates.mean(overPrompts: reward.detached().mean(1))
    }
    let (log, other) = (try reward.logSigmoid(), try (-reward).logSigmoid())
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      try -(log.column(chosen) + other.column(rejected))
    }
  }
}

extension BCO {
  public static let card = MethodCard(
    summary:
      "Tells chosen from rejected candidates one by one, as a classifier does.",
    formula:
      "-log s(beta d_c - delta) - log s(-(beta d_r - delta)), delta the step's mean",
    paper:
      "Jung et al. 2024, Binary classifier optimization",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability.")
}
