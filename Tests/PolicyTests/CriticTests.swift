import Policy
import TestSupport
import Testing
import Torch

/// Values of states: the reward head at every row that predicts a token.
@Suite struct CriticTests {
  static let prompts = [[3, 1, 4], [6]]
  static let completions = [[[1, 5, 9], [2]], [[6, 5]]]

  private func critic() throws -> Decoder {
    try TinyModels.llama().copied(labels: 1, headFrom: Generator(seed: 2, stream: "head"))
  }

  @Test func `the value before a token is the score of the text so far`() throws {
    let critic = try critic()
    let targets = try Targets.completions(
      Self.completions, of: Self.prompts, positions: 48, on: .cpu)
    let values: [Double] = try withoutGradient { try critic.values(of: targets).values() }
    var beginnings: [[Int]] = []
    for (prompt, group) in zip(Self.prompts, Self.completions) {
      for completion in group {
        for length in completion.indices { beginnings.append(prompt + completion[..<length]) }
      }
    }
    let scores: [Double] = try withoutGradient {
      try critic.scores(beginnings).reshaped(-1).values()
    }
    expectClose(values, scores, within: 1e-5)
  }

  @Test func `per-token numbers are laid out by completion, with zeros behind the end`() throws {
    let targets = try Targets.completions(
      Self.completions, of: Self.prompts, positions: 48, on: .cpu)
    let perToken = try Tensor.of([1.0, 2, 3, 4, 5, 6])
    try perToken.requireGradient()
    let padded = try targets.padded(perToken)
    #expect(padded.sizes == [3, 3])
    #expect(try padded.values() == [1.0, 2, 3, 4, 0, 0, 5, 6, 0])
    try (padded * Tensor.of([1.0, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3])).sum().backward()
    #expect(try perToken.gradient?.values() == [1.0, 2, 3, 4, 7, 8])
  }

  @Test func `a critic has one output at the last token`() throws {
    let targets = try Targets.completions(
      Self.completions, of: Self.prompts, positions: 48, on: .cpu)
    let pooled = try TinyModels.llama().copied(
      labels: 1, pooling: .mean, headFrom: Generator(seed: 2, stream: "head"))
    for model in [try TinyModels.llama(), pooled] {
      #expect(
        message { _ = try model.values(of: targets) }
          == "a critic needs a reward head with one output at the last token")
    }
  }
}
