import Foundation

/// What a round made to fit, and what that took.
struct MadeRound {
  var prompts: Int
  var made = RoundExamples()
  var oracleCalls = 0
  /// Comparisons that the oracle had no answer to.
  var unanswered = 0
  var generatedTokens = 0
  /// Samples, and those without an end token within the limit.
  var samples = 0
  var truncated = 0
  /// Of all judged candidates.
  var rewards: [Double] = []
  /// P(candidate ≻ opponent) of all comparisons with others than candidates, by the opponent's name.
  private var against: [String: [Double]] = [:]

  init(prompts: Int) { self.prompts = prompts }

  /// - Parameter metrics: of the round's last step; those of a checkpoint begin with `eval_`.
  func record(
    _ place: RoundPlace, last: Int, after before: RoundRecord?, _ metrics: [String: Double]
  ) -> RoundRecord {
    var measured: [String: Double] = [:]
    for (name, value) in metrics where name.hasPrefix("eval_") {
      measured[String(name.dropFirst(5))] = value
    }
    return RoundRecord(
      round: place.round, firstStep: place.first, lastStep: last, prompts: prompts,
      examples: made.examples.count + made.others.count, possiblePairs: made.possible,
      ties: made.ties, oracleCalls: oracleCalls,
      oracleCallsSoFar: (before?.oracleCallsSoFar ?? 0) + oracleCalls,
      generatedTokens: generatedTokens,
      generatedTokensSoFar: (before?.generatedTokensSoFar ?? 0) + generatedTokens,
      values: values, measured: measured)
  }

  mutating func countOpponents(_ labels: [RoundLabel]) {
    for found in labels.flatMap({ $0.comparisons ?? [] }) {
      guard let name = found.opponent, let won = found.probability else { continue }
      against[name, default: []].append(won)
    }
  }

  private var values: [String: Double] {
    var values: [String: Double] = [:]
    for (name, won) in against.sorted(by: { $0.key < $1.key }) {
      // The end of a path, but where two of them end alike.
      let title = name.split(separator: "/").last.map(String.init) ?? name
      let isTaken = values["against_\(title)"] != nil
      values["against_\(isTaken ? name : title)"] = won.reduce(0, +) / Double(won.count)
    }
    if !rewards.isEmpty {
      values["reward"] = rewards.reduce(0, +) / Double(rewards.count)
      values["largest_reward"] = rewards.map(abs).max() ?? 0
    }
    values["margin"] = made.margin
    if made.possible > 0 { values["ties"] = Double(made.ties) / Double(made.possible) }
    if unanswered > 0 {
      values["unanswered"] = Double(unanswered)
      values["left_out"] = Double(made.unanswered)
    }
    if samples > 0 { values["truncated"] = Double(truncated) / Double(samples) }
    return values
  }
}
