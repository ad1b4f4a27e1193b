import Foundation
import Runs
import Testing

extension EndToEnd {
  /// Rounds as a user runs them: checked, killed, gone on with, measured and reported.
  @Suite struct RoundsRunTests {
    static let recipe = """
      name: tiny
      seeds: [0]
      threads: 1
      data:
        reviews: {generate: {reviews: 400, seed: 1}}
        praise: {generate: {reviews: 24, seed: 5, label: 1}}
        openings: {generate: {reviews: 24, seed: 2}}
        unseen: {generate: {reviews: 8, seed: 3}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 400}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 32, heads: 2, positions: 72}
          max_length: 64
          training: {steps: 40, batch: 24, learning_rate: 1e-2}
        inpo:
          kind: rounds
          method: inpo
          policy: sft
          prompts: openings
          rounds: 3
          max_tokens: 20
          chunk: 4
          probe_prompts: 4
          oracle: {kind: bradley-terry, reward: synthetic}
          eta: 0.1
          tau: 0.03
          training: {steps: 4, batch: 8, learning_rate: 1e-3}
        irl:
          kind: rounds
          method: irl
          policy: sft
          data: praise
          rounds: 2
          max_tokens: 20
          chunk: 4
          candidates: 2
          probe_prompts: 4
          refit: {training: {steps: 4, batch: 8}}
          training: {steps: 4, batch: 8, learning_rate: 1e-3}
      evaluation:
        reference: sft
        reward: synthetic
        prompts_from: {prompts: unseen}
        prompts: 4
        samples: 2
        max_tokens: 20
        best_of: [1, 2]
        best_of_pool: 2
        best_of_prompts: 2
        bootstrap: 100
      """

    @Test func killedAtRandomTheyGoOnToTheSameBytesAndEveryRoundIsMeasured() throws {
      let undisturbed = try Workplace(recipe: Self.recipe)
      let clock = ContinuousClock()
      let start = clock.now
      let process = try undisturbed.start()
      #expect(process.wait(for: "run/inpo/seed-0/round-0001"))
      let begun = (clock.now - start) / .seconds(1)
      let outcome = try process.finish()
      let seconds = (clock.now - start) / .seconds(1)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let expected = try undisturbed.records()
      let record = try RecordFile.read(
        EvaluationRecord.self, from: undisturbed.run.appending(path: "evaluation.json"))
      #expect(
        record.policies.map(\.id) == [
          "sft", "inpo/seed-0/step-4", "inpo/seed-0/step-8", "inpo/seed-0/step-12",
          "irl/seed-0/step-4", "irl/seed-0/step-8",
        ])
      #expect(record.policies.map(\.method) == ["SFT", "INPO", "INPO", "INPO", "IRL", "IRL"])
      #expect(record.policies.filter(\.isFinal).map(\.step) == [nil, 12, 8])
      let costs = try Journal<PhaseCost>.read(
        undisturbed.run.appending(path: "costs.jsonl")
      ).records
      for phase in ["generate", "refit", "score", "train"] {
        #expect(costs.contains { $0.stage == "irl seed 0" && $0.phase == phase })
      }
      var kills = 0
      for _ in 0..<6 where kills < 3 {
        let place = try Workplace(recipe: Self.recipe)
        let running = try place.start()
        guard running.wait(for: "run/inpo/seed-0/round-0001") else { continue }
        usleep(UInt32(Double.random(in: 0..<max(0.1, seconds - begun)) * 0.8e6))
        running.send(SIGKILL)
        guard try running.finish().status == 128 + SIGKILL else { continue }
        kills += 1
        let again = try place.complete()
        #expect(again.status == 0, "\(again.errors)")
        let differences = Workplace.differences(try place.records(), expected)
        #expect(differences.isEmpty, "\(differences)")
      }
      #expect(kills == 3, "the machine is too slow or too fast to be disturbed")
    }

    @Test func checkShowsWhatAPresetStandsForAndWhatItCosts() throws {
      let place = try Workplace(recipe: Self.recipe)
      let outcome = try Engine.run(["check", "tiny.yaml"], in: place.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(!outcome.output.contains("{"), "\(outcome.output)")
      let settings = try Engine.run(["check", "tiny.yaml", "--json"], in: place.url).output
      for member in [
        #""anchor":"both""#, #""pairs":"iid""#, #""verdict":"drawn""#, #""candidates":8"#,
        #""labels":"refit""#, #""stages.inpo.anchor":"tiny.yaml:20""#,
      ] {
        #expect(settings.contains(member), "\(member)")
      }
      let costs = outcome.output.split(separator: "\n").filter {
        $0.hasPrefix("inpo ") || $0.hasPrefix("irl ")
      }
      #expect(costs.count == 2)
      // 3 rounds of 24 prompts with 4 pairs each, 2 % held out; 3 × 4 steps.
      let words = costs[0].split(separator: " ")
      #expect(words.prefix(4) == ["inpo", "1", "285", "12"])
    }

    @Test func whatTwoMistakesOfAStageSayInLines() throws {
      let place = try Workplace(
        recipe: Self.recipe.replacingOccurrences(of: "tau: 0.03", with: "tau: 0.3")
          .replacingOccurrences(of: "data: praise", with: "data: openings2"))
      let outcome = try Engine.run(["run", "tiny.yaml", "-o", "run"], in: place.url)
      #expect(outcome.status == 3)
      #expect(
        outcome.errors == """
          plumb: tiny.yaml:29:10: stages.inpo.tau: inpo needs tau of at most eta, and 0.3 is above \
          0.1; lower tau or raise eta
          plumb: tiny.yaml:35:11: stages.irl.data: there is no data and no stage of kind sample \
          named openings2

          """)
      #expect(!FileManager.default.fileExists(atPath: place.run.path))
    }
  }
}
