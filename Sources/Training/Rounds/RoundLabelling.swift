import Foundation
import Policy
import Runs

/// Lets a reward or an oracle judge candidates, chunk after chunk, each recorded before the next one
/// begins, so that nothing is asked twice.
struct RoundLabelling {
  enum Judge {
    case reward(any Reward)
    /// - Parameter questions: what to compare of a group.
    case oracle(any PreferenceOracle, questions: (RoundGroup) -> [PairSelection.Question])
  }

  var judge: Judge
  /// Prompts judged together; what an interruption loses at most.
  var chunk: Int
  var shouldStop: () -> Bool

  /// Goes on where an earlier process stopped.
  ///
  /// - Returns: what this call asked; unfinished where it was told to stop between two chunks.
  func run(_ groups: [RoundGroup], into url: URL) throws -> StageResult {
    let journal = try Journal<RoundLabel>(url)
    // Whole chunks alone: what a reward model says may depend on the texts beside it, in the last
    // bits.
    let begun = journal.count / chunk * chunk
    try journal.truncate(toCount: min(begun, groups.count))
    var result = StageResult(tokens: 0)
    for first in stride(from: journal.count, to: groups.count, by: chunk) {
      let part = Array(groups[first..<min(first + chunk, groups.count)])
      for label in try labels(part) {
        try journal.append(label)
        result.oracleCalls += label.calls
      }
      if first + part.count < groups.count, shouldStop() {
        try journal.sync()
        result.isFinished = false
        return result
      }
    }
    try journal.sync()
    return result
  }

  private func labels(_ groups: [RoundGroup]) throws -> [RoundLabel] {
    switch judge {
    case .reward(let reward):
      let scores = try reward.rewards(
        of: groups.map { $0.candidates.map(\.text) }, after: groups.map(\.item.prompt.dialogue))
      return zip(groups, scores).map { RoundLabel(id: $0.item.prompt.id, rewards: $1) }
    case .oracle(let oracle, let questions):
      let places = groups.map { questions($0) }
      let asked = zip(groups, places).flatMap { group, places in
        places.map {
          PreferenceQuestion(
            prompt: group.item.prompt.dialogue, first: group.candidates[$0.first].text,
            second: $0.isRival
              ? group.rivals[$0.second]?.text ?? "" : group.candidates[$0.second].text)
        }
      }
      let answers = try oracle.preferences(asked)
      guard answers.count == asked.count, answers.allSatisfy({ $0.map((0...1).contains) ?? true })
      else {
        throw TrainingError.unusable(
          "\(oracle.name) gave no probability for each of \(asked.count) comparisons")
      }
      var next = 0
      return zip(groups, places).map { group, places in
        let comparisons = places.map { place in
          defer { next += 1 }
          return RoundLabel.Comparison(
            first: place.first, second: place.second, probability: answers[next],
            note: oracle.note(on: asked[next]),
            opponent: place.isRival ? group.rivals[place.second]?.name : nil)
        }
        return RoundLabel(id: group.item.prompt.id, comparisons: comparisons)
      }
    }
  }

  /// The groups with what was recorded of each.
  static func labelled(_ groups: [RoundGroup], from url: URL) throws -> [RoundGroup] {
    let labels = try Journal<RoundLabel>.read(url).records
    return zip(groups, labels).map { group, label in
      var group = group
      if let rewards = label.rewards {
        group.rewards = rewards
        group.table = PreferenceTable(rewards: rewards)
      }
      if let comparisons = label.comparisons {
        var table = PreferenceTable(
          group.candidates.count,
          rivals: group.rivals.indices.filter { group.rivals[$0] != nil })
        for found in comparisons {
          guard let probability = found.probability else { continue }
          if found.opponent != nil {
            table.record(found.first, overRivalIn: found.second, probability)
          } else {
            table.record(found.first, over: found.second, probability)
          }
        }
        group.table = table
      }
      return group
    }
  }
}
