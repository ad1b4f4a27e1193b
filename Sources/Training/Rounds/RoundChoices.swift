import Recipe

/// Where a method of alignment in rounds stands on each axis.
public struct RoundChoices: Equatable, Sendable {
  /// Which candidates a round looks at.
  public enum Source: String, CaseIterable, Sendable {
    /// K samples of every prompt.
    case drawn
    /// The data's demonstration of a prompt, and K samples.
    case demonstrations
    /// The data's candidates for a prompt, and K samples.
    case dataAndDrawn = "data-and-drawn"
    /// The data's pairs; of some prompts two samples instead, where the labels judge samples.
    case data
  }

  /// What says how good a candidate is.
  public enum Labels: String, CaseIterable, Sendable {
    /// The demonstration wins.
    case demonstration
    /// The data's own order.
    case data
    /// The data's pairs, turned round with the probability that the policy itself would do so.
    case redrawn
    /// The policy's own implicit reward, its scaled log-ratio to the reference.
    case implicit
    case reward
    /// A reward model, fitted anew in every round to tell demonstrations from samples.
    case refit
    /// A pairwise preference.
    case oracle

    /// Whether samples get a number or a comparison each.
    var judgesSamples: Bool { ![.demonstration, .data, .redrawn].contains(self) }

    /// Whether they come from outside: a reward model that the rounds fit themselves is no oracle.
    var asksOracle: Bool { self == .reward || self == .oracle }
  }

  /// The frozen policy that log-ratios are taken against.
  public enum Anchor: String, CaseIterable, Sendable {
    case initial
    /// The policy at the beginning of the round.
    case previous
    /// The initial policy as reference, and the previous one beside it.
    case both
    /// A moving average of the policies of all rounds.
    case ema
    case none
  }

  /// What happens to the optimiser's moments and to the learning rate between rounds.
  public enum Optimiser: String, CaseIterable, Sendable {
    /// Every round is a training of its own.
    case fresh
    /// All rounds are one training.
    case continued
  }

  /// Whose samples the candidates are.
  public enum Drawer: String, CaseIterable, Sendable {
    /// The policy at the beginning of the round.
    case previous
    case initial
  }

  public let source: Source
  public let labels: Labels
  public let anchor: Anchor
  public let optimiser: Optimiser
  public let drawer: Drawer

  init(from section: Section) {
    source = section.choice("source", about: "Which candidates a round looks at.")
    labels = section.choice("labels", about: "What says how good a candidate is.")
    anchor = section.choice("anchor", about: "The frozen policy that log-ratios are taken against.")
    optimiser = section.choice(
      "optimiser", about: "Whether every round is a training of its own, or all rounds are one.")
    let draws = source != .data || labels.judgesSamples
    drawer =
      draws
      ? section.choice("drawn_from", default: .previous, about: "Whose samples the candidates are.")
      : .previous
  }

  /// Whether candidates are sampled at all.
  public var draws: Bool { source != .data || labels.judgesSamples }
}
