import Foundation
import TestSupport
import Testing
import Torch

@testable import Policy

/// A decoder whose next token depends on the last one alone, with logits set by hand: the golden
/// numbers of the bigram model over {E, a, b} with at most two tokens, where E ends a completion.
@Suite struct BigramTests {
  static let end = 0
  static let start = 3
  /// Rows after the start, a and b; nothing follows E.
  static let logits = [[0.2, 0.5, -0.1], [1, -0.3, 0.4], [0.3, 0.8, -0.6]]
  /// The log-probabilities, summed over tokens, to six digits.
  static let golden: [(tokens: [Int], sum: Double)] = [
    ([0], -1.128390), ([1, 0], -1.427965), ([2, 0], -2.545265), ([1, 1], -2.727965),
    ([1, 2], -2.027965), ([2, 1], -2.045265), ([2, 2], -3.445265),
  ]

  let model: Decoder

  init() throws {
    let configuration = ModelConfiguration(
      architecture: .llama, vocab: 4, hidden: 4, layers: 1, heads: 2, positions: 8,
      isTied: false, endToken: Self.end)
    model = try Decoder.start(configuration, with: Generator(seed: 1, stream: "start"))
    // Attention and feed-forward add nothing: the hidden state is the token's own unit vector,
    // which the norm scales to √4 = 2.
    func set(_ name: String, _ values: [Double]) throws {
      let tensor = model.weights[name]
      try tensor.assign(Tensor.of(values, tensor.sizes).converted(to: .float32))
    }
    try set("model.layers.0.self_attn.o_proj.weight", Array(repeating: 0, count: 16))
    let down = model.weights["model.layers.0.mlp.down_proj.weight"].count
    try set("model.layers.0.mlp.down_proj.weight", Array(repeating: 0, count: down))
    try set(
      "model.embed_tokens.weight", (0..<16).map { $0 % 5 == 0 ? 1000.0 : 0 })
    var head = [Double](repeating: 0, count: 16)
    for next in 0..<4 {
      // The start token never follows.
      for (row, last) in [(0, Self.start), (1, 1), (2, 2)] {
        head[next * 4 + last] = next == Self.start ? -500 : Self.logits[row][next] / 2
      }
    }
    try set("lm_head.weight", head)
  }

  @Test func completionsHaveTheGoldenLogProbabilities() throws {
    let targets = try Targets.completions(
      [Self.golden.map(\.tokens)], of: [[Self.start]], positions: 8, on: .cpu)
    let sums: [Double] = try withoutGradient {
      try targets.summed(model.logProbabilities(of: targets)).values()
    }
    expectClose(sums, Self.golden.map(\.sum), within: 2e-6)
    #expect(targets.lengths == [1, 2, 2, 2, 2, 2, 2])
    #expect(abs(sums.reduce(0) { $0 + exp($1) } - 1) < 1e-6)
  }

  @Test func theSamplerWritesEachAsOftenAsItsProbability() throws {
    let count = 20_000
    let settings = SamplingSettings(
      temperature: 1, maxTokens: 2, vocabulary: 4, endTokens: [Self.end])
    let uniform = try Generator(seed: 5, stream: "bigram").uniform([count, 2])
    let drawn = try Sampler(model, settings).sample([[Self.start]], count: count, uniform: uniform)
    var counts: [[Int]: Int] = [:]
    for completion in drawn[0] {
      counts[completion.tokens, default: 0] += 1
      #expect(completion.isFinished == (completion.tokens.last == Self.end))
    }
    var chiSquared = 0.0
    for (tokens, sum) in Self.golden {
      let expected = exp(sum) * Double(count)
      chiSquared += pow(Double(counts.removeValue(forKey: tokens) ?? 0) - expected, 2) / expected
    }
    #expect(counts.isEmpty, "drawn, but impossible: \(counts)")
    // 6 degrees of freedom: 22.46 is exceeded once in a thousand.
    #expect(chiSquared < 22.46)
    #expect(chiSquared > 0)
  }
}
