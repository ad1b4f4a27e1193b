import Foundation
import Recipe
import Testing

@testable import Pipeline

/// Mistakes in lists stand at the item that is wrong, and what follows from them is not told.
@Suite struct ListMistakesTests {
  /// With places, and what `check` finds in the examinations' files.
  private func mistakes(
    root: String = "seeds: [0, 1]", exo: String = "learning_rate: {sweep: [1e-3, 3e-4]}",
    _ evaluation: String = "", judging: String = "judges: [longer]"
  ) throws -> [String] {
    let text = """
      name: x
      \(root)
      data: {reviews: {generate: {reviews: 8, seed: 1}}, others: {generate: {reviews: 8, seed: 2}}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          {kind: language-model, data: reviews, tokenizer: words, training: {steps: 4},
           model: {layers: 1, hidden: 8, heads: 1, positions: 64}}
        c: {kind: sample, policy: sft, prompts: reviews, reward: synthetic}
        exo: {kind: align, objective: exo-pref, policy: sft, data: c, training: {\(exo)}}
        dpo: {kind: align, objective: dpo-pref, policy: sft, data: c}
      evaluation:
        reference: sft
        reward: synthetic
        prompts_from: {prompts: reviews}
        \(evaluation)
      judging: {\(judging)}
      """
    do {
      _ = try RunRecipe(RecipeDocument.parse(text, name: "r"), base: URL(fileURLWithPath: "/"))
      return []
    } catch let error as RecipeError {
      return error.mistakes.map(\.description)
    }
  }

  @Test func `what stands there twice is named where it stands the second time`() throws {
    #expect(try mistakes(root: "seeds: [3, 1, 3]") == ["r:2:15: seeds: 3 stands there twice"])
    #expect(
      try mistakes("best_of: [1, 2, 1]") == ["r:16:19: evaluation.best_of: 1 stands there twice"])
    #expect(
      try mistakes("selection: {prompts: others, seeds: [7, 8, 7], at: {kl: [2, 1, 2.0]}}")
        == [
          "r:16:46: evaluation.selection.seeds: 7 stands there twice",
          "r:16:66: evaluation.selection.at.kl: 2.0 stands there twice",
        ])
    #expect(
      try mistakes("policies: [dpo, exo, dpo, exo]")
        == [
          "r:16:24: evaluation.policies: dpo stands there twice",
          "r:16:29: evaluation.policies: exo-learning_rate=1e-3 stands there twice",
        ])
    #expect(
      try mistakes(judging: "judges: [longer], against: [reference, chosen, reference]")
        == ["r:17:58: judging.against: reference stands there twice"])
    #expect(
      try mistakes(judging: "judges: [longer], pairs: [[exo, dpo], [dpo, exo]]").first
        == "r:17:49: judging.pairs: [dpo, exo] stands there twice")
  }

  @Test func `every item that is wrong is named at its place`() throws {
    #expect(
      try mistakes(root: "log: [csv, tensorbord]")
        == [
          "r:2:12: log: holds \"tensorbord\"; it takes tensorboard, csv, trackio; did you mean tensorboard?"
        ])
    let sizes = try mistakes("best_of: [1, 64, 128]\n  best_of_pool: 32")
    #expect(sizes.map { $0.prefix(8) } == ["r:16:16:", "r:16:20:"], "\(sizes)")
    let judges = try mistakes(
      judging: "judges: [longer, lnger, \"chat:m@htp://x\", \"reward:nix\"]")
    #expect(judges.map { $0.prefix(8) } == ["r:17:28:", "r:17:35:", "r:17:53:"], "\(judges)")
    #expect(judges[1].hasSuffix("wants an address that begins with http:// or https://"))
    let against = try mistakes(
      judging: "judges: [longer], against: [reference, exoo, best-of-9]")
    #expect(
      against.map { $0.prefix(8) } == ["r:17:50:", "r:17:56:"], "\(against)")
    let policies = try mistakes("policies: [dpo, dpoo]\n  require: [kl(dpo) > 0, kl(exo) > 0]")
    #expect(policies.count == 1 && policies[0].hasPrefix("r:16:19: "), "\(policies)")
  }

  @Test func `each wrong item is told, and what is right stays`() throws {
    #expect(
      try mistakes("best_of: [1, 1, x, 4000]")
        == [
          "r:16:16: evaluation.best_of: 1 stands there twice",
          "r:16:19: evaluation.best_of: expected a whole number, found \"x\"",
          "r:16:22: evaluation.best_of: best of 4000 needs a best_of_pool of at least 4000",
        ])
    #expect(
      try mistakes(
        "selection: {prompts: others, at: {kl: [1, 3, -1]}}\n  require: [reward_at_kl_3(dpo) > 0]")
        == ["r:16:48: evaluation.selection.at.kl holds -1.0; each must be above 0"])
    // Of a value that is no list nothing else is said.
    #expect(
      try mistakes(
        root: "seeds: [0, -1, 2]", judging: "judges: [longer], pairs: [[dpo/seed-2, sft]]")
        == ["r:2:12: seeds holds -1; each must be at least 0"])
  }

  @Test func `who uses a sweep that is wrong has done nothing wrong`() throws {
    let found = try mistakes(
      exo: "learning_rate: {sweep: [1e-3, 1e-3]}",
      "selection: {prompts: others}\n  require: [kl(exo) > 0, reward_at_kl_4(exo - dpo) > 0]",
      judging:
        "judges: [longer], policies: [exo], against: [exo], pairs: [[exo, dpo]], require: [win_rate(exo) > 0]"
    )
    #expect(
      found == ["r:10:106: stages.exo.training.learning_rate: sweep holds 1e-3 twice"], "\(found)")
  }

  @Test func `two names of one policy are one, and a judge has one vote`() throws {
    let last = try mistakes(judging: "judges: [longer], pairs: [[dpo, dpo], [dpo/seed-0, exo]]")
    #expect(last == ["r:17:37: judging.pairs: [dpo, dpo] compares something with itself"])
    #expect(
      try mistakes(judging: "judges: [longer, shorter, longer]")
        == ["r:17:37: judging.judges: longer stands there twice"])
    #expect(try mistakes(judging: "judges: [longer], pairs: [[exo, exo]]").isEmpty)
  }

  @Test func `a key of some settings of a sweep is said to be that`() throws {
    let text = """
      name: x
      data: {reviews: {generate: {reviews: 8, seed: 1}}}
      stages:
        exo: {kind: align, objective: {sweep: [exo-pref, dpo-pref]}, policy: ./m, data: reviews, beta_pi: 1, bta: 2}
      """
    let error = #expect(throws: RecipeError.self) {
      try RunRecipe(RecipeDocument.parse(text, name: "r"), base: URL(fileURLWithPath: "/"))
    }
    let found = error?.mistakes.map(\.description) ?? []
    #expect(
      found.contains(
        "r:4:92: stages.exo.beta_pi is no key of exo-objective=dpo-pref; what only some of a sweep take "
          + "needs a stage of their own"), "\(found)")
    #expect(found.count { $0.contains("unknown key \"bta\"") } == 1, "\(found)")
  }
}
