import Policy
import Runs
import Statistics

/// Draws completions for density ratios until those that stand for the optimal policy's are worth enough.
///
/// In every round each policy draws for the prompts that still need it, and then scores what the others
/// drew: the first round makes `density_samples`, each further one as many as there are, and the budget is
/// the end.
struct DensityRounds {
  struct Member {
    let subject: Subject
    let load: () -> LazyModel
  }

  /// β of the optimal policy, and whether it was looked for.
  struct Beta {
    var value: Double
    var isChosen: Bool
  }

  /// At most so many policies' draws stand for the optimal policy's: each scores those of all.
  static let mostProposals = 12

  let evaluator: Evaluator
  let reward: RewardCalls
  /// The reference first.
  let members: [Member]
  let prompts: [EvaluationPrompt]
  let choice: EvaluationSettings.DensityBeta
  let proposals: [Int]
  private(set) var draws: [DensityDraws]
  private(set) var beta: Beta?

  private var settings: EvaluationSettings { evaluator.settings }

  init(
    evaluator: Evaluator, reward: RewardCalls, members: [Member], prompts: [EvaluationPrompt],
    choice: EvaluationSettings.DensityBeta
  ) {
    self.evaluator = evaluator
    self.reward = reward
    self.members = members
    self.prompts = prompts
    self.choice = choice
    let proposals = Array(members.indices.prefix(Self.mostProposals))
    self.proposals = proposals
    draws = prompts.map { _ in
      DensityDraws(
        positions: members.map { _ in [] }, rewards: members.map { _ in [] },
        proposals: proposals,
        logProbabilities: members.map { _ in members.map { _ in [] } })
    }
  }

  mutating func run(_ meter: inout CostMeter) throws {
    var asked = Array(prompts.indices)
    var (round, done) = (0, 0)
    while !asked.isEmpty {
      let fresh = min(max(done, settings.densitySamples), settings.densityBudget - done)
      guard fresh > 0 else { return }
      try draw(fresh, in: round, for: asked, &meter)
      done += fresh
      let beta = beta ?? chosen(afterDrawing: done)
      self.beta = beta
      asked = asked.filter { place in
        // Where a reward is no number, no draw helps.
        let pool = draws[place].optimal(beta: beta.value)
        return pool.map { $0.effectiveSampleSize < DensityEstimator.wanted } ?? false
      }
      round += 1
    }
  }

  private func chosen(afterDrawing done: Int) -> Beta {
    guard case .given(let value) = choice else {
      let growth = Double(settings.densityBudget) / Double(done)
      let found = draws.leastBeta(reaching: DensityEstimator.wanted, growth: growth)
      return Beta(value: found ?? [DensityDraws].betas.last ?? 1, isChosen: true)
    }
    return Beta(value: value, isChosen: false)
  }

  /// Whose draws a policy scores: a proposal those of all of them, the reference everybody's, and every
  /// policy its own.
  private func scored(by member: Int) -> [Int] {
    if member == 0 { return Array(members.indices) }
    return proposals.contains(member) ? proposals : [member]
  }

  private mutating func draw(
    _ count: Int, in round: Int, for asked: [Int], _ meter: inout CostMeter
  ) throws {
    let part = asked.map { prompts[$0] }
    let identity = Evaluator.identity(of: part)
    var drawn: [[DensityWork.Draw]] = []
    for member in members {
      let (stream, reward) = ("density/\(member.subject.policy.id)/\(round)", reward)
      drawn.append(
        try work(
          "density-\(round)", of: member, ["\(count) draws", identity], part.count, each: count,
          &meter
        ) {
          try DensityWork(settings: settings).draw(
            count, of: part[$0], from: $1.model(), stream: stream, reward, &$2)
        })
    }
    for (place, member) in members.enumerated() {
      let drawers = scored(by: place)
      let tokens = drawers.map { drawn[$0].map(\.tokens) }
      let key = [identity, SHA256.hex(of: "\(tokens)")]
      let scores = try work(
        "density-scores-\(round)", of: member, key, part.count, each: count * drawers.count, &meter
      ) { index, model, meter in
        try DensityWork(settings: settings).scores(
          drawers.map { drawn[$0][index] }, part[index], under: model.model(), &meter)
      }
      for (index, found) in zip(asked, scores) {
        for (drawer, values) in zip(drawers, found.logProbabilities) {
          draws[index].logProbabilities[place][drawer] += values
          if place == 0 { draws[index].positions[drawer] += values }
        }
      }
    }
    for (member, found) in drawn.enumerated() {
      for (index, draw) in zip(asked, found) { draws[index].rewards[member] += draw.rewards }
    }
  }

  /// Work of one policy, a chunk for each prompt, from its journal as far as it is there.
  ///
  /// - Parameter each: completions that a chunk draws or scores.
  private func work<Chunk: Codable>(
    _ name: String, of member: Member, _ key: [String], _ chunks: Int, each: Int,
    _ meter: inout CostMeter, make: (Int, LazyModel, inout CostMeter) throws -> Chunk
  ) throws -> [Chunk] {
    let (evaluator, id) = (evaluator, member.subject.policy.id)
    let model = member.load()
    let (found, costs) = try WorkFolder(evaluator.directory, id: id).complete(
      name, key: evaluator.key(of: member.subject) + key, chunks: chunks,
      over: evaluator.ranks, shouldStop: evaluator.shouldStop,
      progress: evaluator.following(id, "density", chunks: chunks, each: Double(each)),
      make: { (index: Int, meter: inout CostMeter) -> Chunk in
        try make(index, model, &meter)
      })
    for cost in costs { meter.add(cost) }
    return found
  }
}

extension EvaluationSettings {
  /// How many completions density ratios draw and score, where the whole budget is needed.
  ///
  /// - Parameter policies: besides the reference.
  public func densityWork(prompts: Int, policies: Int) -> (draws: Int, scores: Int) {
    guard densityBeta != nil else { return (0, 0) }
    let each = min(prompts, densityPrompts) * densityBudget
    let (members, proposals) = (policies + 1, min(policies + 1, DensityRounds.mostProposals))
    // The reference everybody's; the other proposals those of all; who is none its own.
    let scored = members + (proposals - 1) * proposals + (members - proposals)
    return (each * members, each * scored)
  }
}
