import Recipe
import Torch

/// Alignment via optimal transport: the distribution of margins over the step, not each pair, is to
/// lie above what it is compared with.
///
/// Two lists over the step's pairs are sorted, each by itself, and compared rank by rank: with x and y
/// of equal rank the loss is −log σ(β (x − y)). With `pairing: paired` x is the margin
/// log π(chosen) − log π(rejected) and y that of the reference; with `unpaired` x is d of the chosen and
/// y d of the rejected candidates. The gradient goes through the order that the sorting found; ties are
/// broken by place. A step is one sample of a distribution, so larger ones say more.
///
/// Source: Melnyk et al. 2024, "Distributional preference alignment of LLMs via optimal transport".
/// Differs: the names say what is sorted; TRL's `aot` has meant either. A soft label below ½ turns its
/// pair round, and the other one mixes both logistic terms as smoothing does.
public struct AOT: Objective {
  public enum Pairing: String, CaseIterable, Sendable {
    case paired, unpaired
  }

  public static let name = "aot"
  public static let title = "AOT"

  /// Paired by default, as the data are.
  public let pairing: Pairing
  /// Scale β of the log-ratios. 0.01 as TRL's documentation quotes for the paper.
  public let beta: Double
  /// Probability ε that a label is wrong.
  public let labelSmoothing: Double

  public init(pairing: Pairing = .paired, beta: Double = 0.01, labelSmoothing: Double = 0) {
    self.pairing = pairing
    self.beta = beta
    self.labelSmoothing = labelSmoothing
  }

  public init(from section: Section) {
    pairing = section.choice(
      "pairing", default: .paired,
      about: "What is sorted: margins against the reference's, or chosen against rejected.")
    beta = section.double(
      "beta", default: 0.01, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer.")
    labelSmoothing = section.double(
      "label_smoothing", default: 0, atLeast: 0, below: 0.5,
      about: "Share of labels taken for flipped.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var couplesPrompts: Bool { true }
  public var rewardScale: Double { beta }

  public var options: [(name: String, value: String)] {
    [
      ("pairing", pairing.rawValue), ("beta", "\(beta)"),
      ("label_smoothing", "\(labelSmoothing)"),
    ]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    try candidates.checkPairs()
    let target = try candidates.pairTargets(smoothing: labelSmoothing)
    let isTurned = try target .< 0.5
    func oriented(_ values: Tensor) throws(TorchError) -> (chosen: Tensor, rejected: Tensor) {
      let (first, second) = (try values.column(0), try values.column(1))
      return (
        try second.selected(where: isTurned, else: first),
        try first.selected(where: isTurned, else: second)
      )
    }
    let (x, y): (Tensor, Tensor)
    switch pairing {
    case .unpaired:
      (x, y) = try oriented(candidates.logRatios())
    case .paired:
      let absent = try candidates.valid.not()
      let policy = try oriented(candidates.logProbabilities(.sum))
      let reference = try oriented(
        candidates.logProbabilities(of: .reference).filled(where: absent, with: 0))
      (x, y) = (try policy.chosen - policy.rejected, try reference.chosen - reference.rejected)
    }
    let absent = try candidates.counted().not()
    let u = try beta * (x - AOT.ofEqualRank(y, as: x, absent))
    let q = try (1 - target).selected(where: isTurned, else: target)
    let losses = try -(q * u.logSigmoid() + (1 - q) * (-u).logSigmoid())
    return try losses.filled(where: absent, with: 0)
  }

  /// For each element of `others` the element of `values` that has the same rank; `[prompt]`. Absent
  /// prompts rank last in both.
  private static func ofEqualRank(
    _ values: Tensor, as others: Tensor, _ absent: Tensor
  ) throws(TorchError) -> Tensor {
    func order(_ list: Tensor) throws(TorchError) -> Tensor {
      try list.detached().filled(where: absent, with: .infinity).argsort(0)
    }
    return try values.select(0, order(values)).select(0, order(others).argsort(0))
  }
}

extension AOT {
  public static let card = MethodCard(
    summary:
      "Puts the distribution of margins over the step above the reference's, rank by rank.",
    formula:
      "-log s(beta (x - y)) over the sorted lists x and y of the step",
    paper:
      "Melnyk et al. 2024, Distributional preference alignment",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability. Larger steps say more.")
}
