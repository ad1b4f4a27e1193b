import Foundation
import Runs
import Statistics

/// What is measured of one policy, from its rows and those of the reference.
struct PolicyMeasures {
  let findings: Findings
  let policy: EvaluatedPolicy
  let beta: Double?
  let rows: [PromptRows]
  /// Id and rows of the reference.
  let reference: (id: String, rows: [PromptRows])
  /// Rewards of the data's preferred completions, `[prompt][completion]`.
  let chosen: [[Double]]
  let scorer: String
  /// Nil where nothing ranks completions.
  let rewardName: String?
  let heldOutName: String?
  /// The reward is the log-odds of the wanted class.
  let rewardIsLogOdds: Bool

  private var isReference: Bool { policy.id == reference.id }

  var all: [Finding] {
    rewards + divergences + language + (isReference ? [] : comparisons) + implicit
  }

  /// The policy reads the reference's ids: what it samples has a probability under both.
  private var sharesTokens: Bool {
    rows.first?.samples.first?.referenceLogProbability != nil
  }

  /// Its next-token distributions were at hand, and not only what a server tells of its samples.
  private var isExact: Bool { rows.first?.samples.first?.entropy != nil }

  /// A mean over the samples whose probability is known would be another policy's.
  private var tellsAll: Bool {
    rows.allSatisfy { $0.samples.allSatisfy { $0.logProbability != nil } }
  }

  private func values(_ value: (SampleRow) -> Double) -> [[Double]] {
    rows.map { $0.samples.map(value) }
  }

  private func sums(_ value: (SampleRow) -> Double) -> [Double] {
    values(value).map { $0.reduce(0, +) }
  }

  private var tokenCounts: [Int] {
    rows.map { $0.samples.reduce(0) { $0 + $1.tokens.count } }
  }

  private var rewards: [Finding] {
    var found: [Finding] = []
    if let rewardName {
      found.append(
        findings.finding(
          .reward, values { $0.reward ?? .nan }, "mean of '\(rewardName)' over completions"))
    }
    if let heldOutName {
      found.append(
        findings.finding(
          .heldOutReward, values { $0.heldOutReward ?? .nan },
          "mean of '\(heldOutName)' over completions"))
    }
    if let rewardName, rewardIsLogOdds {
      found.append(
        findings.finding(
          .classifierAccuracy,
          values { $0.reward.flatMap { $0.isFinite ? $0 > 0 ? 1 : 0 : nil } ?? .nan },
          "share of completions with log-odds of '\(rewardName)' above 0"))
    }
    return found
  }

  private var divergences: [Finding] {
    let temperature = "both at temperature \(findings.settings.temperature)"
    guard isExact else { return sharesTokens && tellsAll ? estimates(temperature) : [] }
    let entropy = findings.quotient(
      .entropy, sums: sums { $0.entropy ?? .nan }, counts: tokenCounts,
      "exact entropy of the next-token distributions along sampled prefixes")
    guard sharesTokens else { return [entropy] }
    return [
      findings.finding(
        .kl, values { $0.divergence ?? .nan }, against: reference.id,
        "exact per token: the full next-token distributions along sampled prefixes, summed over a "
          + "completion up to its end token or the length limit, \(temperature)"),
      findings.quotient(
        .klPerToken, sums: sums { $0.divergence ?? .nan }, counts: tokenCounts,
        against: reference.id,
        "exact KL summed over completions, by their tokens"),
    ] + estimates(temperature) + [entropy]
  }

  /// Estimates from the probabilities of the samples alone.
  private func estimates(_ temperature: String) -> [Finding] {
    let whose = isExact ? "" : ", log π as the server tells it"
    return [
      findings.finding(
        .k1, values { KLEstimators.k1($0.logRatio ?? .nan) }, against: reference.id,
        "mean of log π − log π_ref of sampled completions, \(temperature)\(whose)"),
      findings.finding(
        .k3, values { KLEstimators.k3($0.logRatio ?? .nan) }, against: reference.id,
        "mean of r − 1 − log r with r = π_ref/π of whole completions, \(temperature)\(whose)"),
    ]
  }

  private var language: [Finding] {
    var found = [
      findings.finding(
        .length, values { Double($0.tokens.count) },
        "mean number of sampled tokens, end token included"),
      findings.finding(
        .truncated, values { $0.finished ? 0 : 1 },
        "share of completions without an end token within "
          + "\(findings.settings.maxTokens) tokens"),
    ]
    for size in 1...3 {
      let distinct = rows.map { prompt -> [Double] in
        let grams = prompt.samples.flatMap { Self.grams(size, of: $0.tokens) }
        return grams.isEmpty ? [] : [Double(Set(grams).count) / Double(grams.count)]
      }
      found.append(
        findings.finding(
          .distinct(size), distinct,
          "different by all \(size)-grams of tokens within the completions of a prompt, mean over "
            + "prompts"))
    }
    let tokens = rows.map { $0.samples.reduce(0) { $0 + $1.scorerTokens } }
    found.append(
      findings.quotient(
        .perplexity, sums: sums { -$0.scorerLogProbability }, counts: tokens, against: scorer,
        "exp of the mean negative log-probability per token of the sampled completions, scored by "
          + "'\(scorer)' at temperature 1"))
    return found
  }

