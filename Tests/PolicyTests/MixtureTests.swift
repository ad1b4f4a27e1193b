import Foundation
import Policy
import TestSupport
import Testing
import Torch

/// Completions of two models that decide each token together.
@Suite struct MixtureTests {
  static let settings = SamplingSettings(
    temperature: 0.8, maxTokens: 3, vocabulary: 3, endTokens: [2])
  static let prompts = [[0], [1, 0, 0, 1, 1]]

  private func uniform(_ rows: Int) throws -> Tensor {
    try Generator(seed: 11, stream: "mixture").uniform([rows, 3])
  }

  @Test func `a share of 0 is the first model, of 1 the second`() throws {
    let (own, other) = (try TinyModels.llama(vocab: 3), try TinyModels.llama(seed: 2, vocab: 3))
    func drawn(_ model: Decoder, _ mixture: Sampler.Mixture?) throws -> [[[Int]]] {
      try Sampler(model, Self.settings, mixedWith: mixture)
        .sample(Self.prompts, count: 50, uniform: uniform(100)).map { $0.map(\.tokens) }
    }
    let first = try drawn(own, nil)
    let second = try drawn(other, nil)
    #expect(first != second)
    #expect(try drawn(own, Sampler.Mixture(other, share: 0)) == first)
    #expect(try drawn(own, Sampler.Mixture(other, share: 1)) == second)
  }

  @Test func `frequencies are those of the normalised geometric mixture of every token`() throws {
    let (own, other) = (try TinyModels.llama(vocab: 3), try TinyModels.llama(seed: 2, vocab: 3))
    let count = 6000
    let share = 0.3
    let drawn = try Sampler(own, Self.settings, mixedWith: Sampler.Mixture(other, share: share))
      .sample(Self.prompts, count: count, uniform: uniform(2 * count))
    for (prompt, completions) in zip(Self.prompts, drawn) {
      var counts: [[Int]: Int] = [:]
      for completion in completions { counts[completion.tokens, default: 0] += 1 }
      var chiSquared = 0.0
      for tokens in SamplerTests.completions(letters: 2, longest: 3) {
        var sum = 0.0
        for (index, token) in tokens.enumerated() {
          let before = prompt + tokens[..<index]
          let mixed = try zip(TinyModels.logits(own, before), TinyModels.logits(other, before))
            .map { ((1 - share) * $0 + share * $1) / 0.8 }
          sum += mixed[token] - log(mixed.reduce(0) { $0 + exp($1) })
        }
        let expected = exp(sum) * Double(count)
        chiSquared += pow(Double(counts.removeValue(forKey: tokens) ?? 0) - expected, 2) / expected
      }
      #expect(counts.isEmpty)
      // 14 degrees of freedom: 36.12 is exceeded once in a thousand.
      #expect(chiSquared < 36.12)
    }
  }

  @Test func `models of different vocabularies cannot be mixed`() throws {
    let (own, other) = (try TinyModels.llama(vocab: 3), try TinyModels.llama(vocab: 4))
    #expect(
      message {
        _ = try Sampler(own, Self.settings, mixedWith: Sampler.Mixture(other, share: 0.5))
          .sample(Self.prompts, count: 1, uniform: uniform(2))
      } == "models of 3 and 4 tokens cannot be mixed; use models with one tokenizer")
  }
}
