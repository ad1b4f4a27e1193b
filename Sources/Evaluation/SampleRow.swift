/// One completion with everything that was computed for it; what an interrupted evaluation keeps.
struct SampleRow: Codable, Equatable {
  /// Sampled ids, end token included.
  var tokens: [Int]
  var text: String
  var finished: Bool
  /// Summed over the tokens at the evaluation's temperature, in nats; nil where a server does not tell it.
  var logProbability: Double?
  /// Nil, with the divergence, for a policy that reads other ids than the reference.
  var referenceLogProbability: Double?
  /// Σ_t KL(π(·|h_t) ∥ π_ref(·|h_t)) and Σ_t H(π(·|h_t)) along the sampled prefixes, in nats.
  /// Nil for a policy in a server, which tells no distributions.
  var divergence: Double?
  var entropy: Double?
  /// Nil where nothing ranks completions.
  var reward: Double?
  var heldOutReward: Double?
  /// Under the perplexity scorer at temperature 1, summed, in nats, over its own tokens.
  var scorerLogProbability: Double
  var scorerTokens: Int

  var logRatio: Double? {
    guard let logProbability, let referenceLogProbability else { return nil }
    return logProbability - referenceLogProbability
  }
}

/// log π and log π_ref of a labelled pair of completions, summed, in nats.
struct PairRow: Codable, Equatable {
  var chosen: Double
  var rejected: Double
  var referenceChosen: Double
  var referenceRejected: Double

  /// The implicit reward's margin in units of β.
  var logRatioMargin: Double {
    (chosen - referenceChosen) - (rejected - referenceRejected)
  }
}

/// All rows of one prompt.
struct PromptRows: Codable, Equatable {
  var prompt: String
  var samples: [SampleRow]
  var pairs: [PairRow]
}

/// A chunk of prompts, one line of a policy's journal.
struct SampledChunk: Codable, Equatable {
  var prompts: [PromptRows]
}
