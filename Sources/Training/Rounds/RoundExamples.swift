import Torch

/// The examples that a round fits, made of its judged groups, and what making them showed.
struct RoundExamples {
  /// Fitted by the stage's objective.
  var examples: [AlignmentTask.Example] = []
  /// The data's own pairs that were not replaced, fitted by plain DPO.
  var others: [AlignmentTask.Example] = []
  /// Pairs that could have been made.
  var possible = 0
  /// Of these, pairs that nothing prefers.
  var ties = 0
  /// Pairs, or groups, that were left out because the oracle had no answer.
  var unanswered = 0
  private var margins = 0.0
  private var judged = 0

  /// Mean of how much the labels prefer the chosen candidates: a difference of rewards where there
  /// are any, otherwise P(chosen ≻ rejected) − P(rejected ≻ chosen).
  var margin: Double? { judged == 0 ? nil : margins / Double(judged) }

  /// - Parameters:
  ///   - needsRewards: an objective on groups gets rewards; win rates stand in for them where an
  ///     oracle compared the candidates.
  ///   - seed: of the verdicts; every prompt draws from a stream of its own.
  mutating func add(
    _ group: RoundGroup, _ selection: PairSelection, needsRewards: Bool, seed: UInt64
  ) {
    guard let table = group.table else { return }
    let rates = (0..<table.count).compactMap { table.winRate(of: $0) }
    let whole = rates.count == table.count ? rates : nil
    guard selection.rule != .none else {
      guard whole != nil else {
        unanswered += 1
        return
      }
      examples.append(
        example(
          group, Array(group.candidates.indices),
          rewards: group.rewards ?? (needsRewards ? whole : nil),
          winRates: table.hasRivals ? whole.map(PreferenceTable.centred) : whole))
      return
    }
    var random = SplitMix64(state: Generator.mix(seed, group.item.prompt.id))
    let outcome = selection.pairs(table) { Double(random.next() >> 11) / 0x1p53 }
    possible += outcome.possible
    ties += outcome.ties
    unanswered += outcome.unanswered
    for (index, pair) in outcome.pairs.enumerated() {
      let places = [pair.chosen, pair.rejected]
      let rewards = group.rewards.map { all in places.map { all[$0] } }
      var made = example(
        group, places, rewards: rewards ?? (needsRewards ? pair.winRates : nil),
        winRates: pair.winRates)
      if index > 0 { made.id += "+\(index)" }
      made.preference = pair.preference
      made.stake = pair.stake
      examples.append(made)
      margins += rewards.map { $0[0] - $0[1] } ?? pair.margin
      judged += 1
    }
  }

  /// The demonstration against each sample.
  ///
  /// - Parameter round: an earlier one that drew the samples; nil for the present one.
  mutating func addDemonstration(_ group: RoundGroup, from round: Int? = nil) {
    guard let demonstration = group.item.given.first else { return }
    let id = (round.map { "round \($0): " } ?? "") + group.item.prompt.id
    for (index, sample) in group.drawn.enumerated() {
      possible += 1
      examples.append(
        AlignmentTask.Example(
          id: index == 0 ? id : "\(id)+\(index)",
          prompt: group.item.prompt.tokens, candidates: [demonstration.tokens, sample.tokens]))
    }
  }

  /// The data's pair, turned round where `isReversed`.
  mutating func addPair(_ item: RoundItem, isReversed: Bool = false, isOther: Bool = false) {
    guard item.given.count == 2 else { return }
    let pair = item.given.map(\.tokens)
    let made = AlignmentTask.Example(
      id: item.prompt.id, prompt: item.prompt.tokens,
      candidates: isReversed ? pair.reversed() : pair)
    if isOther {
      others.append(made)
    } else {
      possible += 1
      examples.append(made)
    }
  }

  private func example(
    _ group: RoundGroup, _ places: [Int], rewards: [Double]?, winRates: [Double]?
  ) -> AlignmentTask.Example {
    let candidates = places.map { group.candidates[$0] }
    let drawn = candidates.compactMap(\.logProbability)
    return AlignmentTask.Example(
      id: group.item.prompt.id, prompt: group.item.prompt.tokens,
      candidates: candidates.map(\.tokens), rewards: rewards,
      sampler: drawn.count == candidates.count ? drawn : nil, winRates: winRates)
  }
}
