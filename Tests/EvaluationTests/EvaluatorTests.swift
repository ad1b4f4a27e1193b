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
    settings.densityBeta = 0.5
    return settings
  }

  static func evaluator(
    _ world: TinyWorld, _ work: String, settings: EvaluationSettings = settings(),
    prompts: [EvaluationPrompt]? = nil, loads: @escaping () -> Void = {},
    shouldStop: @escaping () -> Bool = { false }
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
      directory: world.folder.appending(path: work), shouldStop: shouldStop)
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
    #expect(loads == 5)
    let again = try Self.result(Self.evaluator(world, "w", loads: { loads += 1 }).run())
    #expect(loads == 5)
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