  /// Runs of `size` tokens.
  static func grams(_ size: Int, of tokens: [Int]) -> [ArraySlice<Int>] {
    guard tokens.count >= size else { return [] }
    return (0...tokens.count - size).map { tokens[$0..<$0 + size] }
  }

  private var comparisons: [Finding] {
    guard let rewardName else { return [] }
    let ours = values { $0.reward ?? .nan }
    let theirs = reference.rows.map { $0.samples.map { $0.reward ?? .nan } }
    var found = [
      findings.winRate(
        [ours], [theirs], against: reference.id, areCoupled: true, "wins by '\(rewardName)'")
    ]
    if chosen.contains(where: { !$0.isEmpty }) {
      found.append(
        findings.winRate(
          [ours], [chosen], against: "chosen",
          "wins by '\(rewardName)' against the data's preferred completions"))
    }
    let differences = zip(ours, theirs).map { our, their -> [Double] in
      guard let first = Sample.mean(our.filter(\.isFinite)),
        let second = Sample.mean(their.filter(\.isFinite))
      else { return [] }
      return [first - second]
    }
    found.append(
      findings.finding(
        .promptsWorse, differences.map { $0.map { $0 < 0 ? 1 : 0 } }, against: reference.id,
        "share of prompts whose mean reward over \(findings.settings.samples) completions is below "
          + "the reference's; equal policies reach about one half by chance"))
    var difference = findings.finding(
      .rewardDifference, differences, against: reference.id,
      "mean over prompts of the difference in mean reward")
    // A test of every checkpoint along training would be of no use to anyone.
    if policy.isFinal { difference.remark = findings.test([differences]) }
    found.append(difference)
    if let gap { found.append(gap) }
    return found
  }

  /// How much more was gained by the reward that methods may have been trained on than by the one
  /// that none was, each in standard deviations of the reference's completions.
  ///
  /// Source: Gao et al. 2023, "Scaling laws for reward model overoptimization", the gap between proxy
  /// and gold reward.
  /// Differs: both are standardised, because two reward models have no common scale.
  private var gap: Finding? {
    guard let rewardName, let heldOutName else { return nil }
    func gains(_ value: (SampleRow) -> Double) -> [Double?] {
      let theirs = reference.rows.map { $0.samples.map(value).filter(\.isFinite) }
      guard let variance = Sample.variance(theirs.flatMap { $0 }), variance > 0 else { return [] }
      return zip(rows, theirs).map { row, theirs in
        guard let ours = Sample.mean(row.samples.map(value).filter(\.isFinite)),
          let before = Sample.mean(theirs)
        else { return nil }
        return (ours - before) / variance.squareRoot()
      }
    }
    let pairs = Array(zip(gains { $0.reward ?? .nan }, gains { $0.heldOutReward ?? .nan }))
    guard !pairs.isEmpty else { return nil }
    return findings.finding(
      .rewardGap, pairs.map { trained, heldOut in [(trained ?? .nan) - (heldOut ?? .nan)] },
      against: reference.id,
      "gain in '\(rewardName)' less gain in '\(heldOutName)', per prompt, each in standard "
        + "deviations of the reference's completions")
  }

  private var implicit: [Finding] {
    guard !isReference, rows.contains(where: { !$0.pairs.isEmpty }) else { return [] }
    let margins = rows.map { $0.pairs.map(\.logRatioMargin) }
    var found = [
      findings.finding(
        .preferenceAccuracy, margins.map { $0.map { $0 > 0 ? 1 : $0 == 0 ? 0.5 : 0 } },
        against: reference.id,
        "share of labelled pairs whose chosen completion has the larger log π/π_ref, ties one half")
    ]
    for (measure, side) in [
      (.chosenLogRatio, { $0.chosen - $0.referenceChosen }),
      (.rejectedLogRatio, { $0.rejected - $0.referenceRejected }),
    ] as [(Measure, (PairRow) -> Double)] {
      found.append(
        findings.finding(
          measure, rows.map { $0.pairs.map(side) }, against: reference.id,
          "mean change of log π(y|x) from the reference's, of labelled pairs' "
            + (measure == .chosenLogRatio ? "chosen" : "rejected") + " completions"))
    }
    if let beta {
      found.append(
        findings.finding(
          .rewardMargin, margins.map { $0.map { beta * $0 } }, against: reference.id,
          "mean of β log π/π_ref of chosen minus rejected completions, β = \(beta)"))
    }
    return found
  }
}
