import Corpus
import Foundation
import Policy
import Runs
import Testing
import Torch

@testable import Evaluation

/// What a server would answer that has a model, computed in this process.
private struct AnsweringModel: ServedPolicy {
  let name: ServerName
  let model: LanguageModel
  var tellsLogprobs = true
  var reader: ModelReader { model.reader }

  init(_ model: LanguageModel, tellsLogprobs: Bool = true) throws {
    name = try ServerName("server:m@http://127.0.0.1:1/v1")
    self.model = model
    self.tellsLogprobs = tellsLogprobs
  }

  func completions(
    of prompts: [ServedPrompt], count: Int, _ draw: ServedDraw
  ) throws -> [[ServedCompletion]] {
    let numbers = try DrawingNumbers(seed: draw.seed, stream: draw.stream)
      .rows(of: prompts.map(\.id), count: count, length: draw.sampling.maxTokens)
    let drawn = try Sampler(model.decoder, draw.sampling)
      .sample(prompts.map(\.tokens), count: count, uniform: numbers)
    return zip(prompts, drawn).map { prompt, all in
      all.map {
        ServedCompletion(
          tokens: $0.tokens, text: model.text(of: $0, after: prompt.tokens),
          isFinished: $0.isFinished, areDrawn: true,
          logProbabilities: tellsLogprobs && draw.sampling.temperature == 1
            ? $0.logProbabilities : nil)
      }
    }
  }

  func logProbabilities(
    of completions: [[[Int]]], after prompts: [ServedPrompt]
  ) throws -> [[[Double]?]] {
    try zip(prompts, completions).map { prompt, all in
      try all.map { ids in
        guard tellsLogprobs else { return nil }
        return try withoutGradient {
          let targets = try Targets.completions(
            [[ids]], of: [prompt.tokens], positions: 16, on: .cpu)
          return try targets.perCompletion(model.decoder.logProbabilities(of: targets))[0]
        }
      }
    }
  }
}

@Suite struct ServedPolicyTests {
  private static func evaluator(
    _ world: TinyWorld, _ work: String, served: LanguageModel, tellsLogprobs: Bool = true,
    temperature: Double = 1, check: Subject.Check? = nil
  ) throws -> Evaluator {
    var settings = EvaluatorTests.settings()
    settings.temperature = temperature
    settings.bestOf = []
    var prompts = world.prompts
    prompts[0].pairs = [.init(chosen: "ab", rejected: "b")]
    let policy = EvaluatedPolicy(
      id: "server:m", group: "server:m", method: "server:m", seed: nil, step: nil, isFinal: true,
      options: [:], weights: "of server")
    return Evaluator(
      settings: settings, reference: world.subject("sft", try world.model(seed: 2)),
      subjects: [
        world.subject("here", served),
        Subject(
          policy: policy, served: try AnsweringModel(served, tellsLogprobs: tellsLogprobs),
          check: check),
      ], oracle: .init(LetterReward()), prompts: prompts,
      directory: world.folder.appending(path: work))
  }

  private static func numbers(
    _ result: EvaluationResult, of subject: String
  ) -> [String: Runs.Measurement] {
    Dictionary(
      result.record.measurements.filter { $0.subject == subject }.map {
        ("\($0.name) \($0.reference ?? "")", $0)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The same model, the same random numbers: every number that a server can give is the number.
  @Test func `a policy in a server has the numbers of the same policy here, and no others`()
    throws
  {
    let world = try TinyWorld()
    let result = try EvaluatorTests.result(
      Self.evaluator(world, "one", served: world.model(seed: 1)).run())
    let (here, there) = (Self.numbers(result, of: "here"), Self.numbers(result, of: "server:m"))
    let distributions = ["kl sft", "kl_per_token sft", "entropy "]
    #expect(distributions.allSatisfy { here[$0] != nil && there[$0] == nil })
    let contests: Set = ["win_rate server:m", "win_rate here"]
    for (name, number) in here where !distributions.contains(name) && !contests.contains(name) {
      let other = try #require(there[name], "\(name)")
      let (value, same) = (try #require(number.value), try #require(other.value))
      #expect(abs(value - same) < 1e-5, "\(name)")
    }
    #expect(there["kl_k1 sft"]?.method.contains("log π as the server tells it") == true)
    #expect(here["kl_k1 sft"]?.method.contains("server") == false)
    #expect(there["preference_accuracy sft"] != nil)
    let note = result.record.protocolNotes.first { $0.name == "server" }?.value
    #expect(
      note
        == "server:m: divergence by k1 and k3 of its samples, never exact; held against no checkpoint"
    )
    #expect(result.values.first { $0.policy.id == "server:m" }?.kl == nil)
    let sample = try #require(result.samples.first { $0.policy == "server:m" })
    #expect(sample.logRatio != nil)
  }

  @Test func `a server without log-probabilities has no divergence, and that is said`() throws {
    let world = try TinyWorld()
    let result = try EvaluatorTests.result(
      Self.evaluator(world, "one", served: world.model(seed: 1), tellsLogprobs: false).run())
    let there = Self.numbers(result, of: "server:m")
    #expect(there["reward "]?.value != nil && there["perplexity sft"]?.value != nil)
    for name in ["kl sft", "k1 sft", "k3 sft", "preference_accuracy sft"] {
      #expect(there[name] == nil)
    }
    let note = result.record.protocolNotes.first { $0.name == "server" }?.value
    #expect(
      note?.contains("no divergence: it tells no log-probabilities of 12 of 12 samples") == true)
  }

  @Test func `beside a temperature there is none either`() throws {
    let world = try TinyWorld()
    let result = try EvaluatorTests.result(
      Self.evaluator(world, "one", served: world.model(seed: 1), temperature: 0.5).run())
    #expect(Self.numbers(result, of: "server:m")["k1 sft"] == nil)
    let note = result.record.protocolNotes.first { $0.name == "server" }?.value
    #expect(note?.contains("at temperature 1 alone") == true)
  }

  @Test func `it is held against its checkpoint before it is measured, and only where it is`()
    throws
  {
    let world = try TinyWorld()
    let record = ServedRecord(
      policy: "server:m@http://127.0.0.1:1/v1", checkpoint: "dpo", samples: 32, tokens: 100,
      meanDifference: 0.01, largestDifference: 0.2, bound: 0.05)
    var checks = 0
    let check: Subject.Check = { prompts, reference in
      checks += 1
      #expect(prompts.map(\.id) == ["p0", "p1", "p2"])
      #expect(reference.name == "sft")
      return record
    }
    let first = try EvaluatorTests.result(
      Self.evaluator(world, "one", served: world.model(seed: 1), check: check).run())
    #expect(first.record.served == [record])
    #expect(
      first.record.protocolNotes.contains {
        $0.value.contains("0.010 nats a token from those of dpo")
      })
    // What is finished is not asked for, and the record is what it was.
    let again = try EvaluatorTests.result(
      Self.evaluator(world, "one", served: world.model(seed: 1), check: check).run())
    #expect(checks == 1)
    #expect(again.record == first.record)
    struct Stale: Error {}
    #expect(throws: Stale.self) {
      try Self.evaluator(
        world, "two", served: world.model(seed: 1), check: { _, _ in throw Stale() }
      ).run()
    }
  }
}
