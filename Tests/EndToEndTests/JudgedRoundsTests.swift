import Foundation
import Runs
import TestSupport
import Testing

extension EndToEnd {
  /// Judges as the oracle of rounds and of Nash-MD.
  @Suite struct JudgedRoundsTests {
    private static func recipe(_ oracle: String) -> String {
      """
      name: tiny
      seeds: [0]
      threads: 1
      data:
        reviews: {generate: {reviews: 400, seed: 1}}
        openings: {generate: {reviews: 24, seed: 2}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 400}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 64, heads: 4, positions: 72}
          max_length: 64
          training: {steps: 150, batch: 24, learning_rate: 1e-2}
        inpo:
          kind: rounds
          method: inpo
          policy: sft
          prompts: openings
          rounds: 2
          max_tokens: 16
          candidates: 4
          chunk: 8
          probe_prompts: 4
          oracle: \(oracle)
          eta: 0.1
          tau: 0.03
          training: {steps: 4, batch: 8, learning_rate: 1e-3}
        nash:
          kind: on-policy
          method: nash-md
          policy: sft
          prompts: openings
          steps: 3
          batch: 8
          max_tokens: 16
          oracle: \(oracle)
          training: {learning_rate: 1e-3}
      """
    }

    private static let classifier = """

        good: {kind: classifier, data: reviews, from: sft, training: {steps: 2, batch: 8}}
      """

    private static let arguments = ["train", "tiny.yaml", "-o", "run"]

    private func train(_ oracle: String) throws -> (place: Workplace, outcome: Engine.Outcome) {
      let place = try Workplace(recipe: Self.recipe(oracle))
      return (place, try Engine.run(Self.arguments, in: place.url))
    }

