import Recipe
import Torch

/// Self-improving alignment: DPO that accounts for how its own pairs and labels move with the policy.
///
/// With u = β (d_chosen − d_rejected) and ℓ = log σ(u), the loss of a pair is
/// −ℓ − c₂ sg(ℓ) (log π(chosen) + log π(rejected)) − (c₃/2) ℓ², where sg stops the gradient. c₂ weighs
/// the part of the gradient that exists because the candidates are the policy's own, c₃ the part that
/// exists because the labels are. Of the labels a share r is re-drawn from the policy's own preference
/// σ(u); only these have the last term. Labels enter by their expectation, so nothing is drawn.
///
/// SAIL-DP takes the data's pairs and re-draws some labels, SAIL-PP its own pairs with its own labels,
/// SAIL-PR its own pairs labelled by a reward.
///
/// With c₂ the reported number is not what the gradient descends. The objective is not stationary at
/// the policy that maximises reward under the KL penalty.
///
/// Source: Ding et al. 2024, "SAIL: Self-improving efficient online alignment of large language
/// models"; the three parts as derived from its single-level objective.
/// Differs: expectation over labels and over the routing of pairs instead of draws; |ℓ| is cut at
/// 1/c₃ in the last term, beyond which a pair that is ranked wrong would be pushed further wrong.
public struct SAIL: Objective {
  public enum Variant: String, CaseIterable, Sendable {
    case dp, pp, pr
  }

  public enum Form: String, CaseIterable, Sendable {
    /// The gradient that follows from the objective.
    case derived
    /// The authors' code: it divides the part of c₂ by each log-probability, which turns its sign,
    /// and leaves it out of the mean over the step. Not to be used but to compare.
    case released
  }

  public enum Baseline: String, CaseIterable, Sendable {
    case none
    /// The step's mean of ℓ, which lowers the variance of the part of c₂.
    case mean
  }

  public static let name = "sail"
  public static let title = "SAIL"

  /// Which of the three, and with it the defaults of the weights. The first needs no sampling.
  public let variant: Variant
  /// KL strength β. 0.1 as the authors.
  public let beta: Double
  /// c₂. The authors' coefficients: 0 (dp), 0.2 (pp), 0.3 (pr). 1 is the exact gradient.
  public let policyWeight: Double
  /// c₃. The authors' coefficients: 0.2 (dp), 0.2 (pp), 0 (pr). 1 is the exact gradient.
  public let labelWeight: Double
  /// r. The authors route 0.4 of the pairs (dp); all labels are the policy's own (pp), none is (pr).
  public let redrawn: Double
  /// None by default: a mean couples the prompts of a step.
  public let baseline: Baseline
  public let form: Form

  public init(
    variant: Variant = .dp, beta: Double = 0.1, policyWeight: Double? = nil,
    labelWeight: Double? = nil, redrawn: Double? = nil, baseline: Baseline = .none,
    form: Form = .derived
  ) {
    let usual = SAIL.usual(variant)
    self.variant = variant
    self.beta = beta
    self.policyWeight = policyWeight ?? usual.policy
    self.labelWeight = labelWeight ?? usual.label
    self.redrawn = redrawn ?? usual.redrawn
    self.baseline = baseline
    self.form = form
  }

  public init(from section: Section) {
    variant = section.choice(
      "variant", default: .dp,
      about: "Whose pairs and labels: dp the data's, pp its own, pr a reward's.")
    let usual = SAIL.usual(variant)
    beta = section.double(
      "beta", default: 0.1, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer.")
    policyWeight = section.double(
      "policy_weight", default: usual.policy, atLeast: 0,
      about: "Weight of the gradient that is there because pairs are the policy's own.")
    labelWeight = section.double(
      "label_weight", default: usual.label, atLeast: 0,
      about: "Weight of the gradient that is there because labels are.")
    redrawn = section.double(
      "redrawn", default: usual.redrawn, atLeast: 0, atMost: 1,
      about: "Share of labels drawn from the policy's own preference.")
    baseline = section.choice(
      "baseline", default: Baseline.none, about: "What is taken off in the first of these.")
    form = section.choice("form", default: .derived, about: "As derived, or as the authors' code.")
  }

  private static func usual(
    _ variant: Variant
  ) -> (policy: Double, label: Double, redrawn: Double) {
    switch variant {
    case .dp: return (0, 0.2, 0.4)
    case .pp: return (0.2, 0.2, 1)
    case .pr: return (0.3, 0, 0)
    }
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { beta }
  public var couplesPrompts: Bool {
    policyWeight > 0 && (baseline == .mean || form == .released)
  }

  public var isSurrogate: Bool { policyWeight > 0 || redrawn > 0 }

  public var options: [(name: String, value: String)] {
    [
      ("variant", variant.rawValue), ("beta", "\(beta)"), ("policy_weight", "\(policyWeight)"),
      ("label_weight", "\(labelWeight)"), ("redrawn", "\(redrawn)"),
      ("baseline", baseline.rawValue), ("form", form.rawValue),
    ]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let u = try beta * candidates.logRatioMargins()
    let (up, down) = (try u.logSigmoid(), try (-u).logSigmoid())
    let own = try u.detached().sigmoid()
    let given = try candidates.pairTargets(smoothing: 0)
    let q = try redrawn * own + (1 - redrawn) * given
    let log = try q * up + (1 - q) * down
    var losses = try -log
    if policyWeight > 0 {
      losses = try losses - policyWeight * distribution(log.detached(), candidates)
    }
    if labelWeight > 0, redrawn > 0 {
      let least = -1 / labelWeight
      let squares =
        try own * up.clamped(least, 0).squared()
        + (1 - own) * down.clamped(least, 0).squared()
      losses = try losses - (redrawn * labelWeight / 2) * squares
    }
    return try losses.filled(where: candidates.counted().not(), with: 0)
  }

  /// What c₂ weighs, for constant ℓ.
  private func distribution(
    _ log: Tensor, _ candidates: Candidates
  ) throws(TorchError) -> Tensor {
    let policy = try candidates.logProbabilities(.sum)
    let weight =
      baseline == .mean ? try log - candidates.mean(overPrompts: log) : log
    guard form == .released else { return try weight * policy.sum(1) }
    // A hook on the gradient: no value, and once for each pair of the step instead of their mean.
    let count = try candidates.counted().converted(to: policy.type).sum()
    let slope = try weight.unsqueezed(1) / policy.detached().clamped(-.infinity, -1e-6)
    return try count * (slope * (policy - policy.detached())).sum(1)
  }
}

extension SAIL {
  public static let card = MethodCard(
    summary:
      "DPO that accounts for how its own pairs and labels move with the policy.",
    formula:
      "-l - c2 sg(l) (log pi(c) + log pi(r)) - (c3 / 2) l^2, l = log s(beta (d_c - d_r))",
    paper:
      "Ding et al. 2024, SAIL",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability. With policy_weight the loss "
      + "reported is not what descends.")
}
