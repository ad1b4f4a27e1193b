import Foundation
import Policy
import Runs
import Testing

@testable import Evaluation

@Suite struct EvaluatorTests {
  static func settings(samples: Int = 4, batch: Int = 2) -> EvaluationSettings {
    var settings = EvaluationSettings()
    settings.samples = samples
    settings.maxTokens = 3
    settings.batch = batch
    settings.bestOf = [1, 2, 4]
    settings.bestOfPool = 8
    settings.bestOfPrompts = 2
    settings.densityPrompts = 1
    settings.densitySamples = 32
    settings.densityBudget = 128
    settings.densityBeta = .given(0.5)
    return settings
  }

  static func evaluator(
    _ world: TinyWorld, _ work: String, settings: EvaluationSettings = settings(),
    prompts: [EvaluationPrompt]? = nil, loads: @escaping () -> Void = {},
    shouldStop: @escaping () -> Bool = { false },
    progress: @escaping (EvaluationProgress) -> Void = { _ in }
  ) throws -> Evaluator {
    Evaluator(
      settings: settings,
      reference: world.subject("sft", try world.model(seed: 2), loads: loads),
      subjects: [
        world.subject(
          "dpo/seed-0", try world.model(seed: 1), group: "dpo", seed: 0, beta: 0.5, loads: loads),
        world.subject(
          "dpo/seed-1", try world.model(seed: 3), group: "dpo", seed: 1, beta: 0.5, loads: loads),
        world.subject("exo", try world.model(seed: 4), beta: 0.5, loads: loads),
        world.subject("exo/step-1", try world.model(seed: 5), isFinal: false, loads: loads),
      ], oracle: .init(LetterReward()), prompts: prompts ?? world.prompts,
      directory: world.folder.appending(path: work), shouldStop: shouldStop, progress: progress)
  }

  static func result(_ outcome: EvaluationOutcome) throws -> EvaluationResult {
    guard case .finished(let result) = outcome else {
      throw EvaluationError.noPrompts
    }
    return result
  }

  /// Every file below a folder but the costs, which hold times.
  static func files(_ folder: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    let paths = FileManager.default.enumerator(atPath: folder.path)
    while let path = paths?.nextObject() as? String {
      if path.hasSuffix("-costs.jsonl") { continue }
      files[path] = FileManager.default.contents(atPath: folder.appending(path: path).path)
    }
    return files
  }

