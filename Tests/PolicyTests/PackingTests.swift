import Policy
import TestSupport
import Testing
import Torch

/// Packing without padding, and prompts shared by their candidates, must not show in any number.
@Suite struct PackingTests {
  /// Prompts and candidates of many lengths, down to one token.
  static let prompts = [[3, 1, 4, 1, 5], [9], [2, 6, 5, 3, 5, 8, 9, 7, 9, 3], [2, 7]]
  static let candidates = [
    [[1, 2], [8], [5, 5, 5, 5, 5, 5, 10]], [[4]], [[1, 0, 10], [7, 7, 7]], [[10], [10], [3, 3]],
  ]

  static func sums(
    _ model: Decoder, _ candidates: [[[Int]]], of prompts: [[Int]]
  ) throws -> [Double] {
    let targets = try Targets.completions(candidates, of: prompts, positions: 48, on: .cpu)
    return try withoutGradient {
      try targets.summed(model.logProbabilities(of: targets)).values()
    }
  }

  @Test func aBatchOfMixedLengthsGivesTheNumbersOfEachGroupAlone() throws {
    for model in try TinyModels.all() {
      let together = try Self.sums(model, Self.candidates, of: Self.prompts)
      let alone = try zip(Self.candidates, Self.prompts).flatMap {
        try Self.sums(model, [$0], of: [$1])
      }
      expectClose(together, alone, within: 1e-5)
    }
  }

  @Test func candidatesThatShareAPromptEqualSeparateSequences() throws {
    for model in try TinyModels.all() {
      let shared = try Self.sums(model, Self.candidates, of: Self.prompts)
      var separate: [Double] = []
      for (prompt, candidates) in zip(Self.prompts, Self.candidates) {
        for candidate in candidates {
          separate.append(try TinyModels.logProbability(model, prompt, candidate))
        }
      }
      expectClose(shared, separate, within: 1e-5)
    }
  }

  @Test func candidatesOfOneTokenNeedNoRowsOfTheirOwn() throws {
    let model = try TinyModels.llama()
    let targets = try Targets.completions(
      [[[1], [2]], [[10]]], of: [[3, 4], [5]], positions: 48, on: .cpu)
    #expect(targets.layout.rows == 3)
    let found = try Self.sums(model, [[[1], [2]], [[10]]], of: [[3, 4], [5]])
    let expected = [
      try TinyModels.logProbability(model, [3, 4], [1]),
      try TinyModels.logProbability(model, [3, 4], [2]),
      try TinyModels.logProbability(model, [5], [10]),
    ]
    expectClose(found, expected, within: 1e-5)
  }

  @Test func theTemperatureDividesTheLogits() throws {
    let model = try TinyModels.gpt2()
    let targets = try Targets.completions(
      [[[1, 2, 10]]], of: [[3, 4]], positions: 48, on: .cpu)
    let found = try targets.summed(model.logProbabilities(of: targets, temperature: 0.7)).item()
    let expected = try TinyModels.logProbability(model, [3, 4], [1, 2, 10], temperature: 0.7)
    #expect(abs(found - expected) < 1e-5)
    let plain = try TinyModels.logProbability(model, [3, 4], [1, 2, 10])
    #expect(abs(found - plain) > 1e-2)
  }

  @Test func bfloat16StaysNearFloat32AndIsNotFloat32() throws {
    for model in try TinyModels.all() {
      let exact = try Self.sums(model, Self.candidates, of: Self.prompts)
      model.precision = .bfloat16
      let rounded = try Self.sums(model, Self.candidates, of: Self.prompts)
      expectClose(rounded, exact, within: 0.5)
      #expect(rounded != exact)
      // Rounding must not depend on what else is in the batch by more than itself.
      let alone = try zip(Self.candidates, Self.prompts).flatMap {
        try Self.sums(model, [$0], of: [$1])
      }
      expectClose(rounded, alone, within: 0.3)
    }
  }

  @Test func float64WeightsGiveTheNumbersOfFloat32() throws {
    for (wide, narrow) in zip(try TinyModels.all(type: .float64), try TinyModels.all()) {
      for (mine, theirs) in zip(wide.parameters, narrow.parameters) {
        try mine.assign(theirs.converted(to: .float64))
      }
      expectClose(
        try Self.sums(wide, Self.candidates, of: Self.prompts),
        try Self.sums(narrow, Self.candidates, of: Self.prompts), within: 1e-4)
      let uniform = try Generator(seed: 1, stream: "wide").uniform([4, 6])
      let settings = SamplingSettings(
        temperature: 1, maxTokens: 6, vocabulary: 11, endTokens: [10])
      let drawn = try [wide, narrow].map {
        try Sampler($0, settings).sample(Self.prompts, count: 1, uniform: uniform)
      }
      #expect(drawn[0].joined().map(\.tokens) == drawn[1].joined().map(\.tokens))
    }
  }

  /// Weights in float64, so that only a wrong formula can differ.
  @Test func theGradientThroughSharedPromptsIsThatOfSeparateSequences() throws {
    for model in try TinyModels.all(type: .float64) {
      try model.requireGradients()
      let weights = (0..<9).map { Double($0) - 3.5 }
      let packed = try Targets.completions(
        Self.candidates, of: Self.prompts, positions: 48, on: .cpu)
      let loss = try packed.summed(model.logProbabilities(of: packed)) * Tensor.of(weights)
      try loss.sum().backward()
      let shared: [[Double]] = try model.parameters.map { try $0.gradient?.values() ?? [] }
      for parameter in model.parameters { try parameter.clearGradient() }

      var place = 0
      for (prompt, candidates) in zip(Self.prompts, Self.candidates) {
        for candidate in candidates {
          // The whole text as one sequence; only the candidate's tokens are taken.
          let targets = try Targets.sequences([prompt + candidate], positions: 48, on: .cpu)
          let perToken = try model.logProbabilities(of: targets)
          let scored = prompt.count - 1..<prompt.count - 1 + candidate.count
          try (perToken.slice(0, scored).sum() * weights[place]).backward()
          place += 1
        }
      }
      #expect(place == 9)
      for (index, parameter) in model.parameters.enumerated() {
        let separate: [Double] = try parameter.gradient?.values() ?? []
        #expect(separate.contains { $0 != 0 }, "\(model.weights.names[index])")
        expectClose(shared[index], separate, within: 1e-9, model.weights.names[index])
      }
    }
  }

  @Test func whatCannotBeScoredIsRefused() throws {
    func completions(_ candidates: [[[Int]]], _ prompts: [[Int]]) -> String {
      message {
        _ = try Targets.completions(candidates, of: prompts, positions: 8, on: .cpu)
      }
    }
    #expect(completions([[[1], []]], [[2]]) == "completion 1 of a batch has no tokens")
    #expect(
      completions([[[1]]], [[]])
        == "prompt 0 of a batch is empty; a model needs one token to begin with")
    #expect(
      completions([[[1, 2, 3, 4, 5, 6, 7]]], [[2, 2, 2]])
        == "a sequence has 9 tokens, but the model's context holds 8; shorten it or set max_length"
    )
    // The last token predicts nothing, so it needs no place.
    #expect(completions([[[1, 2, 3, 4, 5, 6]]], [[2, 2, 2]]) == "nothing was thrown")
    #expect(
      message { _ = try Targets.sequences([[1, 2], [1]], positions: 8, on: .cpu) }
        == "a sequence of 1 tokens predicts nothing")
  }
}
