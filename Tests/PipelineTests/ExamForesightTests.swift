import Foundation
import Recipe
import Testing
import Training

@testable import Pipeline

/// What examinations cost, where the recipe itself makes the tokenizer.
@Suite struct ExamForesightTests {
  private func tokens(_ folder: URL, _ exams: String) throws -> Double {
    let text = """
      name: x
      data: {reviews: {generate: {reviews: 8, seed: 1}}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 1, positions: 64}
          training: {steps: 4}
        more: {kind: language-model, data: reviews, from: sft, training: {steps: 4}}
      evaluation:
        {reference: sft, reward: synthetic, policies: [more], prompts_from: {prompts: reviews}
         \(exams)}
      """
    let plan = try RunRecipe(RecipeDocument.parse(text, name: "r"), base: folder)
    let part = try Outlook(plan).parts.first { $0.name == "evaluation" }
    return try #require(part).estimate.tokens
  }

  @Test func `prompts and choices are counted from their bytes`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "plumb-exam-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(
      """
      {"prompt": "A film that", "choices": ["good", "bad"], "answer": 0}
      {"prompt": "It was", "choices": ["good", "bad"], "answer": 1}

      """.utf8
    ).write(to: folder.appending(path: "a.jsonl"))
    let without = try tokens(folder, "")
    let with = try tokens(folder, ", exams: {films: {file: a.jsonl, kind: choices}}")
    // Two models; prompts of 11 and 6 bytes, choices of 4 and 3.
    let each = [11, 6, 4, 3, 4, 3].map { StageSizes.tokens(bytes: $0, vocabulary: 300) }
    #expect(abs(with - without - 2 * each.reduce(0, +)) < 1e-6)
  }
}
