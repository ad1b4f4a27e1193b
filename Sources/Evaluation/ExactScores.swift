import Policy
import Torch

/// Probabilities of completions under a policy and its reference, with the divergence between
/// their next-token distributions.
///
/// Distributions are over all rows of the output head, as in training, in what the sampler records and
/// in `transformers`; a row that no token has is never drawn, but takes its share. Logits become
/// float64 before the softmax, because a small divergence is a difference of large numbers.
///
/// Source: Rao–Blackwellised divergence as in Amini et al. 2025, "Better estimation of the KL
/// divergence between language models".
struct ExactScores {
  /// Sums over the tokens of one completion, in nats.
  struct Sums: Equatable {
    var logProbability = 0.0
    var reference = 0.0
    var divergence = 0.0
    var entropy = 0.0
  }

  let policy: Decoder
  /// Nil where the policy is the reference.
  let reference: Decoder?
  let temperature: Double
  /// Rows of hidden states that exist at a time, and elements of their logits.
  private let rowBudget = 8192
  private let logitBudget = 1 << 22

  init(policy: Decoder, reference: Decoder?, temperature: Double) {
    self.policy = policy
    self.reference = reference
    self.temperature = temperature
  }

  /// - Parameters:
  ///   - completions: `completions[i]` are those of `prompts[i]`, each with at least one token.
  /// - Returns: the same nesting.
  func sums(_ completions: [[[Int]]], of prompts: [[Int]]) throws -> [[Sums]] {
    var results = completions.map { _ in [Sums]() }
    var batch: [(prompt: Int, completions: Range<Int>)] = []
    var rows = 0
    func flush() throws {
      let found = try withoutGradient {
        try sums(
          batch.map { Array(completions[$0.prompt][$0.completions]) },
          prompts: batch.map { prompts[$0.prompt] })
      }
      for (part, values) in zip(batch, found) { results[part.prompt] += values }
      batch = []
      rows = 0
    }
    for (prompt, candidates) in completions.enumerated() {
      for (index, tokens) in candidates.enumerated() {
        let isNew = batch.last?.prompt != prompt
        let cost = tokens.count + (isNew ? prompts[prompt].count : 0)
        if rows + cost > rowBudget, !batch.isEmpty { try flush() }
        if let last = batch.last, last.prompt == prompt {
          batch[batch.count - 1].completions = last.completions.lowerBound..<index + 1
          rows += tokens.count
        } else {
          batch.append((prompt, index..<index + 1))
          rows += tokens.count + prompts[prompt].count
        }
      }
    }
    if !batch.isEmpty { try flush() }
    return results
  }

  private func sums(_ completions: [[[Int]]], prompts: [[Int]]) throws -> [[Sums]] {
    let own = try State(policy, completions, prompts)
    let other = try reference.map { try State($0, completions, prompts) }
    var perToken: [Sums] = []
    perToken.reserveCapacity(own.targets.count)
    let step = max(1, logitBudget / policy.configuration.vocab)
    for start in stride(from: 0, to: own.targets.count, by: step) {
      let range = start..<min(start + step, own.targets.count)
      perToken += try tokens(range, own, other)
    }
    var next = 0
    return completions.map { candidates in
      candidates.map { tokens in
        defer { next += tokens.count }
        return perToken[next..<next + tokens.count].reduce(into: Sums()) { sum, token in
          sum.logProbability += token.logProbability
          sum.reference += token.reference
          sum.divergence += token.divergence
          sum.entropy += token.entropy
        }
      }
    }
  }

  private func tokens(_ range: Range<Int>, _ own: State, _ other: State?) throws -> [Sums] {
    let log = try own.logProbabilities(range, temperature)
    let weights = try log.exp()
    let ids = try own.targets.ids.slice(0, range).unsqueezed(1)
    let picked: [Double] = try log.gather(1, ids).values()
    let entropy: [Double] = try (weights * log).sum(1).values()
    var reference = picked
    var divergence = [Double](repeating: 0, count: range.count)
    if let other {
      let otherLog = try other.logProbabilities(range, temperature).moved(to: log.device)
      reference = try otherLog.gather(1, ids).values()
      divergence = try (weights * (log - otherLog)).sum(1).values()
    }
    guard (picked + reference + divergence + entropy).allSatisfy({ !$0.isNaN }) else {
      throw PolicyError.input(
        "at temperature \(temperature) a log-probability is no number; raise the temperature, or train "
          + "again from an earlier checkpoint")
    }
    return range.indices.map { position in
      let index = position - range.lowerBound
      return Sums(
        logProbability: picked[index], reference: reference[index],
        divergence: divergence[index], entropy: -entropy[index])
    }
  }

  /// A model's hidden states at the scored tokens, and its output head.
  private struct State {
    let targets: Targets
    private let hidden: Tensor
    private let model: Decoder

    init(_ model: Decoder, _ completions: [[[Int]]], _ prompts: [[Int]]) throws {
      targets = try Targets.completions(
        completions, of: prompts, positions: model.configuration.positions, on: model.device)
      hidden = try model.hidden(of: targets)
      self.model = model
    }

    /// `[row, vocab]`, in float64.
    func logProbabilities(_ rows: Range<Int>, _ temperature: Double) throws(TorchError) -> Tensor {
      let logits = try model.logits(hidden.slice(0, rows)).converted(to: .float64)
      return try (temperature == 1 ? logits : logits / temperature).logSoftmax(1)
    }
  }
}
