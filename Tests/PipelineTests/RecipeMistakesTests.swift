import Foundation
import Recipe
import TestSupport
import Testing

@testable import Pipeline

/// One mistake in a recipe is one line.
@Suite struct RecipeMistakesTests {
  private func mistakes(name: String = "x", _ stages: String, _ more: String = "") -> [String] {
    let text = "name: \(name)\ndata: {made: {generate: {reviews: 8}}}\nstages:\n\(stages)\(more)"
    return message {
      _ = try RunRecipe(
        RecipeDocument.parse(text, name: "r.yaml"), base: URL(filePath: "/nowhere"))
    }.replacing("nothing was thrown", with: "").split(separator: "\n").map(String.init)
      .filter { !$0.contains(": there is no folder /") }
  }

  private static let kinds =
    "tokenizer, language-model, classifier, reward-model, sample, align, on-policy, rounds"

  @Test func `an unknown kind is all that is said of its stage`() {
    #expect(
      mistakes(
        """
          a: {kind: martian, policy: b, data: c, training: {steps: 3}}
          d: {kind: sample, policy: a, prompts: made}

        """,
        """
        evaluation: {reference: a, policies: [a], reward: synthetic, prompts_from: {prompts: made}}

        """)
        == ["r.yaml:4:13: stages.a.kind: martian is no kind of stage; there is \(Self.kinds)"])
    #expect(
      mistakes("  a: {kind: smaple, policy: b}\n")
        == [
          "r.yaml:4:13: stages.a.kind: smaple is no kind of stage; there is \(Self.kinds); did you mean "
            + "sample?"
        ])
    #expect(
      mistakes("  a: {knd: align, policy: b}\n")
        == [#"r.yaml:4:7: unknown key "knd" in stages.a; did you mean "kind"?"#])
  }

  @Test(arguments: [
    (
      "density_beta: foo",
      "evaluation.density_beta: expected a number or auto, found \"foo\""
    ),
    (
      "density_beta: 1, density_prompts: 0",
      "evaluation.density_prompts: is 0, which leaves density_beta no panel; leave one of the two out"
    ),
  ])
  func `what density panels cannot be is said with what they can`(
    _ settings: String, _ words: String
  ) {
    let found = mistakes(
      "  words: {kind: tokenizer, data: made, vocabulary: 300}\n",
      "evaluation: {reference: ./m, policies: [./n], reward: synthetic, "
        + "prompts_from: {prompts: made}, \(settings)}\n")
    #expect(found.contains { $0.hasSuffix(": " + words) }, "\(found)")
  }

  @Test
  func `limits of an alarm and of a search are complained of once, and no margin is too wide`() {
    let stage =
      "  a: {kind: align, objective: ipo, policy: ./m, data: made, "
    let alarm = mistakes(
      stage
        + "alarm: {reward: synthetic, held_out_reward: ./r, prompts: made, limit: 0, margin: 0.6}}\n"
    )
    #expect(alarm.count { $0.contains("alarm.limit") } == 1, "\(alarm)")
    #expect(
      alarm.contains {
        $0.hasSuffix("stages.a.alarm.margin is 0.6; it must be at least 0 and below 0.5")
      }, "\(alarm)")
    let search = mistakes(stage + "kl_target: {nats: 1, prompts: made, limit: 0}}\n")
    #expect(search.count { $0.contains("kl_target.limit") } == 1, "\(search)")
  }

  @Test func `how often a stage runs is not swept`() {
    let found = mistakes(
      "  a: {kind: align, objective: ipo, policy: ./m, data: made, per_seed: {sweep: [true, false]}}\n"
    )
    #expect(
      found.contains {
        $0.hasSuffix(
          "stages.a.per_seed is a sweep; it says how often a stage runs, which is nothing to choose; "
            + "write true or false")
      }, "\(found)")
  }

  @Test func `an empty name is refused`() {
    #expect(
      mistakes(name: "\"\"", "  a: {kind: tokenizer, data: made}\n")
        == ["r.yaml:1:7: name: expected a text, found \"\""])
  }

  @Test func `where no stage trains a policy, none is offered`() {
    #expect(
      mistakes(
        "  a: {kind: tokenizer, data: made}\n",
        """
        evaluation: {reference: ./m, policies: [p], reward: synthetic, prompts_from: {prompts: made}}

        """)
        == [
          "r.yaml:5:41: evaluation.policies: p is no stage that trains a policy (there is none); a folder is "
            + "written with a slash"
        ])
  }

  @Test(arguments: ["1e-300", "0"])
  func `a temperature has a least value`(_ written: String) {
    #expect(
      mistakes("  a: {kind: sample, policy: ./m, prompts: made, temperature: \(written)}\n")
        == [
          "r.yaml:4:62: stages.a.temperature is \(written); it must be at least 1e-06 and at most 10"
        ])
  }

  @Test func `so has that of a judge, where 0 is greedy`() {
    func said(_ temperature: String) -> [String] {
      mistakes(
        "  a: {kind: rounds, method: online-dpo, policy: ./m, prompts: made, rounds: 1, training: "
          + "{steps: 1, batch: 4}, oracle: {kind: judge, judges: [longer], temperature: "
          + "\(temperature)}}\n"
      ).map { String($0.split(separator: ": ", maxSplits: 1)[1]) }
    }
    #expect(said("0") == [])
    #expect(
      said("1e-300") == [
        "stages.a.oracle.temperature: is 1e-300; it must be 0, a number of at least 1e-06, or server"
      ])
  }
}
