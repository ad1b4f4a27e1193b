import Foundation
import Policy
import TestSupport
import Testing
import Torch

/// Real trained weights against numbers computed in float64 by other code (see the data's
/// ORIGIN.md): a Llama with grouped keys, a tied head and 257 greedy tokens.
@Suite(.enabled(if: SharedData.stories != nil)) struct StoriesTests {
  struct Reference: Decodable {
    struct Greedy: Decodable {
      var start: [Int]
      var ids: [Int]
      var text: String
      var logprobs: [Double]
    }
    struct Score: Decodable {
      var text: String
      var ids: [Int]
      var logprobs: [Double]
      var sumLogprob: Double
    }
    var greedy: Greedy
    var score: Score
    var firstStepLogits: [Double]
  }

  let model: LanguageModel
  let reference: Reference

  init() throws {
    let folder = try #require(SharedData.stories)
    model = try LanguageModel.load(folder.appending(path: "stories260K-hf"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    reference = try decoder.decode(
      Reference.self,
      from: Data(contentsOf: folder.appending(path: "stories260K/reference.json")))
  }

  func logProbabilities(_ ids: [Int]) throws -> [Double] {
    let decoder = model.decoder
    let targets = try Targets.sequences([ids], positions: 512, on: .cpu)
    return try withoutGradient { try decoder.logProbabilities(of: targets).values() }
  }

  @Test func firstStepLogitsAreThoseOfTheReference() throws {
    let layout = try Layout(prompts: [reference.greedy.start], positions: 512)
    let logits: [Double] = try withoutGradient {
      try model.decoder.hidden(layout).linear(model.decoder.head).reshaped(-1).values()
    }
    expectClose(logits, reference.firstStepLogits, within: 1e-4, "logits")
  }

  @Test func greedyLogProbabilitiesAreThoseOfTheReference() throws {
    #expect(reference.greedy.ids.count == 257)
    expectClose(
      try logProbabilities(reference.greedy.ids), reference.greedy.logprobs, within: 1e-4)
  }

  @Test func theScoredSentenceHasTheReferencesIdsAndLogProbabilities() throws {
    #expect(try model.prompt(reference.score.text) == reference.score.ids)
    let found = try logProbabilities(reference.score.ids)
    expectClose(found, reference.score.logprobs, within: 1e-4)
    #expect(abs(found.reduce(0, +) - reference.score.sumLogprob) < 1e-3)
  }

  @Test func temperatureZeroWritesTheReferencesStory() throws {
    var settings = model.sampling(temperature: 0, maxTokens: 256)
    settings.endTokens = []
    let uniform = try Generator(seed: 0, stream: "unused").uniform([1, 256])
    let written = try Sampler(model.decoder, settings)
      .sample([reference.greedy.start], count: 1, uniform: uniform)[0][0]
    #expect(reference.greedy.start + written.tokens == reference.greedy.ids)
    #expect(!written.isFinished)
    #expect(
      abs(written.logProbability - reference.greedy.logprobs.reduce(0, +)) < 1e-2)
    // The decoder drops the space in front of a text, as the tokenizer.json says.
    #expect(" " + model.tokenizer.decode(reference.greedy.ids) == reference.greedy.text)
  }

  @Test func aCompletionsTextKeepsTheSpaceAfterItsPrompt() throws {
    // This decoder drops a text's first space, also that of a completion decoded alone.
    let ids = reference.greedy.ids
    let completion = Completion(
      tokens: Array(ids[6...]), isFinished: false, logProbabilities: [])
    let prompt = model.tokenizer.decode(Array(ids[..<6]))
    let whole = prompt + model.text(of: completion, after: Array(ids[..<6]))
    #expect(" " + whole == reference.greedy.text)
    #expect(prompt + model.text(of: completion) != whole)
  }

  @Test func bfloat16ProductsStayNearTheReference() throws {
    model.decoder.precision = .bfloat16
    let found = try logProbabilities(reference.score.ids)
    // 8 bits of mantissa through five layers; equality would mean that nothing was rounded.
    expectClose(found, reference.score.logprobs, within: 0.15)
    #expect(zip(found, reference.score.logprobs).contains { abs($0 - $1) > 1e-3 })
  }
}
