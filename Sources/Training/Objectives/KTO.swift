import Recipe
import Torch

/// Kahneman–Tversky optimisation: learns from single completions, each labelled desirable or not.
///
/// λ_D (1 − σ(β (d − z₀))) for a desirable completion, λ_U (1 − σ(β (z₀ − d))) for another, where
/// z₀ = max(0, mean log-ratio of the step's mismatched completions) estimates the KL from the reference
/// and is held constant. Each loss is bounded, so a completion ranked far wrong is given up.
///
/// Source: Ethayarajh et al. 2024, "KTO: Model alignment as prospect theoretic optimization",
/// equation 8.
/// Differs: a mismatch is the completion of the next row of the data that has another prompt, after this
/// row's prompt, arranged before training as in TRL; the authors' code turns the rows of a step by one.
public struct KTO: Objective {
  public static let name = "kto"
  public static let title = "KTO"

  /// Scale β of the log-ratios. 0.1 as the authors.
  public let beta: Double
  /// λ_D. 1 as the authors, who want λ_D n_D / (λ_U n_U) between 1 and 4/3.
  public let desirableWeight: Double
  /// λ_U. 1 as the authors.
  public let undesirableWeight: Double

  public init(
    beta: Double = 0.1, desirableWeight: Double = 1, undesirableWeight: Double = 1
  ) {
    self.beta = beta
    self.desirableWeight = desirableWeight
    self.undesirableWeight = undesirableWeight
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.1, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer.")
    desirableWeight = section.double(
      "desirable_weight", default: 1, above: 0,
      about: "Weight of desirable completions; raise it where they are few.")
    undesirableWeight = section.double(
      "undesirable_weight", default: 1, above: 0, about: "Weight of undesirable completions.")
  }

  public var needs: ObjectiveNeeds { [.labels, .reference, .mismatches] }
  public var smallestGroup: Int { 1 }
  public var couplesPrompts: Bool { true }
  public var rewardScale: Double { beta }

  public var options: [(name: String, value: String)] {
    [
      ("beta", "\(beta)"), ("desirable_weight", "\(desirableWeight)"),
      ("undesirable_weight", "\(undesirableWeight)"),
    ]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let isDesirable = try KTO.labels(candidates)
    let distance = try beta * (candidates.logRatios().column(0) - KTO.divergence(candidates))
    // 1 − σ(x) = σ(−x).
    let losses = try (desirableWeight * (-distance).sigmoid())
      .selected(where: isDesirable, else: undesirableWeight * distance.sigmoid())
    return try losses.filled(where: candidates.valid.column(0).not(), with: 0)
  }

  public func monitors(_ candidates: Candidates) throws(TorchError) -> [Monitor] {
    let present = try candidates.valid.column(0)
    let isDesirable = try KTO.labels(candidates)
    let desired = try isDesirable.and(present)
    let undesired = try isDesirable.not().and(present)
    let rewards = try beta * candidates.logRatios().column(0)
    let log = try candidates.logProbabilities(.sum).column(0)
    let divergence = try KTO.divergence(candidates) + Tensor.zeros(log.sizes, type: log.type)
    return [
      Monitor("rewards/chosen", rewards, counted: desired),
      Monitor("rewards/rejected", rewards, counted: undesired),
      Monitor("logps/chosen", log, counted: desired),
      Monitor("logps/rejected", log, counted: undesired),
      Monitor("kl", divergence, counted: present),
    ]
  }

  /// z₀, a scalar.
  private static func divergence(_ candidates: Candidates) throws(TorchError) -> Tensor {
    guard let mismatched = candidates.mismatched else {
      throw Candidates.missing(
        "mismatched completions", "score for each row a completion of another prompt")
    }
    return try mismatched.mean().clamped(0, .infinity)
  }

  /// `[prompt]`.
  private static func labels(_ candidates: Candidates) throws(TorchError) -> Tensor {
    guard let isDesirable = candidates.isDesirable else {
      throw Candidates.missing("labels", "say of each completion whether it is desirable")
    }
    guard isDesirable.sizes[1] == 1 else {
      throw .shape(
        operation: "labelled completions", expected: "[prompt, candidate 1]",
        found: isDesirable.sizes)
    }
    return try isDesirable.column(0)
  }
}

extension KTO {
  public static let card = MethodCard(
    summary:
      "Learns from single completions, each labelled desirable or not.",
    formula:
      "l_D (1 - s(beta (d - z0))) or l_U (1 - s(beta (z0 - d))), z0 the step's estimated KL",
    paper:
      "Ethayarajh et al. 2024, KTO, eq. 8",
    watch:
      "rewards/chosen rises above rewards/rejected; kl is z0 and must not run away.")
}
