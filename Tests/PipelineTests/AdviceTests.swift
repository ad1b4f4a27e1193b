import Foundation
import Testing

@testable import Command
@testable import Pipeline
@testable import Recipe
@testable import Training

/// Advice names keys that exist, and only those that the reader's own section can take.
@Suite struct AdviceTests {
  /// A recipe with every kind of stage, objective and method.
  private static var everything: String {
    var text = """
      name: everything
      seeds: [0]
      data:
        reviews: {generate: {reviews: 8, seed: 1}, cut: {prompt: 2}, noise: {share: 0.1}}
        pairs: {files: pairs.jsonl}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 2, positions: 64}
        more: {kind: language-model, data: reviews, from: sft}
        judge-of-texts: {kind: classifier, data: reviews, from: sft}
        scorer: {kind: reward-model, data: pairs, from: sft}
        candidates: {kind: sample, policy: sft, prompts: reviews}

      """
    for objective in ObjectiveRegistry.all {
      text +=
        "  a-\(objective.name): {kind: align, objective: \(objective.name), policy: sft, "
        + "data: candidates}\n"
    }
    for method in RolloutObjectiveRegistry.all {
      text +=
        "  o-\(method.name): {kind: on-policy, method: \(method.name), policy: sft, "
        + "prompts: reviews, reward: synthetic}\n"
    }
    for method in RoundMethod.allCases {
      text +=
        "  r-\(method.rawValue): {kind: rounds, method: \(method.rawValue), policy: sft, "
        + "data: candidates, reward: synthetic}\n"
    }
    return text + """
      evaluation: {reference: sft, reward: synthetic, prompts_from: {prompts: reviews}}
      judging: {judges: [longer], baseline: sft}

      """
  }

  /// The last part of every key that anything of such a recipe reads.
  private static func keys() throws -> Set<String> {
    let document = try RecipeDocument.parse(everything, name: "recipe.yaml")
    // What does not fit together is of no matter here.
    _ = try? RunRecipe(document, base: URL(fileURLWithPath: "/"))
    return Set(
      document.root.askedPaths().compactMap { $0.split(separator: ".").last.map(String.init) })
  }

  @Test func `every key that advice names is one that recipes have`() throws {
    let known = try Self.keys()
    #expect(known.count > 100)
    for (foreign, ours) in KeyAdvice.foreign {
      for key in ours {
        #expect(known.contains(key), "\(foreign) is said to be \(key), which nothing reads")
      }
    }
  }

  private func mistakes(_ stage: String, set: [String] = []) -> [String] {
    let recipe = """
      name: x
      data: {reviews: {generate: {reviews: 8, seed: 1}}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 2, positions: 64}
        candidates: {kind: sample, policy: sft, prompts: reviews, reward: synthetic}
        dpo: {kind: align, objective: dpo-pref, policy: sft, data: candidates, beta: 0.2}
        \(stage)
      """
    do {
      let document = try RecipeDocument.parse(recipe, name: "r", overrides: set)
      _ = try RunRecipe(document, base: URL(fileURLWithPath: "/"))
      return []
    } catch let error as RecipeError {
      return error.mistakes.map(\.message)
    } catch {
      return ["\(error)"]
    }
  }

  @Test func `advice stays in the stage that it is for`() {
    #expect(
      mistakes("exo: {kind: align, objective: exo-pref, policy: sft, data: candidates, beta: 1}")
        == ["unknown key \"beta\" in stages.exo; did you mean \"beta_pi\"?"])
    #expect(
      mistakes("exo: {kind: align, objective: exo-pref, policy: sft, data: candidates, lr: 1}")
        == [
          "unknown key \"lr\" in stages.exo; did you mean \"stages.exo.training.learning_rate\"?"
        ])
  }

  @Test func `the help's example of a setting is one that works`() throws {
    let example = try #require(CommandOption.set.help.firstMatch(of: /--set ([^;]+);/)).1
    #expect(mistakes("", set: [String(example)]) == [])
    let document = try RecipeDocument.parse(
      Demonstration.recipe, name: "demonstration", overrides: [String(example)])
    _ = try RunRecipe(document, base: URL(fileURLWithPath: "/"))
  }

  @Test func `seeds are a list, not empty, and from 0 up`() {
    func said(_ seeds: String) -> [String] { mistakes("", set: ["seeds=\(seeds)"]) }
    #expect(said("[0, 7]") == [])
    #expect(said("[]") == ["seeds: is empty; a run needs a seed, as in [0]"])
    #expect(
      said("3") == ["seeds: is a list; write [3] for the seed 3, or [0, 1, …] for 3 of them"])
    #expect(said("[-1]") == ["seeds holds -1; each must be at least 0"])
  }

  @Test(arguments: [
    ("evaluation.json", "is what a record of the run is called"),
    ("Judgments", "is what a record of the run is called"),
    ("origin.json", "is what a record of the run is called"),
    ("seed-3", "is what the folder of a seed is called"), ("\" \"", "is empty"),
    ("\"\"", "is empty"), ("\"a\\0b\"", "holds a control character"),
    ("\"a\\e[2J\"", "holds a control character"), ("a/b", "holds a slash"),
    (".x", "begins with a dot"),
    (
      String(repeating: "x", count: 121),
      "is longer than 120 bytes; other parts of file names are added to it"
    ),
  ])
  func `stages cannot have the names of other things`(name: String, problem: String) {
    let found = mistakes("\(name): {kind: tokenizer, data: reviews}")
    #expect(
      found.count == 1 && found[0].hasSuffix(": the name of the stage \(problem); choose another"))
  }

  @Test func `names that differ by canonical equivalence alone are one name twice`() {
    let found = mistakes(
      "\"caf\u{E9}\": {kind: tokenizer, data: reviews}\n  \"cafe\u{301}\": {kind: tokenizer, data: reviews}"
    )
    #expect(found.count == 1 && found[0].contains("is written twice"))
  }
}
