import Foundation
import Policy
import Runs
import Torch

extension RoundsRun {
  /// Lets the stage's labels judge the groups.
  ///
  /// - Returns: nil where it was asked to stop.
  func judge(
    _ groups: [RoundGroup], _ round: Int, _ folder: StageDirectory, _ made: inout MadeRound
  ) throws -> [RoundGroup]? {
    let judge: RoundLabelling.Judge
    switch stage.choices.labels {
    case .demonstration, .data, .redrawn: return groups
    case .implicit: return try implicit(groups)
    case .reward:
      guard let reward else { return groups }
      judge = .reward(reward)
    case .refit:
      guard let reward = try refit(round, folder) else { return nil }
      judge = .reward(reward)
    case .oracle:
      guard let oracle else { return groups }
      let selection = stage.selection
      judge = .oracle(oracle) { selection.questions(of: $0) }
    }
    let clock = ContinuousClock()
    let start = clock.now
    let labels = folder.url.appending(path: "labels.jsonl")
    let found = try RoundLabelling(
      judge: judge, chunk: stage.chunk, shouldStop: context.shouldStop
    ).run(groups, into: labels)
    let isOracle = stage.choices.labels.asksOracle
    let calls = isOracle ? found.oracleCalls : 0
    result.oracleCalls += calls
    spend(\.score, "score", (clock.now - start).seconds, oracleCalls: calls)
    guard found.isFinished else { return nil }
    let recorded = try Journal<RoundLabel>.read(labels).records
    made.oracleCalls = isOracle ? recorded.reduce(0) { $0 + $1.calls } : 0
    made.unanswered = recorded.reduce(0) { sum, label in
      sum + (label.comparisons ?? []).count { $0.probability == nil }
    }
    let labelled = try RoundLabelling.labelled(groups, from: labels)
    made.countOpponents(recorded)
    made.rewards = labelled.compactMap(\.rewards).flatMap { $0 }
    return labelled
  }

  /// Compares candidates by the policy's own log-ratios to the anchor.
  private func implicit(_ groups: [RoundGroup]) throws -> [RoundGroup] {
    let ratios = try logRatios(groups.map { ($0.item, $0.candidates.map(\.tokens)) })
    return zip(groups, ratios).map { group, ratios in
      var group = group
      var table = PreferenceTable(ratios.count)
      for first in ratios.indices {
        for second in ratios.indices where first < second {
          table.record(
            first, over: second,
            RewardOracle.preference(
              ratios[first], over: ratios[second],
              temperature: 1 / stage.objective.rewardScale))
        }
      }
      group.table = table
      return group
    }
  }

  /// log π_t − log π_ref of completions, in nats.
  func logRatios(_ rows: [(item: RoundItem, completions: [[Int]])]) throws -> [[Double]] {
    let clock = ContinuousClock()
    let start = clock.now
    let examples = rows.map {
      AlignmentTask.Example(
        id: $0.item.prompt.id, prompt: $0.item.prompt.tokens, candidates: $0.completions)
    }
    let reference = average ?? initial.decoder
    let scored = try AlignmentTask.scored(
      AlignmentTask.scored(
        examples, by: reference, temperature: stage.temperature, over: context.ranks),
      by: previous, temperature: stage.temperature, as: .previous, over: context.ranks)
    spend(\.score, "score", (clock.now - start).seconds)
    return scored.map { zip($0.previous ?? [], $0.reference).map { $0 - $1 } }
  }

  /// The round's reward model, fitted to tell demonstrations from samples; nil where it was asked to
  /// stop.
  func refit(_ round: Int, _ folder: StageDirectory) throws -> (any Reward)? {
    guard let settings = stage.refit else { return nil }
    let rounds = settings.history == .all ? Array(1...round) : [round]
    let pairs = try rounds.flatMap { past in
      let rows = try Journal<CandidateRow>.read(directory(past).rows).records
      return zip(window(past), rows).flatMap { item, row in
        row.candidates.enumerated().map { place, sample in
          (
            id: "\(past)/\(item.prompt.id)+\(place)",
            demonstration: Exchange(item.prompt.dialogue, item.given.first?.text ?? ""),
            sample: Exchange(item.prompt.dialogue, sample.text)
          )
        }
      }
    }
    let clock = ContinuousClock()
    let start = clock.now
    let own = StageDirectory(folder.url.appending(path: "reward"))
    try Folder.make(own.url)
    let before =
      round > 1
      ? StageDirectory(directory(round - 1, in: context.recorded).url.appending(path: "reward"))
      : nil
    var beginning = context
    beginning.progress = { [self] in show($0, isOfSteps: false) }
    let fitted = try RewardRefit(
      settings: settings, origin: settings.origin ?? stage.policy, context: beginning
    ).fit(pairs, round: round, in: own, after: before)
    result.tokens += fitted?.tokens ?? 0
    spend(\.score, "refit", (clock.now - start).seconds, tokens: fitted?.tokens ?? 0)
    return fitted?.reward
  }
}
