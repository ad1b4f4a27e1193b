import Foundation
import Policy
import TestSupport
import Testing
import Torch

/// What is drawn for a row depends on its prompt and its own numbers, and on nothing else.
@Suite struct SamplerTests {
  static let prompts = [
    [3, 1, 4, 1, 5, 9, 2], [6], [5, 3], [5, 8, 9, 7], [9, 3, 2, 3, 8, 4, 6],
  ]
  /// Several ids end a completion, so that rows leave at every step.
  static let settings = SamplingSettings(
    temperature: 1, maxTokens: 24, vocabulary: 11, endTokens: [10, 0])

  static func uniform(_ rows: Int, _ stream: String = "sampler") throws -> Tensor {
    try Generator(seed: 3, stream: stream).uniform([rows, settings.maxTokens])
  }

  @Test func theBatchAroundARowDoesNotChangeIt() throws {
    for model in try TinyModels.all() {
      let sampler = Sampler(model, Self.settings)
      let each = 12
      let numbers = try Self.uniform(Self.prompts.count * each)
      let together = try sampler.sample(Self.prompts, count: each, uniform: numbers)
      let lengths = Set(together.joined().map(\.tokens.count))
      #expect(lengths.count > 6, "rows must leave at many steps: \(lengths.sorted())")
      for (prompt, expected) in zip(Self.prompts.indices, together) {
        let mine = try numbers.slice(0, prompt * each..<(prompt + 1) * each)
        // K = 12 of one prompt, then each row all alone.
        let group = try sampler.sample([Self.prompts[prompt]], count: each, uniform: mine)[0]
        expectEqual(group, expected)
        for row in 0..<each {
          let single = try sampler.sample(
            [Self.prompts[prompt]], count: 1, uniform: mine.slice(0, row..<row + 1))
          expectEqual(single[0], [expected[row]])
        }
      }
    }
  }

