import Command
import Foundation
import Recipe
import Testing

@testable import Pipeline

/// What recipes require of their numbers: `require` of the evaluation, of examinations and of judging.
@Suite struct RecipeGatesTests {
  private func recipe(
    _ evaluation: String = "", judging: String = "judges: [longer], against: [reference]"
  ) throws -> RunRecipe {
    let text = """
      name: x
      seeds: [0, 1]
      data: {reviews: {generate: {reviews: 8, seed: 1}}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 8, heads: 1, positions: 64}
          training: {steps: 4, checkpoints: 2}
        more:
          kind: language-model
          data: reviews
          from: sft
          per_seed: true
          training: {steps: 40, checkpoints: 2}
      evaluation:
        {reference: sft, reward: synthetic, chosen: none, policies: [more, ./other],
         prompts_from: {prompts: reviews}, \(evaluation)}
      judging: {\(judging)}
      """
    return try RunRecipe(
      RecipeDocument.parse(text, name: "r"), base: URL(fileURLWithPath: "/"))
  }

  private func mistakes(_ evaluation: String = "", judging: String? = nil) throws -> [String] {
    let error = #expect(throws: RecipeError.self) {
      try judging.map { try recipe(evaluation, judging: $0) } ?? recipe(evaluation)
    }
    return error?.said.map(\.message) ?? []
  }

  @Test func `both spellings are read, and nothing stands among the settings of who asks nothing`()
    throws
  {
    let plan = try recipe(
      "require: [win_rate(more) > 0.5, 'more/seed-1/step-20: kl < 5', reward >= 0, kl(./other) < 9]"
    )
    #expect(
      plan.evaluation?.requirements.map(\.words) == [
        "more: win_rate > 0.5", "more/seed-1/step-20: kl < 5.0", "reward >= 0.0",
        "./other: kl < 9.0",
      ])
    let silent = try recipe()
    #expect(silent.evaluation?.requirements == [])
    #expect(!String(decoding: silent.document.resolvedJSON(), as: UTF8.self).contains("require"))
  }

  @Test func `what the run will not measure is refused by name`() throws {
    let offer =
      "reward, classifier_accuracy, kl, kl_k1, kl_k3, kl_per_token, win_rate, prompts_worse, "
      + "reward_difference, perplexity, length, truncated, entropy, distinct_1, distinct_2, distinct_3"
    #expect(
      try mistakes("require: [rewad > 1]") == [
        "evaluation.require: 'rewad > 1.0' wants a number that is measured (\(offer); did you mean "
          + "reward?)"
      ])
    // Nothing labels pairs where chosen is none.
    #expect(try mistakes("require: [reward_margin > 1]").count == 1)
    #expect(
      try mistakes("require: [kl(moer) < 1]") == [
        "evaluation.require: 'moer: kl < 1.0' wants a name that is measured (sft, more, ./other; did you "
          + "mean more?)"
      ])
    #expect(
      try mistakes("require: [kl(more/seed-7) < 1]") == [
        "evaluation.require: 'more/seed-7: kl < 1.0' wants a name that is measured (more/seed-7: more is "
          + "trained with seeds 0, 1)"
      ])
    #expect(
      try mistakes("require: [win_rate(sft) > 0.5]") == [
        "evaluation.require: 'sft: win_rate > 0.5' wants the name of a policy, which win_rate compares "
          + "with the reference"
      ])
    #expect(try recipe("require: [kl(sft) < 1]").evaluation?.requirements.count == 1)
  }

  @Test func `the table at equal KL takes conditions by its caps and methods`() throws {
    let selection =
      "held_out_reward: synthetic, selection: {prompts: reviews, at: {kl: [1, 8]}, seeds: [7]}"
    let plan = try recipe(
      "\(selection), require: [reward_at_kl_8(more) > 1, held_out_reward_at_kl_1 > 0, "
        + "'more - ./other: reward_at_kl_8 > 0']")
    #expect(
      plan.evaluation?.requirements.map(\.words) == [
        "more: reward_at_kl_8 > 1.0", "held_out_reward_at_kl_1 > 0.0",
        "more - ./other: reward_at_kl_8 > 0.0",
      ])
    for (condition, words) in [
      (
        "reward_at_kl_4(more - ./other) > 1",
        "wants a cap of the selection (there is reward_at_kl_1, reward_at_kl_8, held_out_reward_at_kl_1"
      ),
      ("reward_at_kl_8(more - more) > 1", "wants two methods that differ"),
      ("reward_at_kl_8(moor) > 1", "wants a method that is chosen for (more, ./other"),
      (
        "held_out_reward_at_kl_8(more - ./other) > 1",
        "wants reward, by which the selection chooses: differences are of that"
      ),
    ] {
      let found = try mistakes("\(selection), require: [\(condition)]")
      #expect(found.count == 1 && found[0].contains(words), "\(found)")
    }
    #expect(
      try mistakes("require: [reward_at_kl_8 > 1]").first?.contains(
        "wants a number that is measured")
        == true)
  }

  @Test func `a mistake of form is one line that says what to write`() throws {
    #expect(
      try mistakes("require: []") == [
        "evaluation.require: holds no condition; write one, as in ['win_rate(dpo) > 0.5'], or leave it "
          + "out"
      ])
    #expect(try mistakes("require: [kl]").count == 1)
    #expect(
      try mistakes("require: [more: kl < 5]") == [
        "evaluation.require: expected a text, found a mapping; put a text with a colon in quotes"
      ])
  }

  @Test func `judges are asked for what meets, and people only with a calibration`() throws {
    func judged(_ require: String) -> String {
      "judges: [longer], against: [reference], pairs: [[more, ./other]], require: [\(require)]"
    }
    let plan = try recipe(
      judging: judged("win_rate(more) > 0.5, win_rate(more - ./other) > 0.4, flip_rate < 0.1"))
    let found = try #require(plan.judging?.requirements)
    #expect(found.map(\.requirement.quantity) == ["win_rate", "win_rate", "flip_rate"])
    #expect(found[1].first == [.group("more")] && found[1].second == [.group("./other")])
    #expect(
      try mistakes(judging: judged("win_rate(./other - more) > 0.5")) == [
        "judging.require: './other - more: win_rate > 0.5' wants the name of a policy that is judged, or "
          + "two as they meet (more - reference, ./other - reference, more - ./other)"
      ])
    #expect(
      try mistakes(judging: judged("agreement > 0.7")) == [
        "judging.require: 'agreement > 0.7' wants judging.calibration: FILE, which holds agreement with "
          + "people"
      ])
    #expect(try mistakes(judging: judged("kl < 0.7")).count == 1)
    #expect(
      try mistakes(judging: "judges: [longer], calibration: none.json") == [
        "judging.calibration: /none.json: no such file; give one that plumb calibrate wrote"
      ])
  }

  @Test func `an examination takes conditions of its own, by its files`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "plumb-gates-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "a.jsonl")
    try Data(#"{"prompt": "a", "choices": ["b", "c"], "answer": 0}"#.utf8).write(to: file)
    func problems(_ own: String, _ all: String) throws -> [String] {
      let plan = try recipe(
        "exams: {films: {file: \(file.path), kind: choices, require: [\(own)]}}, require: [\(all)]")
      return plan.evaluation?.gateProblems([
        "films": ["acc", "acc_norm", "brier", "accuracy"]
      ]) ?? []
    }
    #expect(try problems("accuracy(more) > 0.3", "'films: acc > 0.2', brier < 1, kl < 9") == [])
    #expect(
      try problems("acu > 0.3", "'films: brir < 1'") == [
        "require[0]: 'films: brir < 1.0' wants a number that is measured (acc, acc_norm, brier, accuracy; "
          + "did you mean brier?)",
        "exams.films.require[0]: 'acu > 0.3' wants a number that is measured (acc, acc_norm, brier, accuracy; "
          + "did you mean acc?)",
      ])
    // Checkpoints along a training sit none, whichever way the condition is written.
    let absent =
      "wants a model that sits examinations: of more its last checkpoint, step-40, and not more/step-20"
    #expect(
      try problems("accuracy(more/step-40) > 0.3", "'more/step-40: brier < 1'") == [])
    #expect(
      try mistakes("exams: {films: {file: x, require: [accuracy(more/step-20) > 0.3]}}")
        .filter { $0.contains(absent) }.count == 1)
    #expect(
      try mistakes("exams: {films: {file: x}}, require: ['more/step-20: brier < 1']")
        .filter { $0.contains(absent) }.count == 1)
    // A name inside is a model's.
    #expect(try mistakes("exams: {films: {file: x, require: [acc(films) > 1]}}").count == 1)
  }
}
