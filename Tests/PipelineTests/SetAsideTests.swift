import Command
import Foundation
import Recipe
import Runs
import TestSupport
import Testing

@testable import Pipeline

/// What is made anew waits beside, whatever interrupts it.
@Suite struct SetAsideTests {
  private let folder: TemporaryFolder
  private let run: RunDirectory
  private let trainings: [RunRecipe.Training]

  init() throws {
    folder = try TemporaryFolder()
    run = RunDirectory(folder.url.appending(path: "run"))
    let text = """
      name: x
      seeds: [0, 1]
      data: {reviews: {generate: {reviews: 64, seed: 1}}}
      stages: {words: {kind: tokenizer, data: reviews, per_seed: true}}

      """
    let recipe = try RunRecipe(
      RecipeDocument.parse(text, name: "r.yaml"), base: URL(filePath: "/nowhere"))
    trainings = [0, 1].map { RunRecipe.Training(planned: recipe.stages[0], seed: $0) }
    for seed in [0, 1] { try make(seed, "old") }
    try folder.write("run/evaluation.json", "numbers")
    let costs = try Journal<PhaseCost>(run.costs, seals: true)
    for seed in [0, 1] {
      try costs.append(
        PhaseCost(
          stage: "words seed \(seed)", phase: "tokenizer", seconds: 1, peakMemory: 1, tokens: 0,
          oracleCalls: 0))
    }
  }

  private func make(_ seed: Int, _ text: String, isFinished: Bool = true) throws {
    try folder.write("run/words/seed-\(seed)/tokenizer/text", text)
    let directory = run.stage("words", seed: seed)
    var seal = StageSeal(inputs: ["seed": "\(seed)"])
    seal.outcome = try StageOutcome(directory)
    seal.isFinished = isFinished
    try seal.write(to: directory)
  }

  private func rows(_ path: String) -> String? {
    (try? folder.data("run/\(path)/tokenizer/text")).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `folders move, records are copied, and costs are those of what stands`() throws {
    let aside = SetAside(run: run)
    try aside.begin([trainings[1]])
    #expect(rows("words/seed-0") == "old")
    #expect(rows("words/seed-1") == nil)
    #expect(rows(".aside/words/seed-1") == "old")
    #expect(try folder.data("run/evaluation.json") == Data("numbers".utf8))
    #expect(try folder.data("run/.aside/records/evaluation.json") == Data("numbers".utf8))
    #expect(try Journal<PhaseCost>.read(run.costs).records.map(\.stage) == ["words seed 0"])
    #expect(try LineSeal.problem(in: run.costs) == nil)
    try make(1, "new")
    let ended = try #require(try aside.end())
    #expect(ended.same == 0)
    #expect(ended.all == 1)
    #expect(!FileManager.default.fileExists(atPath: run.aside.path))
    #expect(try aside.end() == nil)
  }

  @Test func `what was begun anew gives way to what stood, and what stands takes its place`() throws
  {
    let aside = SetAside(run: run)
    try aside.begin(trainings)
    try make(0, "half", isFinished: false)
    try make(1, "newer")
    try aside.begin(trainings)
    #expect(rows(".aside/words/seed-0") == "old")
    #expect(rows(".aside/words/seed-1") == "newer")
    #expect(rows("words/seed-0") == nil)
  }

  @Test func `a plan that was cut short is carried out`() throws {
    let aside = SetAside(run: run)
    try aside.begin([trainings[0]])
    // As a process leaves it that is killed before the second folder moves.
    let text = String(decoding: try folder.data("run/.aside/plan.json"), as: UTF8.self)
    try folder.write(
      "run/.aside/plan.json",
      text.replacing(
        "\"to_move\" : [\n\n  ]",
        with: "\"to_move\" : [{\"stage\": \"words\", \"seed\": 1, \"label\": \"words seed 1\"}]"))
    #expect(try aside.isUnderWay)
    try aside.resume()
    #expect(try !aside.isUnderWay)
    #expect(rows(".aside/words/seed-1") == "old")
    #expect(try aside.trainings.map(\.seed) == [0, 1])
  }

  @Test func `a removal that was cut short is ended`() throws {
    try folder.write("run/.aside/words/seed-1/tokenizer/text", "left")
    try SetAside(run: run).resume()
    #expect(!FileManager.default.fileExists(atPath: run.aside.path))
  }
}
