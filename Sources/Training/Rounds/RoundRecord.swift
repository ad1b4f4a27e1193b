import Foundation

/// What a finished round did, and what was measured of it.
public struct RoundRecord: Codable, Sendable, Equatable {
  /// Counted from 1.
  public var round: Int
  /// The stage's optimiser steps before the round, and after it.
  public var firstStep: Int
  public var lastStep: Int
  /// Prompts of the round, and what they gave to fit.
  public var prompts: Int
  public var examples: Int
  /// Pairs that could have been made, and those that nothing prefers.
  public var possiblePairs: Int
  public var ties: Int
  /// Texts that a reward scored and pairs that an oracle compared, for labels; none for labels of a
  /// reward model that the rounds fit themselves.
  public var oracleCalls: Int
  /// The same over all rounds until now.
  public var oracleCallsSoFar: Int
  /// Sampled to be learnt from.
  public var generatedTokens: Int
  public var generatedTokensSoFar: Int
  /// `reward`: mean over the judged candidates; `largest_reward`: the largest absolute one;
  /// `margin`: by how much labels prefer the chosen candidates; `ties`: share of the possible pairs;
  /// `truncated`: share of the samples without an end token; `unanswered` and `left_out`, only where
  /// there are any: comparisons that the oracle had no answer to, and the pairs or groups that were
  /// left out for it.
  public var values: [String: Double]
  /// What was measured at the round's end, where it left a checkpoint: `kl`, `largest_log_ratio`,
  /// `win_rate_previous`, `win_rate_initial`, `reward` of fresh samples, and the held-out loss.
  public var measured: [String: Double]

  /// For the journal of steps, beside what the round's last step reports.
  var metrics: [String: Double] {
    var metrics = Dictionary(uniqueKeysWithValues: values.map { ("round/\($0)", $1) })
    metrics["round/examples"] = Double(examples)
    metrics["round/oracle_calls"] = Double(oracleCallsSoFar)
    metrics["round/generated_tokens"] = Double(generatedTokensSoFar)
    return metrics
  }

  /// In a line, for the person who waits.
  var summary: String {
    func shown(_ value: Double, _ digits: Int = 2) -> String {
      "\((value * pow(10, Double(digits))).rounded() / pow(10, Double(digits)))"
    }
    var parts = ["\(examples) examples"]
    if let missing = values["unanswered"] { parts.append("\(Int(missing)) without a verdict") }
    if let reward = measured["reward"] { parts.append("reward \(shown(reward))") }
    if let kl = measured["kl"] { parts.append("KL \(shown(kl))") }
    if let wins = measured["win_rate_previous"] {
      parts.append("wins \(shown(100 * wins, 0)) % against the round before")
    }
    return parts.joined(separator: ", ")
  }
}
