import Policy
import Runs
import Statistics

/// Best-of-n sampling from the reference: one pool of completions for each prompt, from which every
/// n is estimated without bias.
struct BestOfWork {
  /// The pool of one prompt.
  struct Pool: Codable, Equatable {
    var prompt: String
    var rewards: [Double]
    /// log π_ref of each completion, summed, in nats.
    var logProbabilities: [Double]
    /// The text that has the highest reward among the first n of the pool, by n; nil where none is kept.
    var best: [String: String]?
  }

  struct Chunk: Codable, Equatable {
    var pools: [Pool]
  }

  let settings: EvaluationSettings
  let prompts: [EvaluationPrompt]
  let reference: LanguageModel
  let reward: RewardCalls
  /// What the reference wrote, with its rewards, for each of the prompts.
  let samples: [PromptRows]

  /// Of the journal: one that holds texts has a name of its own, by which a capsule leaves it out.
  static func name(keeping bests: [Int]) -> String {
    bests.isEmpty ? "best-of" : "best-of-texts"
  }

  /// So many prompts that about as many completions are drawn at a time as in sampling.
  static func batch(_ settings: EvaluationSettings) -> Int {
    max(1, settings.batch * settings.samples / settings.bestOfPool)
  }

  func chunk(_ index: Int, _ meter: inout CostMeter) throws -> Chunk {
    let batch = Self.batch(settings)
    let places = index * batch..<min((index + 1) * batch, prompts.count)
    let part = Array(prompts[places])
    return try meter.measure("best of n") { amount in
      let drawing = Drawing(model: reference, stream: "best-of", settings: settings)
      let drawn = try drawing.completions(part, count: settings.bestOfPool)
      let tokens = drawn.map { $0.map(\.tokens) }
      amount.tokens = tokens.joined().joined().count
      amount.calls = tokens.joined().count
      let scores = try ExactScores(
        policy: reference.decoder, reference: nil, temperature: settings.temperature
      ).sums(tokens, of: part.map(\.tokens))
      let texts = zip(part, drawn).map { prompt, drawn in
        drawn.map { drawing.text(of: $0, after: prompt) }
      }
      let rewards = EqualTexts(Array(samples[places])).tied(
        try reward.values(texts, of: part), of: texts)
      return Chunk(
        pools: part.indices.map {
          Pool(
            prompt: part[$0].id, rewards: rewards[$0],
            logProbabilities: scores[$0].map(\.logProbability),
            best: best(texts[$0], rewards[$0]))
        })
    }
  }

  /// The first of the highest reward: what somebody who draws n times would take.
  private func best(_ texts: [String], _ rewards: [Double]) -> [String: String]? {
    guard !settings.keptBests.isEmpty else { return nil }
    var found: [String: String] = [:]
    for n in settings.keptBests {
      let place = rewards.indices.prefix(n).max { rewards[$0] < rewards[$1] }
      if let place { found["\(n)"] = texts[place] }
    }
    return found
  }

  /// - Parameter samples: rewards of other completions of the reference, `[prompt][completion]`,
  ///   the opponents of the win rate.
  static func record(
    _ pools: [Pool], samples: [[Double]], reference: String, settings: EvaluationSettings
  ) -> BestOfRecord {
    let findings = Findings(settings: settings)
    let points = settings.bestOf.sorted().map { n -> BestOfRecord.Point in
      func estimate(_ metric: (Pool, [Double]) -> [Double]) -> [[Double]] {
        zip(pools, samples).map { pool, opponents in
          let mean = BestOf.mean(n, rewards: pool.rewards, metric: metric(pool, opponents))
          return [mean ?? .nan]
        }
      }
      let subject = "best-of-\(n)"
      let how = "unbiased over all choices of \(n) of \(settings.bestOfPool) reference completions"
      let reward = findings.finding(
        .reward, estimate { pool, _ in pool.rewards }, how)
      let kl = findings.finding(
        .kl,
        estimate { pool, _ in
          pool.logProbabilities.map { BestOf.klTerm(n, logProbability: $0) ?? .nan }
        }, against: reference,
        "estimate from the probability of the selected completion (Beirami et al. 2024), \(how)")
      let winRate = findings.finding(
        .winRate,
        estimate { pool, opponents in
          pool.rewards.map { WinRate.shares([[$0]], against: [opponents])?.first ?? .nan }
        }, against: reference, "wins against other reference completions, \(how)")
      return BestOfRecord.Point(
        n: n, reward: reward.measurement(of: subject), klBound: BestOf.klBound(n) ?? 0,
        kl: kl.measurement(of: subject), winRate: winRate.measurement(of: subject))
    }
    return BestOfRecord(pool: settings.bestOfPool, points: points)
  }
}
