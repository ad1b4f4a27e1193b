import Foundation
import Recipe
import TestSupport
import Testing

@testable import Pipeline

/// A first recipe with everything wrong that people get wrong: a line for each cause, and no more.
@Suite struct TwentyMistakesTests {
  private static let recipe = """
    nam: x
    seeds: 3
    device: gpu
    precision: bf16
    data:
      made: {generate: {reviews: 8, sed: 1}}
      rows: {generate: {reviews: many}}
    stages:
      tok: {kind: tokenizer, data: mad, vocabulary: 10}
      sft:
        kind: language-model
        data: made
        tokenizer: tok
        model: {layers: 1, hiden: 8, heads: 2, positions: 64}
        training: {lr: 1e-3, batch_size: 8}
      cand: {kind: smaple, policy: sft, prompts: made}
      dpo: {kind: align, objective: dpo, policy: sft, data: cand}
      exo: {kind: align, objective: exo-rw, policy: stf, data: cand, beta: 0.1}
      ppo: {kind: on-policy, method: pppo, policy: sft, prompts: made, reward: synthetic}
    evaluation:
      reference: sft
      reward: synthetic
      prompts_from: {prompts: unseen}
      sample: 4
      chosen: dta

    """

  @Test func `twenty mistakes are at most twenty lines, each with its advice`() {
    let lines = message {
      _ = try RunRecipe(
        RecipeDocument.parse(Self.recipe, name: "r.yaml"), base: URL(filePath: "/nowhere"))
    }.split(separator: "\n").map(String.init)
    #expect(lines.count <= 20, "\(lines.joined(separator: "\n"))")
    for words in [
      #"unknown key "nam"; did you mean "name"?"#, "seeds: is a list", "gpu is no device",
      #"precision is "bf16""#, #"did you mean "seed"?"#, "expected a whole number",
      "there is no data named mad", #"did you mean "hidden"?"#, #"did you mean "learning_rate"?"#,
      #"did you mean "batch"?"#, "did you mean sample?", #"objective is "dpo""#,
      "there is no stage stf above this one", #""beta""#, #"did you mean "ppo"?"#,
      "there is no data named unseen", #"did you mean "samples"?"#, #"did you mean "data"?"#,
    ] {
      #expect(lines.filter { $0.contains(words) }.count == 1, "\(words)")
    }
    for line in lines { #expect(line.hasPrefix("r.yaml:"), "\(line)") }
  }
}
