import Recipe
import Torch

/// DPO under another divergence than the reverse KL between policy and reference.
///
/// −log σ(β (g(d_chosen) − g(d_rejected))), where g is f′ of the divergence at the ratio e^d, up to a
/// constant: d (reverse KL), −e^(−d) (forward KL), log σ(d) (Jensen–Shannon), (1 − e^(−α d))/α
/// (α-divergence, which has the first two as its limits at 0 and 1).
///
/// Source: Wang et al. 2023, "Beyond reverse KL: generalizing direct preference optimization with
/// diverse divergence constraints", table 1; TRL before version 1.0 likewise.
/// Differs: exponents are cut at 80, where float32 would end; a pair beyond has no gradient there. With
/// `divergence: alpha-trl` it is e^((α−1) d)/(α − 1) as in TRL from 1.0 on, the paper's at 1 − α.
public struct FDPO: Objective {
  public enum Divergence: String, CaseIterable, Sendable {
    case reverseKL = "reverse-kl"
    case forwardKL = "forward-kl"
    case jensenShannon = "jensen-shannon"
    case alpha
    case alphaTRL = "alpha-trl"

    var hasAlpha: Bool { self == .alpha || self == .alphaTRL }
  }

  public static let name = "f-dpo"
  public static let title = "f-DPO"

  /// KL strength β. 0.1 as in DPO.
  public let beta: Double
  /// Jensen–Shannon by default: with the reverse KL this is `dpo-pref`.
  public let divergence: Divergence
  /// α of the α-divergence, between its limits; ½ lies in the middle, where the paper's and TRL's are
  /// one. Read for `alpha` and `alpha-trl` alone.
  public let alpha: Double

  public init(beta: Double = 0.1, divergence: Divergence = .jensenShannon, alpha: Double = 0.5) {
    self.beta = beta
    self.divergence = divergence
    self.alpha = alpha
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.1, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer.")
    divergence = section.choice(
      "divergence", default: .jensenShannon,
      about: "Which divergence ties the policy to the reference.")
    guard divergence.hasAlpha else {
      alpha = 0.5
      if section.has("alpha") {
        section.mistake("alpha", "f-dpo reads alpha with divergence: alpha or alpha-trl alone")
      }
      return
    }
    alpha = section.double(
      "alpha", default: 0.5, above: 0, below: 1, about: "Between reverse KL, 0, and forward KL, 1.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { beta }

  public var options: [(name: String, value: String)] {
    [("beta", "\(beta)"), ("divergence", divergence.rawValue)]
      + (divergence.hasAlpha ? [("alpha", "\(alpha)")] : [])
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let g = try slope(candidates.logRatios())
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      try -(beta * (g.column(chosen) - g.column(rejected))).logSigmoid()
    }
  }

  /// g.
  private func slope(_ d: Tensor) throws(TorchError) -> Tensor {
    switch divergence {
    case .reverseKL: return d
    case .forwardKL: return try -(-d).clamped(-.infinity, 80).exp()
    case .jensenShannon: return try d.logSigmoid()
    case .alpha: return try FDPO.power(d, alpha)
    case .alphaTRL: return try FDPO.power(d, 1 - alpha)
    }
  }

  /// (1 − e^(−α d))/α, by a form that keeps its digits near α = 0.
  private static func power(_ d: Tensor, _ alpha: Double) throws(TorchError) -> Tensor {
    try -((-alpha * d).clamped(-.infinity, 80).exponentialMinusOne() / alpha)
  }
}

extension FDPO {
  public static let card = MethodCard(
    summary:
      "DPO under another divergence than the reverse KL.",
    formula:
      "-log s(beta (g(d_c) - g(d_r))), g = f' of the divergence at e^d",
    paper:
      "Wang et al. 2023, Beyond reverse KL, table 1",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability.")
}
