import Recipe
import Testing
import Torch

@testable import Evaluation

@Suite struct EvaluationSettingsTests {
  static func read(_ text: String) throws -> EvaluationSettings {
    let document = try RecipeDocument.parse(text, name: "recipe.yaml")
    let settings = EvaluationSettings(from: document.root.section("evaluation"))
    try document.finish()
    return settings
  }

  @Test func anEmptySectionHasTheDefaults() throws {
    #expect(try Self.read("evaluation: {}") == EvaluationSettings())
  }

  @Test func everyKeyIsRead() throws {
    let settings = try Self.read(
      """
      evaluation:
        samples: 2
        temperature: 0.8
        max_tokens: 32
        prompts: 100
        best_of: [1, 8]
        best_of_pool: 16
        best_of_prompts: 10
        density_prompts: 2
        density_samples: 64
        density_budget: 128
        density_beta: 0.5
        confidence: 0.9
        batch: 16
        seed: 7
        precision: bfloat16
      """)
    var expected = EvaluationSettings()
    expected.samples = 2
    expected.temperature = 0.8
    expected.maxTokens = 32
    expected.prompts = 100
    expected.bestOf = [1, 8]
    expected.bestOfPool = 16
    expected.bestOfPrompts = 10
    expected.densityPrompts = 2
    expected.densitySamples = 64
    expected.densityBudget = 128
    expected.densityBeta = .given(0.5)
    expected.confidence = 0.9
    expected.batch = 16
    expected.seed = 7
    expected.precision = .bfloat16
    #expect(settings == expected)
  }

  @Test func theBetaOfDensityRatiosMayBeLookedFor() throws {
    let settings = try Self.read("evaluation: {density_beta: auto, density_samples: 300}")
    #expect(settings.densityBeta == .auto)
    #expect(settings.densityBudget == 1200)
    let error = #expect(throws: RecipeError.self) {
      try Self.read("evaluation: {density_beta: auto, density_samples: 64, density_budget: 32}")
    }
    #expect(
      error?.description == """
        recipe.yaml:1:71: evaluation.density_budget: must be at least density_samples, 64, which are drawn \
        first
        recipe.yaml:1:71: evaluation.density_budget: must be at least 100 where density_beta is auto: a β is \
        looked for whose draws are worth as many
        """)
    let word = #expect(throws: RecipeError.self) {
      try Self.read("evaluation: {density_beta: small}")
    }
    #expect(
      word?.description
        == "recipe.yaml:1:28: evaluation.density_beta: expected a number or auto, found \"small\"")
  }

  @Test func densityWorkIsCounted() throws {
    var settings = try Self.read(
      "evaluation: {density_beta: 1, density_samples: 10, density_prompts: 4}")
    // 3 policies, 40 of each for each of 4 prompts; the reference scores three policies' draws, and each
    // of the other two those of three.
    #expect(settings.densityWork(prompts: 9, policies: 2) == (480, 1440))
    #expect(settings.densityWork(prompts: 1, policies: 2) == (120, 360))
    // Of 21 policies twelve stand for the optimal one: 21 + 11 · 12 + 9.
    #expect(settings.densityWork(prompts: 1, policies: 20) == (840, 40 * 162))
    settings.densityBeta = nil
    #expect(settings.densityWork(prompts: 9, policies: 2) == (0, 0))
  }

  @Test func truncatedSamplesGiveNoBestOfAndNoPanels() throws {
    let settings = try Self.read("evaluation: {top_k: 40, top_p: 0.9}")
    #expect(settings.truncation == Truncation(topK: 40, topP: 0.9))
    #expect(settings.bestOf.isEmpty)
    let error = #expect(throws: RecipeError.self) {
      try Self.read("evaluation: {top_p: 0.5, best_of: [2], density_beta: 1}")
    }
    #expect(
      error?.description == """
        recipe.yaml:1:26: evaluation.best_of: needs samples of the whole policy; leave it out, or \
        top_k and top_p
        recipe.yaml:1:54: evaluation.density_beta: needs samples of the whole policy; leave it out, or \
        top_k and top_p
        """)
  }

  @Test func impossibleSettingsAreNamedWithTheirPlace() {
    let error = #expect(throws: RecipeError.self) {
      try Self.read(
        """
        evaluation:
          temperature: 0
          best_of: [1, 128, 1]
          sample: 3
        """)
    }
    #expect(
      error?.description == """
        recipe.yaml:2:16: evaluation.temperature is 0; it must be at least 1e-06 and at most 100
        recipe.yaml:3:16: evaluation.best_of: best of 128 needs a best_of_pool of at least 128
        recipe.yaml:3:21: evaluation.best_of: 1 stands there twice
        recipe.yaml:4:3: unknown key "sample" in evaluation; did you mean "samples"?
        """)
  }
}
