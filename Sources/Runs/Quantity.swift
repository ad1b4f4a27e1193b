/// Something that a report shows, for whoever asks what it is: the measures of checkpoints, and what
/// stands beside them.
public struct Quantity: Sendable, Equatable, Encodable {
  public let name: String
  public let title: String
  public let unit: String
  public let direction: String
  public let definition: String
  /// How its interval is made.
  public let interval: String
  public let source: String

  init(
    _ name: String, _ title: String, unit: String = "", _ direction: Direction = .neutral,
    definition: String, interval: String, source: String = ""
  ) {
    self.name = name
    self.title = title
    self.unit = unit
    self.direction = direction.rawValue
    self.definition = definition
    self.interval = interval
    self.source = source
  }

  /// A measure, with the interval that suits its kind.
  init(_ measure: Measure) {
    let interval =
      switch measure.kind {
      case .real: "Student's t over prompts, no narrower than bootstrap-t where skewed"
      case .share: "exact: Clopper and Pearson, Gaffke's bound for shares of a prompt"
      case .nonnegative: "Student's t on the logarithm"
      case .exponential: "Student's t on the exponent, linearised"
      }
    self.init(
      measure.name, measure.title, unit: measure.unit, measure.direction,
      definition: measure.definition, interval: interval, source: measure.source)
  }

  /// In the order of a report.
  public static let all: [Quantity] = Measure.known.map(Quantity.init) + beside

  private static let beside: [Quantity] = [
    Quantity(
      "best_of_n", "Best of n", .higher,
      definition:
        "Reward, win rate and KL of the best of n reference samples, without bias from one "
        + "pool, beside the bound log n − (n − 1)/n.",
      interval: "that of a mean, of a share, of a logarithm",
      source: "Beirami et al. 2024 for the bound"),
    Quantity(
      "density_ratio", "Density ratios",
      definition:
        "π/π_ref along log π_ref, of each policy and of the optimal policy; effective sample "
        + "size, log Z, and both divergences to the optimal policy.",
      interval:
        "bootstrap of both samples, pointwise; none where the draws are worth fewer than 100",
      source: "Ji et al. 2024, figure; Veach and Guibas 1995"),
    Quantity(
      "over_optimisation", "Over-optimisation", unit: "nats",
      definition:
        "The KL at which a held-out reward turns while the training's still rises, from a fit "
        + "by √KL·(α − β·√KL), or that it does not in the range reached.",
      interval: "where the slope is told from 0 over prompts and seeds (Fieller)",
      source: "Gao et al. 2023"),
    Quantity(
      "equal_kl", "Equal terms", .higher,
      definition: "Reward of each method's chosen setting at a largest KL, measured with seeds and "
        + "prompts that did not choose.",
      interval: "that of a mean, over seeds and prompts"),
    Quantity(
      "judged_win_rate", "Judged win rate", unit: "share", .higher,
      definition: "Share of prompts on which a judge prefers the policy, both orders asked, "
        + "disagreement a tie; beside it the rate at equal length.",
      interval: "exact over prompts; corrected by people's labels where there are some",
      source: "Dubois et al. 2024 for equal length"),
    Quantity(
      "exam_score", "Examination", unit: "share", .higher,
      definition: "Share of right answers, and the difference to the reference item by item.",
      interval:
        "exact over items; the difference by McNemar's exact test, or sign flips where answers are no 0 and 1"
    ),
    Quantity(
      "cost", "Cost", unit: "seconds, tokens, oracle calls", .lower,
      definition: "Wall time, tokens trained and generated, rewards and comparisons asked, highest "
        + "memory, of each phase.",
      interval: "none: it is counted"),
  ]
}
