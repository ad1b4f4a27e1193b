import Foundation
import Runs
import Testing

extension EndToEnd {
  /// Rows of an evaluation that a model's context does not hold.
  @Suite struct FittingPromptsTests {
    private static func row(_ id: Int, _ prompt: String, _ chosen: String) -> String {
      #"{"id": "\#(id)", "prompt": "\#(prompt)", "chosen": "\#(chosen)", "rejected": " a dull film"}"#
    }

    private static let recipe = """
      name: fit
      threads: 1
      data:
        reviews: {generate: {reviews: 200, seed: 1}}
        pairs: {files: pairs.jsonl}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 16, heads: 2, positions: 48}
          max_length: 48
          training: {steps: 2, batch: 8, learning_rate: 1e-3}
        dpo: {kind: align, objective: dpo-pref, policy: sft, data: pairs, training: {batch: 2, learning_rate: 1e-3}}
      evaluation:
        {reference: sft, chosen: data, prompts_from: {prompts: pairs}, max_tokens: 8, best_of: []}
      """

    @Test func `what does not fit is left out, counted, and stops nothing`() throws {
      let place = try Workplace(recipe: Self.recipe)
      let long = String(repeating: "a great and moving film ", count: 30)
      let rows = [
        Self.row(1, "the film", " is great"), Self.row(2, "this film", " is moving"),
        Self.row(3, long, " is great"), Self.row(4, "that film", " is \(long)"),
      ]
      try place.write("pairs.jsonl", rows.joined(separator: "\n") + "\n")
      let outcome = try Engine.run(["run", "tiny.yaml", "-o", "run"], in: place.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let phrases = [
        "1 prompt without room for 8 tokens in the context",
        "1 labelled pair longer than the context",
      ]
      for phrase in phrases { #expect(outcome.errors.contains("\(phrase): left out")) }
      let record = try RecordFile.read(
        EvaluationRecord.self, from: RunDirectory(place.run).evaluation)
      #expect(
        record.protocolNotes.first { $0.name == "left out" }?.value
          == phrases.joined(separator: "; "))
      let accuracy = record.measurements.first { $0.name == "preference_accuracy" }
      #expect(accuracy?.count == 2)
      #expect(record.protocolNotes.first { $0.name == "prompts" }?.value == "3")
      // What was not learnt from stands on the page as well.
      let page = try String(
        contentsOf: place.run.appending(path: "report.html"), encoding: .utf8)
      #expect(
        page.contains(
          "<p>Left out of the data:</p><ul><li>dpo: 2 examples exceed the context and are left out</li>"
        ))
      // Without a reward the end says how far the policy moved, and that nothing ranks it.
      #expect(outcome.output.contains(/name +seeds +KL to reference +interval/))
      #expect(
        outcome.output.contains(
          "Reward is not measured: the recipe names none (evaluation.reward). KL is to the reference, sft, "
            + "in nats."))
    }
  }
}
