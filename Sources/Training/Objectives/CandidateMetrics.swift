import Torch

/// What training prints about a batch of candidates, under TRL's names, so that curves overlay.
///
/// Each prompt gives a chosen and a rejected candidate: of labelled pairs the one that the label
/// prefers and the other, of groups with rewards the first of the highest and the first of the
/// lowest reward. Prompts that prefer none (equal rewards, a preference of exactly ½, fewer than
/// two valid candidates) are not counted here, whatever their loss.
///
/// Sums and counts, so that the parts of a step add up to the same numbers as the whole.
public struct CandidateMetrics: Equatable, Sendable {
  /// Prompts counted.
  public private(set) var count = 0
  private var chosenReward = 0.0
  private var rejectedReward = 0.0
  private var accurate = 0.0
  private var lost = 0.0
  private var chosenLog = 0.0
  private var rejectedLog = 0.0
  private var hasRatios = false
  private var hasLost = false

  /// Of no candidates at all.
  public init() {}

  /// Measures a batch before its step; no gradient is recorded.
  public init(_ candidates: Candidates, of objective: some Objective) throws(TorchError) {
    let (prompts, width) = try candidates.policy.sizes("prompt", "candidate")
    let policy: [Double] = try candidates.policy.values()
    let valid: [Bool] = try candidates.valid.values()
    let anchor = try CandidateMetrics.anchor(candidates, objective)
    let reference: [Double]? = try anchor?.values()
    let scores = try CandidateMetrics.scores(candidates, objective)
    hasRatios = reference != nil
    hasLost = reference != nil && objective.lostBelow != nil
    for prompt in 0..<prompts {
      let present = (prompt * width..<(prompt + 1) * width).filter { valid[$0] }
      guard var chosen = present.first, var rejected = present.first else { continue }
      for place in present {
        if scores[place] > scores[chosen] { chosen = place }
        if scores[place] < scores[rejected] { rejected = place }
      }
      guard chosen != rejected else { continue }
      count += 1
      chosenLog += policy[chosen]
      rejectedLog += policy[rejected]
      guard let reference else { continue }
      let up = objective.rewardScale * (policy[chosen] - reference[chosen])
      let down = objective.rewardScale * (policy[rejected] - reference[rejected])
      chosenReward += up
      rejectedReward += down
      accurate += up > down ? 1 : up == down ? 0.5 : 0
      if let limit = objective.lostBelow, up - down < limit { lost += 1 }
    }
  }

  /// Log-probabilities of what implicit rewards are taken against: the reference, or the previous
  /// policy for an objective that knows that alone.
  private static func anchor(
    _ candidates: Candidates, _ objective: some Objective
  ) throws(TorchError) -> Tensor? {
    let needs = objective.needs
    if needs.contains(.previous), !needs.contains(.reference) { return candidates.previous }
    return candidates.reference
  }

  /// By what candidates are called chosen or rejected, one number for each place.
  private static func scores(
    _ candidates: Candidates, _ objective: some Objective
  ) throws(TorchError) -> [Double] {
    if objective.needs.contains(.rewards) {
      let rewards: [Double] = try candidates.givenRewards().values()
      return rewards
    }
    if objective.needs.contains(.winRates) {
      let rates: [Double] = try candidates.givenWinRates().values()
      return rates
    }
    let (prompts, width) = try candidates.policy.sizes("prompt", "candidate")
    let preference: [Double] =
      try candidates.preference?.values() ?? [Double](repeating: 1, count: prompts)
    return preference.flatMap { first in
      (0..<width).map { $0 == 0 ? first : 1 - first }
    }
  }

  /// Takes in the metrics of another part of the same step.
  public mutating func add(_ other: CandidateMetrics) {
    count += other.count
    chosenReward += other.chosenReward
    rejectedReward += other.rejectedReward
    accurate += other.accurate
    lost += other.lost
    chosenLog += other.chosenLog
    rejectedLog += other.rejectedLog
    hasRatios = hasRatios || other.hasRatios
    hasLost = hasLost || other.hasLost
  }

  /// Means over the counted prompts; none where nothing was counted.
  ///
  /// `rewards/…` are implicit rewards β d in nats; `rewards/accuracies` counts ties ½;
  /// `logps/…` are summed log-probabilities; `share_lost` is the part of the pairs whose margin is
  /// below ``Objective/lostBelow``. Without a reference only `logps/…` are given.
  public var values: [(name: String, value: Double)] {
    guard count > 0 else { return [] }
    let total = Double(count)
    var values: [(name: String, value: Double)] = []
    if hasRatios {
      values = [
        ("rewards/chosen", chosenReward / total), ("rewards/rejected", rejectedReward / total),
        ("rewards/margins", (chosenReward - rejectedReward) / total),
        ("rewards/accuracies", accurate / total),
      ]
    }
    values += [("logps/chosen", chosenLog / total), ("logps/rejected", rejectedLog / total)]
    if hasLost { values.append(("share_lost", lost / total)) }
    return values
  }
}
