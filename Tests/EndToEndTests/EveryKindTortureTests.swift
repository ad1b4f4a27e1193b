import Foundation
import TestSupport
import Testing

extension EndToEnd {
  /// Kills at any moment of a run that has a stage of every kind, an oracle and a judge behind HTTP.
  /// `PLUMB_TORTURE=60` kills 60 times; three times by default.
  @Suite struct EveryKindTortureTests {
    private static func recipe(_ judge: String) -> String {
      """
      name: tiny
      seeds: [0]
      threads: 1
      data:
        reviews: {generate: {reviews: 300, seed: 1}}
        openings: {generate: {reviews: 16, seed: 2}}
        unseen: {generate: {reviews: 8, seed: 3}}
        pairs: {files: pairs.jsonl}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 400}
        oracle:
          kind: classifier
          data: reviews
          tokenizer: words
          model: {layers: 0, hidden: 16, heads: 2, positions: 96}
          pooling: presence
          training: {steps: 12, batch: 16, learning_rate: 1e-2, checkpoints: 3}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 32, heads: 2, positions: 72}
          max_length: 64
          training: {steps: 60, batch: 16, learning_rate: 1e-2, checkpoints: 4}
        preference:
          kind: reward-model
          from: sft
          data: pairs
          max_length: 64
          training: {steps: 8, batch: 8, learning_rate: 1e-3, checkpoints: 2}
        candidates:
          {kind: sample, policy: sft, prompts: openings, per_prompt: 4, max_tokens: 12, chunk: 4,
           reward: oracle}
        exo:
          kind: align
          objective: exo-pref
          policy: sft
          data: candidates
          training: {steps: 4, batch: 8, learning_rate: 1e-3, checkpoints: 2}
          probe_prompts: 4
        ppo:
          kind: on-policy
          method: ppo
          policy: sft
          prompts: openings
          reward: preference
          steps: 4
          batch: 8
          max_tokens: 12
          training: {learning_rate: 1e-3, checkpoints: 2}
        sppo:
          kind: rounds
          method: sppo
          policy: sft
          prompts: openings
          rounds: 2
          candidates: 2
          max_tokens: 12
          chunk: 8
          probe_prompts: 4
          oracle:
            {kind: judge, judges: "\(judge)", template: summary, swap: none, share_answers: false}
          training: {steps: 3, batch: 8, learning_rate: 1e-3}
      evaluation:
        reference: sft
        reward: oracle
        held_out_reward: preference
        prompts_from: {prompts: unseen}
        prompts: 8
        samples: 2
        max_tokens: 12
        best_of: [1, 2]
        best_of_pool: 2
        best_of_prompts: 4
        bootstrap: 100
        batch: 4
      judging:
        judges: "\(judge)"
        template: summary
        share_answers: false
        canaries: 0
        prompts: 6
      """
    }

    private static var pairs: String {
      (0..<24).map { index in
        #"{"prompt": "A film number \#(index)", "chosen": " that is good", "#
          + #""rejected": " that was \#(index % 2 == 0 ? "bad" : "long and bad")"}"# + "\n"
      }.joined()
    }

    private func place(_ server: HostileServer) throws -> Workplace {
      let place = try Workplace(recipe: Self.recipe(server.judge("late")))
      try place.write("pairs.jsonl", Self.pairs)
      return place
    }

    /// The page without its section on judges: it says which requests were sent again.
    private func records(_ place: Workplace) throws -> [String: Data] {
      var records = try place.records()
      records["report.html"] = records["report.html"]?.without(section: "judged")
      return records
    }

    @Test func killedAnywhereItGoesOnToTheSameBytesAndLeavesNoStrayFile() throws {
      let folder = try TemporaryFolder()
      try HostileServer.run(folder.url) { server in
        let undisturbed = try place(server)
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try undisturbed.complete()
        let seconds = (clock.now - start) / .seconds(1)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let expected = try records(undisturbed)
        for stage in ["words", "oracle", "preference", "exo/seed-0", "ppo/seed-0", "sppo/seed-0"] {
          #expect(expected["\(stage)/done.json"] != nil, "\(stage)")
        }
        var tally = TortureTests.Tally()
        var attempts = 0
        while tally.killed < TortureTests.rounds, attempts < 3 * TortureTests.rounds {
          attempts += 1
          let place = try place(server)
          let process = try place.start()
          let moment = Double.random(in: 0..<seconds)
          usleep(UInt32(moment * 1e6))
          process.send(SIGKILL)
          guard try process.finish().status == 128 + SIGKILL else { continue }
          tally.killed += 1
          let again = try place.complete()
          #expect(again.status == 0, "killed at \(moment) s of \(seconds): \(again.errors)")
          if again.status == 0 { tally.resumed += 1 }
          let differences = Workplace.differences(try records(place), expected)
          #expect(differences.isEmpty, "killed at \(moment) s of \(seconds): \(differences)")
          if differences.isEmpty { tally.identical += 1 }
        }
        tally.report("every kind of stage, oracle and judge behind HTTP")
        #expect(tally.killed == TortureTests.rounds)
      }
    }
  }
}
