import Foundation
import Recipe
import TestSupport
import Testing

@testable import Pipeline
@testable import Training

/// What the program says of its methods.
@Suite struct MethodEntryTests {
  @Test func `every registered method is told, once`() {
    let names = MethodEntry.all.map(\.name)
    let registered =
      ObjectiveRegistry.all.map { $0.name } + RolloutObjectiveRegistry.all.map { $0.name }
      + RoundMethod.allCases.map(\.rawValue)
    #expect(Set(names) == Set(registered))
    #expect(Set(names).count == names.count)
    for entry in MethodEntry.all {
      for text in [entry.card.summary, entry.card.formula, entry.card.paper, entry.card.watch] {
        #expect(!text.isEmpty, "\(entry.name)")
      }
      #expect(!entry.uses.isEmpty, "\(entry.name)")
    }
  }

  /// Names that the examples refer to.
  private static let around = """
    name: x
    data:
      texts: {generate: {reviews: 8, seed: 1}}
      prompts: {generate: {reviews: 8, seed: 2}}
      demonstrations: {generate: {reviews: 8, seed: 3}}
      pairs: {files: pairs.jsonl}
      labelled: {files: labelled.jsonl}
    stages:
      tokenizer: {kind: tokenizer, data: texts, vocabulary: 300}
      sft: {kind: language-model, data: texts, tokenizer: tokenizer, model: {layers: 1, hidden: 8, heads: 2, positions: 128}}
      candidates: {kind: sample, policy: sft, prompts: prompts, reward: synthetic}

    """

  @Test(arguments: MethodEntry.all.map(\.name))
  func `the stage that explain shows is accepted`(_ name: String) throws {
    let entry = try #require(MethodEntry.named(name))
    let folder = try TemporaryFolder()
    try folder.write("pairs.jsonl", #"{"prompt": "a", "chosen": "b", "rejected": "c"}"#)
    let labelled = [
      #"{"prompt": "a", "completion": "b", "label": true}"#,
      #"{"prompt": "d", "completion": "b", "label": false}"#,
    ]
    try folder.write("labelled.jsonl", labelled.joined(separator: "\n"))
    for use in entry.uses {
      let text =
        Self.around + "  it:\n" + use.example.map { "    \($0)\n" }.joined()
      let document = try RecipeDocument.parse(text, name: "r.yaml")
      #expect(message { _ = try RunRecipe(document, base: folder.url) } == "nothing was thrown")
    }
    #expect(MethodsCommand.lines(entry).contains { $0.contains(entry.card.formula) })
  }
}
