import Command
import Foundation
import Recipe
import Runs
import TestSupport
import Testing

@testable import Pipeline

/// What of another run is equal, and why the rest is not.
@Suite struct StageReuseTests {
  private let folder: TemporaryFolder
  private let training: RunRecipe.Training
  private let other: RunDirectory

  init() throws {
    folder = try TemporaryFolder()
    let text = """
      name: x
      seeds: [0, 2]
      data: {reviews: {generate: {reviews: 64, seed: 1}}}
      stages: {words: {kind: tokenizer, data: reviews, per_seed: true}}

      """
    let recipe = try RunRecipe(
      RecipeDocument.parse(text, name: "r.yaml"), base: URL(filePath: "/nowhere"))
    training = RunRecipe.Training(planned: recipe.stages[0], seed: 2)
    other = RunDirectory(folder.url.appending(path: "other"))
  }

  private func seal(_ changes: [String: String] = [:]) -> StageSeal {
    var seal = StageSeal(
      inputs: ["seed": "2", "libtorch": "2.13.0", "stage sft": "aa", "beta": "0.1"]
        .merging(changes) { $1 })
    seal.version = Plumb.version
    return seal
  }

  /// A finished stage of the other run.
  private func make(_ seal: StageSeal, seed: Int = 2, isFinished: Bool = true) throws {
    try folder.write("other/words/seed-\(seed)/rows.jsonl", "{\"seq\":0,\"text\":\"a\"}\n")
    let directory = other.stage("words", seed: seed)
    var seal = seal
    seal.outcome = try StageOutcome(directory)
    seal.isFinished = isFinished
    try seal.write(to: directory)
    let costs = try Journal<PhaseCost>(other.costs, seals: true)
    try costs.append(
      PhaseCost(
        stage: "words seed \(seed)", phase: "tokenizer", seconds: 7, peakMemory: 1, tokens: 0,
        oracleCalls: 0))
  }

  /// Why it is refused, and its price; nil where it is equal.
  private func refusal() throws -> (reason: String, seconds: Double?)? {
    switch try StageReuse([other]).look(for: training, seal()) {
    case .found: nil
    case .refused(let reason, let seconds): (reason, seconds)
    }
  }

  @Test func `an equal one is found, with what it took`() throws {
    try make(seal())
    guard case .found(let found) = try StageReuse([other]).look(for: training, seal()) else {
      Issue.record("not found")
      return
    }
    #expect(found.seconds == 7)
    #expect(found.isMade(from: [:]))
    #expect(!found.isMade(from: ["sft": "bb"]))
  }

  @Test(arguments: [
    (["libtorch": "2.12.0"], "in other libtorch is 2.12.0 and here 2.13.0"),
    (["beta": "0.2"], "in other beta is 0.2 and here 0.1"),
    (["stage sft": "bb"], "in other stage sft is another one"),
  ])
  func `another setting, library or input is named`(
    _ change: [String: String], _ reason: String
  ) throws {
    try make(seal(change))
    let found = try #require(try refusal())
    #expect(found.reason == reason)
    #expect(found.seconds == 7)
  }

  @Test func `another version, seed or an unfinished one is not equal`() throws {
    #expect(try refusal()?.reason == "other has no words seed 2")
    try make(seal(), seed: 0)
    #expect(try refusal()?.reason == "other has no words seed 2, but of seed 0")
    try make(seal(), isFinished: false)
    #expect(try refusal()?.reason == "is not finished in other")
    var older = seal()
    older.version = "0.0.1"
    try make(older)
    #expect(
      try refusal()?.reason == "other was made by Plumb 0.0.1, and this is \(Plumb.version)")
    older.version = nil
    try make(older)
    #expect(
      try refusal()?.reason
        == "other was made by Plumb of an unknown version, and this is \(Plumb.version)")
  }

  @Test func `a record that was changed since is not taken`() throws {
    try make(seal())
    let file = try folder.write("other/words/seed-2/rows.jsonl", "{\"seq\":0,\"text\":\"b\"}\n")
    #expect(try refusal()?.reason == "\(file.path) has changed since the stage was done")
  }
}
