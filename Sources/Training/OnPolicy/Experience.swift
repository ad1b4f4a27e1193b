import Policy
import Torch

/// A rollout as it was drawn: prompts, completions, and the numbers taken of them.
struct Experience {
  let prompts: [PromptSettings.Prompt]
  /// The same number for every prompt.
  let completions: [[Completion]]
  /// As the reward gave them, completion after completion; empty without one.
  let rewards: [Double]
  /// After ``ScoreSettings``.
  let scores: [Double]
  /// Completion after completion.
  let episodes: [Episode]
  /// Places of the episodes that an oracle had no answer to; nothing is learnt from them.
  var unanswered: Set<Int> = []

  var samples: Int { completions.first?.count ?? 0 }

  /// The tokens of some prompts' completions, as models are asked to predict them.
  func targets(of part: [Int], _ model: Decoder) throws -> Targets {
    try Targets.completions(
      part.map { completions[$0].map(\.tokens) }, of: part.map { prompts[$0].tokens },
      positions: model.configuration.positions, on: model.device)
  }

  /// log π of each token of some prompts' completions as the sampler recorded it, `[sample][time]`.
  func recorded(of part: [Int]) -> [[Double]] {
    part.flatMap { completions[$0].map(\.logProbabilities) }
  }

  /// The completions of some prompts among all, one after the other.
  func members(of part: [Int]) -> [Int] {
    part.flatMap { $0 * samples..<($0 + 1) * samples }
  }

  /// Tokens that a model reads for some prompts and their completions.
  func tokens(of part: [Int]) -> Int {
    part.reduce(0) { sum, prompt in
      sum + prompts[prompt].tokens.count + completions[prompt].reduce(0) { $0 + $1.tokens.count }
    }
  }

  /// What a rollout is about before any update, under TRL's names.
  ///
  /// `objective/kl` is k1 of whole completions, `objective/entropy` −log π of them, both in nats;
  /// `objective/scores` are rewards after ``ScoreSettings``, `objective/rlhf_reward` less β times the
  /// divergence; `sampling/…` is by how much sampler and scorer differ on whole completions.
  func metrics(kl: Double, credits: [Credit], hasOpponent: Bool) -> [String: Double] {
    let count = Double(episodes.count)
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / count }
    let all = completions.flatMap { $0 }
    let divergence = mean(episodes.map(\.logRatio))
    let differences = zip(all, episodes).map { abs($0.logProbability - $1.old.reduce(0, +)) }
    var metrics = [
      "objective/kl": divergence,
      "objective/entropy": -mean(episodes.map { $0.old.reduce(0, +) }),
      "objective/non_score_reward": -kl * divergence, "objective/kl_coef": kl,
      "completions/mean_length": mean(all.map { Double($0.tokens.count) }),
      "completions/clipped_ratio": mean(all.map { $0.isFinished ? 0 : 1 }),
      "sampling/sampling_logp_difference/mean": mean(differences),
      "sampling/sampling_logp_difference/max": differences.max() ?? 0,
    ]
    if !rewards.isEmpty {
      metrics["reward"] = mean(rewards)
      metrics["objective/scores"] = mean(scores)
      metrics["objective/rlhf_reward"] = mean(scores) - kl * divergence
    }
    if hasOpponent {
      let answered = episodes.indices.filter { !unanswered.contains($0) }
      if !answered.isEmpty {
        metrics["objective/preference"] =
          answered.reduce(0) { $0 + episodes[$1].reward } / Double(answered.count)
      }
      if !unanswered.isEmpty { metrics["objective/unanswered"] = Double(unanswered.count) }
    }
    if samples > 1, !rewards.isEmpty {
      let groups = stride(from: 0, to: rewards.count, by: samples)
      let equal = groups.filter { start in
        scores[start..<start + samples].allSatisfy { $0 == scores[start] }
      }
      metrics["frac_reward_zero_std"] = Double(equal.count) * Double(samples) / count
    }
    if let explained = explainedVariance(credits) {
      metrics["val/explained_variance"] = explained
    }
    return metrics
  }

  /// 1 − Var(G − V) / Var(G) over all tokens; nil without a critic or where returns do not vary.
  private func explainedVariance(_ credits: [Credit]) -> Double? {
    let returns = credits.flatMap(\.returns)
    let values = episodes.flatMap(\.values)
    guard !returns.isEmpty, returns.count == values.count else { return nil }
    func variance(_ numbers: [Double]) -> Double {
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      return numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    }
    let whole = variance(returns)
    return whole > 0 ? 1 - variance(zip(returns, values).map { $0 - $1 }) / whole : nil
  }
}