    private func weights(_ place: Workplace, _ stage: String) throws -> Data {
      let store = place.run.appending(path: "\(stage)/seed-0/checkpoints")
      let newest = try FileManager.default.contentsOfDirectory(atPath: store.path)
        .filter { $0.hasPrefix("step-") }.max()
      return try Data(
        contentsOf: store.appending(path: try #require(newest) + "/model.safetensors"))
    }

    private func records(_ place: Workplace) throws -> [RoundLines] {
      try Journal<RoundLines>.read(place.run.appending(path: "inpo/seed-0/rounds.jsonl")).records
    }

    private struct RoundLines: Codable {
      var oracleCalls: Int
      var examples: Int
      var possiblePairs: Int
      var ties: Int
      var values: [String: Double]
    }

    @Test func aJudgeThatComparesRewardsTrainsAsTheOracleThatDoes() throws {
      let greater = try train("{kind: greater, reward: synthetic}")
      #expect(greater.outcome.status == 0, "\(greater.outcome.errors)")
      let judged = try train(
        #"{kind: judge, judges: "reward:synthetic", share_answers: false}"#)
      #expect(judged.outcome.status == 0, "\(judged.outcome.errors)")
      for stage in ["inpo", "nash"] {
        #expect(try weights(judged.place, stage) == weights(greater.place, stage))
      }
      #expect(try records(judged.place).map(\.oracleCalls) == [24 * 2, 24 * 2])
    }

    @Test func aComparisonWithoutAVerdictIsLeftOutAndCountedAndAKillChangesNothing() throws {
      let reference = try Workplace(recipe: "")
      try HostileServer.run(reference.url) { server in
        let oracle =
          "{kind: judge, judges: \"\(server.judge("partly"))\", template: summary, "
          + "share_answers: false, max_concurrency: 4}"
        let (undisturbed, outcome) = try train(oracle)
        #expect(outcome.status == 0, "\(outcome.errors)")
        for record in try records(undisturbed) {
          let unanswered = Int(record.values["unanswered"] ?? 0)
          // A third of the questions, in either of two orders.
          #expect(unanswered > 0 && unanswered < record.oracleCalls)
          #expect(record.values["left_out"] == Double(unanswered))
          #expect(record.oracleCalls == 24 * 2 && record.possiblePairs == 24 * 2)
          // What is left is fitted: the server prefers the first place, which both orders turn
          // into a tie, and a tie is drawn.
          #expect(record.examples == record.possiblePairs - unanswered)
        }
        let steps = try Journal<StepRecord>.read(
          undisturbed.run.appending(path: "nash/seed-0/steps.jsonl")
        ).records
        #expect(steps.contains { ($0.metrics["objective/unanswered"] ?? 0) > 0 })
        #expect(steps.allSatisfy { $0.metrics["reward"] == nil })
        let expected = try undisturbed.records()
        for name in ["run/inpo/seed-0/ledger.jsonl", "run/nash/seed-0/ledger.jsonl"] {
          let place = try Workplace(recipe: Self.recipe(oracle))
          let process = try Engine.Running(Self.arguments, in: place.url)
          guard process.wait(for: name) else {
            Issue.record("the run ended before it asked: \(try process.finish().errors)")
            continue
          }
          usleep(120_000)
          process.send(SIGKILL)
          _ = try process.finish()
          let again = try Engine.run(Self.arguments, in: place.url)
          #expect(again.status == 0, "\(again.errors)")
          let differences = Workplace.differences(try place.records(), expected)
          #expect(differences.isEmpty, "\(differences)")
        }
      }
    }

    @Test func aServerThatCannotBeAskedStopsTheStageAndLosesNothing() throws {
      let (place, outcome) = try train(
        #"{kind: judge, judges: "chat:m@http://127.0.0.1:1/v1", share_answers: false}"#)
      #expect(outcome.status == 4)
      #expect(outcome.errors.contains("judge http://127.0.0.1:1/v1: "))
      #expect(
        FileManager.default.fileExists(
          atPath: place.run.appending(path: "inpo/seed-0/round-0001/rows.jsonl").path))
    }

    @Test func aJudgeIsPartOfWhatAStageWasMadeFromAndTheWayToItIsNot() throws {
      let place = try Workplace(recipe: "")
      let summary = URL(filePath: #filePath).appending(path: "../../../prompts/summary.md")
      let template = try String(contentsOf: summary.standardized, encoding: .utf8)
      func train(_ settings: String) throws -> Engine.Outcome {
        try place.write(
          "tiny.yaml",
          Self.recipe(
            #"{kind: judge, judges: "reward:./judge", template: ./mine.md, \#(settings)}"#))
        return try Engine.run(Self.arguments, in: place.url)
      }
      try place.write("mine.md", template)
      // A judge from outside the run: what a stage of another one left.
      let other = try Workplace(recipe: Self.recipe("{kind: longer}") + Self.classifier)
      #expect(try Engine.run(Self.arguments, in: other.url).status == 0)
      let store = other.run.appending(path: "good/checkpoints")
      let newest = try FileManager.default.contentsOfDirectory(atPath: store.path)
        .filter { $0.hasPrefix("step-") }.max()
      let judge = place.url.appending(path: "judge")
      try FileManager.default.copyItem(
        at: store.appending(path: try #require(newest)), to: judge)
      let first = try train("max_concurrency: 4")
      #expect(first.status == 0, "\(first.errors)")
      #expect(try train("max_concurrency: 2, timeout: 9").status == 0)
      try place.write("mine.md", template + "\nThink twice.\n")
      let reworded = try train("max_concurrency: 4")
      #expect(reworded.status == 3)
      #expect(reworded.errors.contains("was made from something else: file ./mine.md was "))
      try place.write("mine.md", template)
      #expect(try train("max_concurrency: 4").status == 0)
      let tokenizer = try String(
        contentsOf: judge.appending(path: "tokenizer.json"), encoding: .utf8)
      try place.write("judge/tokenizer.json", tokenizer + "\n")
      let damaged = try train("max_concurrency: 4")
      #expect(damaged.status == 3 && damaged.errors.contains("where it was edited on purpose"))
      try FileManager.default.removeItem(at: judge.appending(path: "manifest.json"))
      let changed = try train("max_concurrency: 4")
      #expect(changed.status == 3)
      #expect(changed.errors.contains("folder ./judge was "))
    }

    @Test func whatJudgesNeedIsCheckedWithTheRecipe() throws {
      let place = try Workplace(
        recipe: Self.recipe(
          #"{kind: judge, judges: ["chat:gpt-x", "reward:sft"], canaries: 2}"#))
      let outcome = try Engine.run(["check", "tiny.yaml"], in: place.url)
      #expect(outcome.status == 3)
      for message in [
        "stages.inpo.oracle.judges: stage sft makes no reward model",
        #"unknown key "canaries" in stages.inpo.oracle;"#,
      ] {
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
      }
      // 2 rounds of 24 prompts with 2 pairs each, 3 steps of 8 prompts; both orders, two judges.
      try place.write(
        "tiny.yaml",
        Self.recipe(
          #"{kind: judge, judges: ["chat:m@http://127.0.0.1:1/v1", "reward:synthetic"]}"#))
      let counted = try Engine.run(["check", "tiny.yaml"], in: place.url)
      #expect(
        counted.output.contains("inpo: at most 192 requests to servers and 192 questions"),
        "\(counted.output)\(counted.errors)")
      #expect(counted.output.contains("nash: at most 48 requests to servers and 48 questions"))
      let ppo = try Workplace(
        recipe: Self.recipe("{kind: longer}")
          .replacingOccurrences(of: "method: nash-md", with: "method: rloo"))
      let wrong = try Engine.run(["check", "tiny.yaml"], in: ppo.url)
      #expect(wrong.errors.contains("rloo compares with no opponent; give it a reward"))
    }
  }
}
