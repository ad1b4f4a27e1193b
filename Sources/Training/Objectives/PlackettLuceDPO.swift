import Recipe
import Torch

/// DPO over a ranking of K candidates: each is to be chosen before all that rank below it.
///
/// With s = β d, the loss is −Σ_k log(e^{s_k} / Σ_{j ranked at or below k} e^{s_j}); the last position
/// adds nothing. Rewards are read for their order alone. Two candidates make it DPO.
///
/// Ties: a ranking has none, so groups with equal rewards are refused; with `ties: average` the loss is
/// the mean over the orders that the tied candidates can have.
///
/// Source: Rafailov et al. 2023, "Direct preference optimization", appendix A.3.
/// Differs: the sum over positions as there; `per_position` divides it by K − 1, for groups of
/// different sizes. `top` keeps the first positions alone; 1 is cross-entropy to the best candidate.
public struct PlackettLuceDPO: Objective {
  public enum Ties: String, CaseIterable, Sendable {
    case refuse, average
  }

  public static let name = "pl-dpo"
  public static let title = "PL-DPO"
  /// 5 candidates in one tie; each order is another pass over the scores.
  static let mostOrders = 120

  /// KL strength β. 0.1 as in DPO.
  public let beta: Double
  public let ties: Ties
  /// Whether the sum is divided by the number of positions.
  public let isPerPosition: Bool
  /// Positions that count, from the first; nil for all.
  public let top: Int?

  public init(
    beta: Double = 0.1, ties: Ties = .refuse, isPerPosition: Bool = false, top: Int? = nil
  ) {
    self.beta = beta
    self.ties = ties
    self.isPerPosition = isPerPosition
    self.top = top
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.1, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer.")
    ties = section.choice(
      "ties", default: .refuse,
      about: "Whether equal rewards are refused or averaged over their orders.")
    isPerPosition = section.bool(
      "per_position", default: false, about: "Divides by K - 1, for groups of different sizes.")
    top = section.optionalInt("top", in: 1...4096, about: "Keeps the first positions alone.")
  }

  public var needs: ObjectiveNeeds { [.rewards, .reference] }
  public var rewardScale: Double { beta }

  public var options: [(name: String, value: String)] {
    [("beta", "\(beta)"), ("ties", ties.rawValue), ("per_position", "\(isPerPosition)")]
      + (top.map { [("top", "\($0)")] } ?? [])
  }

  public func objection(to rewards: [Double]) -> String? {
    let orders = Ranking.orderCount(of: rewards)
    switch ties {
    case .refuse where orders > 1:
      return "pl-dpo needs a ranking, and rewards are equal; remove the ties or set ties: average"
    case .average where orders > PlackettLuceDPO.mostOrders:
      return
        "pl-dpo averages over at most \(PlackettLuceDPO.mostOrders) orders of tied rewards, and "
        + "there are \(orders); remove some of the ties"
    default: return nil
    }
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let lists = try candidates.rewardLists()
    for (prompt, rewards) in lists.enumerated() {
      if let objection = objection(to: rewards) {
        throw .failed(operation: "pl-dpo loss", reason: "prompt \(prompt): \(objection)")
      }
    }
    let scores = try beta * candidates.logRatios()
    let rankings = try Ranking.ranks(of: candidates, lists)
    var losses = try loss(scores, ranks: rankings[0].ranks, candidates) * rankings[0].weight
    for ranking in rankings.dropFirst() {
      losses = try losses + loss(scores, ranks: ranking.ranks, candidates) * ranking.weight
    }
    if isPerPosition {
      let count = try candidates.valid.converted(to: losses.type).sum(1)
      losses = try losses / (count - 1).clamped(1, .infinity)
    }
    return losses
  }

  /// - Parameter ranks: 0 for the best, without ties among valid candidates; `[prompt, candidate]`.
  private func loss(
    _ scores: Tensor, ranks: Tensor, _ candidates: Candidates
  ) throws(TorchError) -> Tensor {
    let valid = candidates.valid
    let isAhead = try ((ranks.unsqueezed(1) - ranks.unsqueezed(2)) .> 0)
      .and(valid.unsqueezed(2)).and(valid.unsqueezed(1))
    let others = try scores.unsqueezed(1).expanded(isAhead.sizes)
    let terms = try candidates.logSum(scores, with: others, where: isAhead) - scores
    guard let top else { return try terms.sum(1) }
    let isLow = try ranks .> (Double(top) - 0.5)
    return try terms.filled(where: isLow, with: 0).sum(1)
  }
}

extension PlackettLuceDPO {
  public static let card = MethodCard(
    summary:
      "DPO over a ranking: each of K candidates is chosen before all that rank below it.",
    formula:
      "-sum_k log(e^s_k / sum_(j at or below k) e^s_j), s = beta d",
    paper:
      "Rafailov et al. 2023, Direct preference optimization, appendix A.3",
    watch:
      "rewards/accuracies rise towards the order of the rewards; kl grows slowly; losses of "
      + "different K do not compare.")
}
