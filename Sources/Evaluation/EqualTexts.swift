/// The rewards of what was written for each prompt, so that equal completions get one reward whoever
/// wrote them.
///
/// Policies are sampled and scored one after the other, and what a reward model says depends, in its last
/// bits, on the texts that are run beside: without this, equal completions of two policies would win or
/// lose by chance. Texts are told apart by their bytes; the first one met decides.
struct EqualTexts {
  private struct Rewards {
    var reward: Double?
    var heldOut: Double?
  }

  /// By the bytes of the text, for each prompt.
  private var known: [[[UInt8]: Rewards]]

  /// - Parameter rows: of every prompt, in the order of the prompts.
  init(_ rows: [PromptRows]) {
    known = rows.map { _ in [:] }
    _ = tied(rows)
  }

  /// The rows of a policy with the rewards that are known; what is new becomes known.
  mutating func tied(_ rows: [PromptRows]) -> [PromptRows] {
    var rows = rows
    for prompt in rows.indices {
      for sample in rows[prompt].samples.indices {
        let row = rows[prompt].samples[sample]
        let text = Array(row.text.utf8)
        if let found = known[prompt][text] {
          rows[prompt].samples[sample].reward = found.reward
          rows[prompt].samples[sample].heldOutReward = found.heldOut
        } else {
          known[prompt][text] = Rewards(reward: row.reward, heldOut: row.heldOutReward)
        }
      }
    }
    return rows
  }

  /// Rewards of other completions of the prompts, `[prompt][completion]`.
  func tied(_ rewards: [[Double]], of texts: [[String]]) -> [[Double]] {
    zip(known, zip(rewards, texts)).map { known, given in
      zip(given.0, given.1).map { known[Array($1.utf8)]?.reward ?? $0 }
    }
  }
}
