import Foundation
import TestSupport
import Testing

extension EndToEnd {
  /// Keys of records: `snake_case` in all that is written, and `camelCase` of earlier versions read.
  @Suite struct RecordSpellingTests {
    /// Something of every kind of record: a sweep and a selection, a search for a KL, rounds, on-policy
    /// training, examinations, judges.
    private static let recipe = """
      name: tiny
      seeds: [0, 1]
      threads: 1
      data:
        reviews: {generate: {reviews: 400, seed: 1}}
        openings: {generate: {reviews: 48, seed: 2}}
        unseen: {generate: {reviews: 16, seed: 3}}
        validation: {generate: {reviews: 16, seed: 4}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 640}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 32, heads: 4, positions: 96}
          max_length: 64
          training: {steps: 20, batch: 16, learning_rate: 1e-2}
        candidates: {kind: sample, policy: sft, prompts: openings, max_tokens: 16, reward: synthetic}
        exo:
          kind: align
          objective: exo-pref
          policy: sft
          data: candidates
          training: {steps: 4, batch: 8, learning_rate: {sweep: [1e-3, 3e-4]}, checkpoints: 2}
          probe_prompts: 4
        dpo:
          kind: align
          objective: dpo-pref
          policy: sft
          data: candidates
          kl_target: {nats: 0.05, prompts: validation, limit: 8, samples: 2, trials: 2}
          training: {steps: 4, batch: 8, learning_rate: 1e-3}
        rl:
          kind: on-policy
          method: rloo
          policy: sft
          reward: synthetic
          prompts: openings
          steps: 2
          batch: 4
          samples: 2
          max_tokens: 16
        inpo:
          kind: rounds
          method: inpo
          policy: sft
          rounds: 2
          prompts: openings
          limit: 8
          candidates: 4
          max_tokens: 16
          oracle: {kind: bradley-terry, reward: synthetic}
          training: {epochs: 1, batch: 8}
      evaluation:
        reference: sft
        reward: synthetic
        prompts_from: {prompts: unseen}
        prompts: 8
        samples: 2
        max_tokens: 16
        best_of: [1, 2, 4]
        best_of_pool: 4
        best_of_prompts: 4
        density_prompts: 1
        density_samples: 8
        density_beta: 0.5
        bootstrap: 100
        selection: {prompts: validation, at: {kl: [0.05, 64]}, seeds: [5]}
        exams: {sums: {file: ./sums.jsonl, kind: choices}}
        require: "kl(dpo) > -1"
      judging: {judges: [longer, "reward:synthetic"], prompts: 8, canaries: 2}
      """

    @Test func everyRecordOfARunIsInSnakeCase() throws {
      let place = try Workplace(recipe: Self.recipe)
      try place.write(
        "sums.jsonl",
        (0..<8).map {
          #"{"prompt": "\#($0) and:", "choices": ["good", "bad"], "answer": "good"}\#n"#
        }.joined())
      let outcome = try place.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let found = try CamelKeys.below(place.run)
      // Drawn completions keep the names that other programs read.
      let others = found.keys.filter { !$0.contains("/rows.jsonl: ") }
      #expect(others.isEmpty, "\(others)")
      #expect(others.count < found.keys.count && found.files > 100)
      for name in [
        "judging.json", "exams.json", "gates.json", "selection/choice.json", "overlap.json",
        "inpo/seed-0/rounds.jsonl", "dpo-search/strength.json", "candidates/seed-0/rows.jsonl",
      ] {
        let file = place.run.appending(path: name)
        #expect(FileManager.default.fileExists(atPath: file.path), "\(name)")
      }
      let verified = try Engine.run(["verify", "run", "--json"], in: place.url)
      #expect(verified.status == 0, "\(verified.output)")
      #expect(try CamelKeys.of(lines: verified.output).isEmpty)
      // And a run in the earlier spelling is told.
      try EarlierSpelling.respell(place.run)
      #expect(try CamelKeys.below(place.run).keys.count > 20)
    }

    @Test func aRunOfAnEarlierVersionGoesOnWithoutTrainingAndHolds() throws {
      let place = try Workplace()
      try Finished.shared.get().put(into: place)
      func verified() throws -> Engine.Outcome {
        try Engine.run(["verify", "run"], in: place.url)
      }
      let whole = try verified()
      #expect(whole.status == 0, "\(whole.output)")
      try EarlierSpelling.respell(place.run)
      let old = try verified()
      #expect(old.status == 0)
      #expect(old.output == whole.output)
      let before = try Workplace.files(place.run)
      let again = try place.complete()
      #expect(again.status == 0, "\(again.errors)")
      let changed = Set(Workplace.differences(try Workplace.files(place.run), before))
      // What is made of the records, and says what it said.
      #expect(
        changed.subtracting([".lock"]) == [
          "evaluation.json", "samples.jsonl", "evaluation/costs.jsonl", "report.html",
        ])
      #expect(try verified().output == whole.output)
      // A record that was changed since is noticed as before.
      let rows = "run/candidates/seed-1/rows.jsonl"
      var bytes = try Data(contentsOf: place.url.appending(path: rows))
      bytes[bytes.count / 2] ^= 1
      try place.write(rows, bytes)
      #expect(try verified().status != 0)
      #expect(try place.complete().status == 3)
    }

    @Test func whatAnEarlierVersionMadeIsTakenOverAndMadeAgainAlike() throws {
      let place = try Workplace()
      try Finished.shared.get().put(into: place)
      try EarlierSpelling.respell(place.run)
      let other = try Engine.run(
        ["run", "tiny.yaml", "-o", "other", "--reuse", "run"], in: place.url)
      #expect(other.status == 0, "\(other.errors)")
      let seals = try ["run", "other"].map {
        try String(
          contentsOf: place.url.appending(path: "\($0)/exo/seed-1/done.json"), encoding: .utf8)
      }
      #expect(seals[0].contains("isFinished") && seals[1].contains("is_finished"))
      // Rows that are drawn anew are those that were, so that what was made from them stands.
      let again = try Engine.run(
        Workplace.arguments + ["--redo", "candidates", "--yes"], in: place.url)
      #expect(again.status == 0, "\(again.errors)")
      #expect(
        again.errors.contains("\n4 made anew, of which 4 came out as before\n"), "\(again.errors)")
    }
  }
}
