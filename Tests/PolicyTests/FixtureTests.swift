import Foundation
import Policy
import TestSupport
import Testing
import Torch

/// The numbers of `transformers` for tiny checkpoints of every supported kind.
@Suite struct FixtureTests {
  @Test(arguments: [Fixture.gpt2, .llama, .llamaTied])
  func logProbabilitiesAndLogitsAreThoseOfTransformers(_ fixture: Fixture) throws {
    let model = try Decoder.load(fixture.folder)
    var compared = 0
    for sequence in try fixture.expected.sequences {
      let ids = sequence.inputIds
      let targets = try Targets.sequences([ids], positions: 32, on: .cpu)
      let found: [Double] = try withoutGradient {
        try model.logProbabilities(of: targets).values()
      }
      expectClose(found, try #require(sequence.logProbabilities), within: 1e-4)
      compared += found.count
      guard let expected = sequence.logits else { continue }
      expectClose(try TinyModels.logits(model, ids), expected, within: 1e-4, "logits")
      compared += expected.count
    }
    #expect(compared == 570 + 21)
  }

  @Test(arguments: [Fixture.gpt2Classifier, .llamaClassifier])
  func scoresAreThoseOfTransformers(_ fixture: Fixture) throws {
    let model = try Decoder.load(fixture.folder)
    let sequences = try fixture.expected.sequences
    // All at once: transformers saw them one at a time.
    let found: [Double] = try withoutGradient {
      try model.scores(sequences.map(\.inputIds)).reshaped(-1).values()
    }
    expectClose(found, sequences.flatMap { $0.scores ?? [] }, within: 1e-4)
  }

  @Test(arguments: [Fixture.gpt2, .llama])
  func theTokenizerGivesTheIdsThatTransformersGave(_ fixture: Fixture) throws {
    let model = try LanguageModel.load(fixture.folder)
    let texts = ["the cat sat on the rain", "A film that I enjoyed.", "Ünïcode 北京 \u{1F600}"]
    #expect(try texts.map { try model.prompt($0) } == fixture.expected.sequences.map(\.inputIds))
  }
}