  @Test func aLogProbabilityThatIsNoNumberIsRefused() throws {
    var settings = Self.settings
    settings.temperature = 1e-300
    let sampler = Sampler(try TinyModels.llama(), settings)
    let numbers = try Self.uniform(Self.prompts.count)
    #expect(
      message { _ = try sampler.sample(Self.prompts, count: 1, uniform: numbers) }
        == "at temperature 1e-300 a drawn token has a log-probability that is not finite; raise the "
        + "temperature, or train again from an earlier checkpoint")
  }

  @Test func aTokenAtATimeGivesTheSameCompletion() throws {
    for model in try TinyModels.all() {
      let numbers = try Self.uniform(Self.prompts.count)
      for (row, prompt) in Self.prompts.enumerated() {
        let mine = try numbers.slice(0, row..<row + 1)
        let whole = try Sampler(model, Self.settings).sample([prompt], count: 1, uniform: mine)
        var stream = try TokenStream(model, Self.settings, after: prompt, uniform: mine)
        var drawn: [Int] = []
        while let id = try stream.next() { drawn.append(id) }
        #expect(drawn == whole[0][0].tokens)
        expectEqual([stream.completion], whole[0])
        #expect(try stream.next() == nil)
      }
    }
    #expect(throws: PolicyError.self) {
      _ = try TokenStream(
        TinyModels.llama(), Self.settings, after: Array(repeating: 1, count: 4096),
        uniform: Self.uniform(1))
    }
  }

  @Test func chunksOfPromptsGiveWhatAllTogetherGive() throws {
    let model = try TinyModels.llama()
    let sampler = Sampler(model, Self.settings)
    // Of 160 rows several threads take a part each; a prompt's 32 stay together.
    let each = 32
    let numbers = try Self.uniform(Self.prompts.count * each)
    let together = try sampler.sample(Self.prompts, count: each, uniform: numbers)
    for size in [1, 2, 3] {
      var pieces: [[Completion]] = []
      for start in stride(from: 0, to: Self.prompts.count, by: size) {
        let end = min(start + size, Self.prompts.count)
        pieces += try sampler.sample(
          Array(Self.prompts[start..<end]), count: each,
          uniform: numbers.slice(0, start * each..<end * each))
      }
      for (piece, whole) in zip(pieces, together) { expectEqual(piece, whole) }
    }
  }

  @Test func theRecordedLogProbabilityIsTheScorers() throws {
    for model in try TinyModels.all() {
      for temperature in [1.0, 0.6, 1.7] {
        var settings = Self.settings
        settings.temperature = temperature
        let drawn = try Sampler(model, settings)
          .sample(Self.prompts, count: 6, uniform: try Self.uniform(30))
        let targets = try Targets.completions(
          drawn.map { $0.map(\.tokens) }, of: Self.prompts, positions: 48, on: .cpu)
        let scored: [Double] = try withoutGradient {
          try targets.summed(
            model.logProbabilities(of: targets, temperature: temperature)
          ).values()
        }
        expectClose(drawn.joined().map(\.logProbability), scored, within: 1e-4)
      }
    }
  }

  @Test func temperatureZeroTakesTheMostLikelyTokenWhateverTheNumbers() throws {
    for model in try TinyModels.all() {
      var settings = Self.settings
      settings.temperature = 0
      let drawn = try Sampler(model, settings)
        .sample(Self.prompts, count: 2, uniform: try Self.uniform(10))
      let other = try Sampler(model, settings)
        .sample(Self.prompts, count: 2, uniform: try Self.uniform(10, "other"))
      for (prompt, completions) in zip(Self.prompts, drawn) {
        var expected: [Int] = []
        while expected.count < 24, expected.last != 10, expected.last != 0 {
          let logits = try TinyModels.logits(model, prompt + expected)
          expected.append(logits.indices.max { logits[$0] < logits[$1] } ?? -1)
        }
        #expect(completions.map(\.tokens) == [expected, expected])
        let sum = try TinyModels.logProbability(model, prompt, expected)
        #expect(abs(completions[0].logProbability - sum) < 1e-4)
      }
      #expect(drawn.joined().map(\.tokens) == other.joined().map(\.tokens))
    }
  }

  @Test func frequenciesAreTheExactProbabilities() throws {
    // Three ids, of which 2 ends a completion; at most 3 tokens: 15 completions.
    let settings = SamplingSettings(
      temperature: 0.8, maxTokens: 3, vocabulary: 3, endTokens: [2])
    let prompts = [[0], [1, 0, 0, 1, 1]]
    let count = 6000
    let model = try TinyModels.llama(vocab: 3)
    let drawn = try Sampler(model, settings).sample(
      prompts, count: count,
      uniform: try Generator(seed: 11, stream: "frequencies").uniform([2 * count, 3]))
    for (prompt, completions) in zip(prompts, drawn) {
      var counts: [[Int]: Int] = [:]
      for completion in completions { counts[completion.tokens, default: 0] += 1 }
      var mass = 0.0
      var chiSquared = 0.0
      for tokens in Self.completions(letters: 2, longest: 3) {
        let probability = exp(
          try TinyModels.logProbability(model, prompt, tokens, temperature: 0.8))
        mass += probability
        let expected = probability * Double(count)
        chiSquared += pow(Double(counts.removeValue(forKey: tokens) ?? 0) - expected, 2) / expected
      }
      #expect(abs(mass - 1) < 1e-5)
      #expect(counts.isEmpty)
      // 14 degrees of freedom: 36.12 is exceeded once in a thousand.
      #expect(chiSquared < 36.12)
    }
  }

  /// All completions over `letters` ids and an end token that end or reach the limit.
  static func completions(letters: Int, longest: Int) -> [[Int]] {
    var open: [[Int]] = [[]]
    var all: [[Int]] = []
    for length in 1...longest {
      all += open.map { $0 + [letters] }
      open = open.flatMap { start in (0..<letters).map { start + [$0] } }
      if length == longest { all += open }
    }
    return all
  }

  @Test func rowsOfTheEmbeddingThatNoTokenHasAreNeverDrawn() throws {
    let model = try TinyModels.llama()
    var settings = Self.settings
    settings.vocabulary = 4
    settings.endTokens = []
    let drawn = try Sampler(model, settings)
      .sample(Self.prompts, count: 8, uniform: try Self.uniform(40))
    let ids = Set(drawn.joined().flatMap(\.tokens))
    #expect(ids == [0, 1, 2, 3])
    // What is recorded is the scorer's: under all eleven rows, as `transformers` normalises.
    let targets = try Targets.completions(
      drawn.map { $0.map(\.tokens) }, of: Self.prompts, positions: 48, on: .cpu)
    let scored: [Double] = try withoutGradient {
      try targets.summed(model.logProbabilities(of: targets)).values()
    }
    expectClose(drawn.joined().map(\.logProbability), scored, within: 1e-4)
    settings.temperature = 0
    let likeliest = try Sampler(model, settings)
      .sample([[6]], count: 1, uniform: try Self.uniform(1))[0][0]
    let logits = try TinyModels.logits(model, [6])
    #expect(likeliest.tokens[0] == (0..<4).max { logits[$0] < logits[$1] })
  }

  @Test(arguments: [
    (Truncation(topK: 2), [0.0, 0.4 / 0.7, 0.3 / 0.7, 0]),
    (Truncation(topP: 0.39), [0, 1, 0, 0]),
    (Truncation(topP: 0.41), [0, 0.4 / 0.7, 0.3 / 0.7, 0]),
    (Truncation(topP: 0.95), [0.1, 0.4, 0.3, 0.2]),
    (Truncation(topK: 3, topP: 0.7), [0, 0.4 / 0.7, 0.3 / 0.7, 0]),
    (Truncation(topK: 9), [0.1, 0.4, 0.3, 0.2]),
  ])
  func truncatedDrawsHaveTheSharesOfWhatIsLeft(_ item: (Truncation, [Double])) throws {
    // 0.4 / 0.9 of the three likeliest is below 0.7, and 0.7 / 0.9 is not.
    let probabilities = [0.1, 0.4, 0.3, 0.2]
    let count = 20_000
    let row = probabilities.map { Float(log($0)) }
    let logits = try Tensor.of(
      (0..<count).flatMap { _ in row + [3] }, [count, 5])
    let uniform = try Tensor.of((0..<count).map { (Float($0) + 0.5) / Float(count) })
    let drawn = try logits.draw(
      uniform: uniform, temperature: 1, allowed: 4, truncation: item.0)
    let ids: [Int] = try drawn.ids.values()
    let logs: [Double] = try drawn.logProbabilities.values()
    // The fifth column is never drawn but takes its share.
    let total = log(1 + exp(3.0))
    for id in 0..<4 {
      let share = Double(ids.count { $0 == id }) / Double(count)
      #expect(abs(share - item.1[id]) < 1e-3)
    }
    for (id, found) in zip(ids, logs).prefix(200) {
      #expect(abs(found - (log(probabilities[id]) - total)) < 1e-5)
    }
  }

  @Test func aTruncatedCompletionKeepsTheProbabilitiesOfTheWholePolicy() throws {
    for model in try TinyModels.all() {
      var settings = Self.settings
      settings.truncation = Truncation(topK: 4, topP: 0.8)
      let drawn = try Sampler(model, settings)
        .sample(Self.prompts, count: 6, uniform: try Self.uniform(30))
      let targets = try Targets.completions(
        drawn.map { $0.map(\.tokens) }, of: Self.prompts, positions: 48, on: .cpu)
      let scored = try withoutGradient {
        try targets.perCompletion(model.logProbabilities(of: targets))
      }
      for (completion, expected) in zip(drawn.joined(), scored) {
        expectClose(completion.logProbabilities, expected, within: 1e-4)
      }
    }
  }

  @Test func commonNumbersBelongToAPromptAndASample() throws {
    let numbers = DrawingNumbers(seed: 3, stream: "evaluation")
    let all: [Double] = try numbers.rows(of: ["a", "b"], count: 3, length: 4).values()
    // Another batch, another number of samples and another length leave them as they are.
    let other: [Double] = try numbers.rows(of: ["b"], count: 2, length: 6).values()
    #expect(Array(other[0..<4]) == Array(all[12..<16]))
    #expect(Array(other[6..<10]) == Array(all[16..<20]))
    #expect(Set(all).count == 24)
    #expect(try numbers.rows(of: [], count: 2, length: 6).sizes == [0, 6])
  }

  @Test func whatDoesNotFitTheContextIsRefused() throws {
    let model = try TinyModels.llama(positions: 30)
    let text = message {
      _ = try Sampler(model, Self.settings)
        .sample(Self.prompts, count: 1, uniform: try Self.uniform(5))
    }
    #expect(
      text == "a prompt of 7 tokens and 24 new ones exceed the model's context of 30; "
        + "shorten the prompt or max_tokens")
  }

  @Test func nothingToDrawGivesNothing() throws {
    let sampler = Sampler(try TinyModels.llama(), Self.settings)
    #expect(try sampler.sample([], count: 3, uniform: try Self.uniform(0)).isEmpty)
    #expect(try sampler.sample([[1]], count: 0, uniform: try Self.uniform(0)) == [[]])
  }

  /// Ids exactly; log-probabilities as far as the order of sums in another batch allows.
  func expectEqual(
    _ found: [Completion], _ expected: [Completion],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.map(\.tokens) == expected.map(\.tokens), sourceLocation: sourceLocation)
    #expect(found.map(\.isFinished) == expected.map(\.isFinished), sourceLocation: sourceLocation)
    expectClose(
      found.map(\.logProbability), expected.map(\.logProbability), within: 1e-4,
      sourceLocation: sourceLocation)
  }
}