  @Test func theSameEvaluationGivesTheSameRecordAndFiles() throws {
    let world = try TinyWorld()
    let first = try Self.result(Self.evaluator(world, "one").run())
    let second = try Self.result(Self.evaluator(world, "two").run())
    #expect(first.record == second.record)
    #expect(first.samples == second.samples)
    #expect(
      try Self.files(world.folder.appending(path: "one"))
        == Self.files(world.folder.appending(path: "two")))
  }

  @Test func `what is done only grows, and what was there before is told`() throws {
    let world = try TinyWorld()
    var seen: [EvaluationProgress] = []
    _ = try Self.evaluator(world, "one", progress: { seen.append($0) }).run()
    #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.share <= $1.share })
    #expect(seen.allSatisfy { $0.found == 0 })
    let whole = try #require(seen.last).share
    // Density ratios may need fewer draws than are foreseen.
    #expect(whole > 0.3 && whole <= 1)
    var again: [EvaluationProgress] = []
    _ = try Self.evaluator(world, "one", progress: { again.append($0) }).run()
    #expect(again.last?.found == whole && again.last?.share == whole)
    // An interrupted one goes on: what it finds is less than what is done then.
    var chunks = 0
    _ = try Self.evaluator(
      world, "two",
      shouldStop: {
        chunks += 1
        return chunks > 3
      }
    ).run()
    var rest: [EvaluationProgress] = []
    _ = try Self.evaluator(world, "two", progress: { rest.append($0) }).run()
    let found = try #require(rest.last)
    #expect(found.share == whole && found.found > 0 && found.found < whole)
  }

  @Test func policiesThatDidNotMoveWriteWhatTheReferenceWrites() throws {
    let world = try TinyWorld()
    let base = try world.model(seed: 2)
    func run(_ batch: Int, _ prompts: [EvaluationPrompt]) throws -> EvaluationResult {
      let work = "common-\(batch)-\(prompts.count)"
      return try Self.result(
        Evaluator(
          settings: Self.settings(samples: 6, batch: batch), reference: world.subject("sft", base),
          subjects: [
            world.subject("same", base), world.subject("other", try world.model(seed: 4)),
          ], oracle: .init(LetterReward()), prompts: prompts,
          directory: world.folder.appending(path: work)
        ).run())
    }
    let found = try run(2, world.prompts)
    func tokens(_ result: EvaluationResult, _ policy: String, _ prompt: String) -> [String] {
      result.samples.filter { $0.policy == policy && $0.prompt == prompt }.map(\.text)
    }
    let alone = try run(1, [world.prompts[2]])
    for prompt in world.prompts.map(\.id) {
      #expect(tokens(found, "same", prompt) == tokens(found, "sft", prompt))
      #expect(Set(tokens(found, "sft", prompt)).count > 1)
    }
    // What is drawn for a prompt does not depend on the prompts beside it.
    for policy in ["sft", "other"] {
      #expect(tokens(alone, policy, "p2") == tokens(found, policy, "p2"))
    }
    // Of the combinations of two different places every win is matched by a loss.
    let rates = found.record.measurements.filter {
      $0.name == "win_rate" && $0.subject == "same" && $0.reference == "sft"
    }
    #expect(rates.map(\.value) == [0.5])
    // 3 prompts, 6 · 5 combinations each.
    #expect(rates.map(\.count) == [90])
  }

  @Test func anotherScorerGivesThePerplexity() throws {
    let world = try TinyWorld()
    let scorer = try world.model(seed: 9)
    let result = try Self.result(
      Evaluator(
        settings: Self.settings(), reference: world.subject("sft", try world.model(seed: 2)),
        subjects: [], oracle: .init(LetterReward()),
        scorer: PerplexityScorer(name: "big/one", model: scorer, version: "w"),
        prompts: world.prompts, directory: world.folder.appending(path: "scorer")
      ).run())
    let found = try #require(result.record.measurements.first { $0.name == "perplexity" })
    #expect(found.reference == "big/one")
    // By the product of next-token distributions, one prefix at a time.
    var (sum, count) = (0.0, 0)
    for sample in result.samples {
      let prompt = try #require(world.prompts.first { $0.id == sample.prompt })
      var ids = world.tokenizer.encode(sample.text)
      if sample.finished { ids.append(world.end) }
      for place in ids.indices {
        sum -= log(try world.next(scorer, prompt.tokens + ids[..<place])[ids[place]])
      }
      count += ids.count
    }
    #expect(abs(try #require(found.value) - exp(sum / Double(count))) < 1e-4)
    #expect(
      result.record.protocolNotes.contains {
        $0.name == "perplexity scorer" && $0.value == "big/one"
      })
  }

  @Test func anInterruptedEvaluationEndsWithTheSameBytes() throws {
    let world = try TinyWorld()
    let whole = try Self.result(Self.evaluator(world, "whole").run())
    var interruptions = 0
    while true {
      // Each attempt does one chunk and is stopped before the next.
      var chunks = 0
      let outcome = try Self.evaluator(
        world, "parts",
        shouldStop: {
          chunks += 1
          return chunks > 1
        }
      ).run()
      if case .finished(let result) = outcome {
        #expect(result.record == whole.record)
        #expect(result.samples == whole.samples)
        break
      }
      interruptions += 1
      try #require(interruptions < 100)
    }
    #expect(interruptions > 5)
    #expect(
      try Self.files(world.folder.appending(path: "parts"))
        == Self.files(world.folder.appending(path: "whole")))
  }

  @Test func finishedWorkLoadsNoModel() throws {
    let world = try TinyWorld()
    var loads = 0
    let first = try Self.result(Self.evaluator(world, "w", loads: { loads += 1 }).run())
    // Each once to sample; the two that have panels again to draw and to score.
    let needed = loads
    #expect(needed > 5 && (needed - 5) % 4 == 0)
    let again = try Self.result(Self.evaluator(world, "w", loads: { loads += 1 }).run())
    #expect(loads == needed)
    #expect(first.record == again.record)
  }

  @Test func aTornLineIsMadeAgain() throws {
    let world = try TinyWorld()
    let whole = try Self.result(Self.evaluator(world, "w").run())
    let journal = world.folder.appending(path: "w/exo/samples.jsonl")
    let bytes = try Data(contentsOf: journal)
    // As a crash in the middle of the last write leaves it; the costs were written before.
    try bytes.dropLast(100).write(to: journal)
    var loads = 0
    let again = try Self.result(Self.evaluator(world, "w", loads: { loads += 1 }).run())
    #expect(loads == 2)
    #expect(again.record == whole.record)
    #expect(try Data(contentsOf: journal) == bytes)
    #expect(again.costs.map(\.tokens) == whole.costs.map(\.tokens))
  }
}
