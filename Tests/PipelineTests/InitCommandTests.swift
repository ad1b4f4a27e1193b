import Command
import Foundation
import Recipe
import TestSupport
import Testing

@testable import Pipeline
@testable import Training

/// What `plumb init` writes is what a run takes.
@Suite struct InitCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func initialise(_ request: InitRequest) -> String {
    let console = Console(Output(format: .json, isQuiet: true), refusesColor: true)
    return message { _ = try InitCommand(request, console: console).perform() }
  }

  private var recipe: String { folder.url.appending(path: "recipe.yaml").path }

  private func written() throws -> (text: String, plan: RunRecipe) {
    let text = String(decoding: try folder.data("recipe.yaml"), as: UTF8.self)
    let document = try RecipeDocument.load(path: recipe)
    return (text, try RunRecipe(document, base: folder.url))
  }

  @Test func `without anything a small model from scratch moves on generated reviews`() throws {
    #expect(initialise(InitRequest(output: recipe)) == "nothing was thrown")
    let (text, plan) = try written()
    #expect(plan.stages.map(\.name) == ["tokenizer", "start", "rows", "dpo"])
    #expect(text.split(separator: "\n").count <= 30)
    #expect(text.contains("# only measured on"))
  }

  @Test func `a file that is there stays, until it is said otherwise`() throws {
    try folder.write("recipe.yaml", "mine")
    #expect(
      initialise(InitRequest(output: recipe))
        == "\(recipe) is there already; write another one with -o, or add --replace")
    #expect(try folder.data("recipe.yaml") == Data("mine".utf8))
    #expect(initialise(InitRequest(output: recipe, replaces: true)) == "nothing was thrown")
    #expect(try folder.data("recipe.yaml") != Data("mine".utf8))
  }

  @Test func `columns of other names are found, and what is no pairs is named`() throws {
    let rows = (0..<20).map { "what is \($0),it is \($0) indeed,no \($0)" }
    let pairs = try folder.write(
      "own.csv", "query,accepted,refused\n" + rows.joined(separator: "\n") + "\n")
    #expect(
      initialise(InitRequest(data: .pairs(pairs.path), output: recipe)) == "nothing was thrown")
    let (text, plan) = try written()
    #expect(text.contains(#"columns: {chosen: "accepted", prompt: "query", rejected: "refused"}"#))
    #expect(try plan.data["rows"]?.preferencePairs().count ?? 0 > 10)
    let prompts = try folder.write("p.jsonl", #"{"prompt": "a"}"#)
    #expect(
      initialise(InitRequest(data: .pairs(prompts.path), output: recipe, replaces: true)).hasPrefix(
        "\(prompts.path) holds prompts (columns prompt); name it --prompts"))
    #expect(
      initialise(InitRequest(data: .prompts(prompts.path), output: recipe, replaces: true))
        .hasPrefix("prompts alone make no model; name one: --model FOLDER"))
  }

  /// A part of a tenth of a few rows is often empty: rows are parted by what they say.
  @Test(arguments: [1, 2, 5, 12, 19])
  func `of few rows some are kept apart, and where none can be all serve both`(count: Int) throws {
    let rows = (0..<count).map {
      #"{"prompt": "The film number \#($0) was", "chosen": " wonderful.", "rejected": " dull."}"#
    }
    let file = try folder.write("few.jsonl", rows.joined(separator: "\n") + "\n")
    #expect(
      initialise(InitRequest(data: .pairs(file.path), output: recipe)) == "nothing was thrown")
    let (text, plan) = try written()
    let learnt = try #require(plan.data["rows"]).preferencePairs().count
    let measured = try #require(plan.data["unseen"]).preferencePairs().count
    #expect(learnt > 0 && measured > 0)
    if text.contains("the same rows") {
      #expect(
        learnt == count && measured == count && text.contains("too few rows to keep some apart"))
    } else {
      #expect(learnt + measured == count)
    }
    #expect(count > 1 || text.contains("the same rows"))
  }

  @Test func `rows that are left out are named with their reasons`() throws {
    let good = #"{"prompt": "a", "chosen": "b", "rejected": "c"}"#
    let rows =
      [#"{"prompt": "a", "chosen": "b", "rejected": 7}"#] + Array(repeating: good, count: 8)
    let file = try folder.write("some.jsonl", rows.joined(separator: "\n") + "\n")
    let data = try FoundData(.pairs(file.path), nil)
    #expect(data.use == .pairs && data.rows == 8 && data.lengths.isEmpty)
    let lines = data.losses(in: nil)
    #expect(lines.count == 2 && lines[0] == "1 row is left out, which cannot be used:")
    #expect(lines[1].contains("some.jsonl:1:"), "\(lines)")
  }

  @Test func `rates follow size and adapter`() {
    let rates = [200_000, 135_000_000, 1_500_000_000, 8_000_000_000].map { weights in
      [false, true].map { UsualRate(weights: weights, hasAdapter: $0, .preferences).rate }
    }
    // An adapter takes more, a larger model less.
    for pair in rates { #expect(pair[0] < pair[1]) }
    for (small, large) in zip(rates, rates.dropFirst()) {
      #expect(small[0] > large[0] && small[1] > large[1])
    }
    #expect(
      UsualRate(weights: 134_515_008, hasAdapter: true, .preferences).reason
        == "for 134.5 million weights, under an adapter")
  }

  @Test func `a rate that is not given follows the model, and one that is given stays`() throws {
    func rate(_ training: String) throws -> (rate: Double, batch: Int, defaults: [String]) {
      let text = """
        name: x
        data: {texts: {generate: {reviews: 40, seed: 1}}}
        stages:
          tokenizer: {kind: tokenizer, data: texts, vocabulary: 300}
          sft: {kind: language-model, data: texts, tokenizer: tokenizer, model: {layers: 1, hidden: 8, heads: 2, positions: 96}}
          rows: {kind: sample, policy: sft, prompts: texts, reward: synthetic}
          it: {kind: align, objective: exo-rw, policy: sft, data: rows\(training)}
        """
      let plan = try RunRecipe(
        RecipeDocument.parse(text, name: "r.yaml"), base: folder.url)
      let stage = try #require(plan.stages.last?.stage as? AlignStage)
      return (stage.training.learningRate, stage.training.batch, try Outlook(plan).defaults)
    }
    let silent = try rate("")
    #expect(silent.rate == 3e-4 && silent.batch == 16)
    #expect(silent.defaults.count == 1)
    #expect(silent.defaults[0].hasPrefix("stages.it.training.learning_rate: 0.0003, for "))
    let stated = try rate(", training: {learning_rate: 1e-6, batch: 64}")
    #expect(stated.rate == 1e-6 && stated.batch == 64 && stated.defaults == [])
  }
}
