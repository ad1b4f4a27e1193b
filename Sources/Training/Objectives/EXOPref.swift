import Recipe
import Torch

/// Exact optimisation from labelled pairs: the reverse KL from the policy's preference between the
/// two candidates to the smoothed label.
///
/// u = β_π (d_chosen − d_rejected); the loss is KL((σ(u), σ(−u)) ∥ (q, 1 − q)) with q = 1 − ε, or
/// the candidates' ``Candidates/preference`` smoothed by ε. Its slope in u is
/// σ(u) σ(−u) (u − log(q / (1 − q))): margins beyond log((1 − ε) / ε) are pushed back, and pairs
/// with u far below 0 are in effect given up; their share is reported.
///
/// Source: Ji et al. 2024, "Towards efficient exact optimization of language model alignment",
/// equations 16–18.
/// Differs: ε is the label's smoothing as in the paper; the authors' code fixes the log-targets to
/// 0 and −10 instead.
public struct EXOPref: Objective {
  public static let name = "exo-pref"
  public static let title = "EXO-pref"

  /// Inverse temperature β_π of the log-ratios. 0.1 is what the authors' scripts use for film
  /// reviews (0.5 elsewhere), and equals DPO-pref's β, so that the two compare at one scale.
  public let betaPi: Double
  /// Smoothing ε of the label, as in the paper. At 0 the loss would be infinite.
  public let labelSmoothing: Double

  public init(betaPi: Double = 0.1, labelSmoothing: Double = 1e-3) {
    self.betaPi = betaPi
    self.labelSmoothing = labelSmoothing
  }

  public init(from section: Section) {
    betaPi = section.double(
      "beta_pi", default: 0.1, above: 0,
      about: "Inverse temperature of the log-ratios; 0.1 as the authors for film reviews.")
    labelSmoothing = section.double(
      "label_smoothing", default: 1e-3, above: 0, below: 0.5,
      about: "Smoothing of the label; at 0 the loss would be infinite.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { betaPi }
  /// σ(−8) is 3e-4: a pair below it moves thousands of times slower than one at 0.
  public var lostBelow: Double? { -8 }

  public var options: [(name: String, value: String)] {
    [("beta_pi", "\(betaPi)"), ("label_smoothing", "\(labelSmoothing)")]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let u = try betaPi * candidates.logRatioMargins()
    let target = try candidates.logPairTargets(smoothing: labelSmoothing)
    let (logP, logOther) = (try u.logSigmoid(), try (-u).logSigmoid())
    let losses =
      try logP.exp() * (logP - target.chosen) + logOther.exp()
      * (logOther - target.rejected)
    return try losses.filled(where: candidates.counted().not(), with: 0)
  }
}

extension EXOPref {
  public static let card = MethodCard(
    summary:
      "Fits the policy's preference between two candidates to the smoothed label, by the "
      + "reverse KL: mode-seeking.",
    formula:
      "KL((s(u), s(-u)) || (1 - e, e)), u = beta_pi (d_chosen - d_rejected), s the sigmoid",
    paper:
      "Ji et al. 2024, Towards efficient exact optimization, eq. 16-18",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability. share_lost: pairs ranked so wrong "
      + "that they are given up.")
}
