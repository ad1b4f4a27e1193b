import Foundation
import Testing

extension EndToEnd {
  /// Policies trained on their own samples, through the command.
  @Suite struct OnPolicyRunTests {
    static let recipe = """
      name: tiny
      seeds: [0]
      threads: 1
      data:
        reviews: {generate: {reviews: 600, seed: 1}}
        openings: {generate: {reviews: 64, seed: 2}}
        unseen: {generate: {reviews: 16, seed: 3}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 640}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 2, hidden: 64, heads: 4, positions: 96}
          max_length: 64
          training: {steps: 20, batch: 24, learning_rate: 1e-2}
        gold:
          kind: classifier
          data: reviews
          tokenizer: words
          model: {layers: 0, hidden: 16, heads: 4, positions: 96}
          pooling: presence
          max_length: 96
          training: {steps: 20, batch: 24, learning_rate: 1e-2}
        ppo:
          kind: on-policy
          method: ppo
          policy: sft
          reward: synthetic
          prompts: openings
          steps: 12
          batch: 8
          samples: 2
          max_tokens: 24
          kl: 0.05
          kl_target: 2
          training: {epochs: 2, minibatches: 2, learning_rate: 1e-3, checkpoints: 6}
          alarm: {held_out_reward: gold, prompts: openings, limit: 8, every: 3, max_tokens: 16}
      evaluation:
        reference: sft
        reward: synthetic
        held_out_reward: gold
        prompts_from: {prompts: unseen}
        prompts: 8
        samples: 2
        max_tokens: 24
        best_of: [1, 2]
        best_of_pool: 2
        best_of_prompts: 4
        bootstrap: 100
      """

    @Test func `killed in its rollouts it goes on to the same bytes and is evaluated`() throws {
      let undisturbed = try Workplace(recipe: Self.recipe)
      let whole = try undisturbed.complete()
      #expect(whole.status == 0, "\(whole.errors)")
      let expected = try undisturbed.records()
      let evaluation = String(decoding: expected["evaluation.json"] ?? Data(), as: UTF8.self)
      for step in [2, 4, 6, 8, 10, 12] {
        #expect(evaluation.contains("ppo/seed-0/step-\(step)"))
      }
      #expect(evaluation.contains(#""PPO""#))
      // Looks at steps 3, 6, 9 and 12, and where the held-out reward turns over six checkpoints.
      let looks = String(decoding: expected["ppo/seed-0/alarm.jsonl"] ?? Data(), as: UTF8.self)
      #expect(looks.split(separator: "\n").count == 4, "\(looks)")
      #expect(evaluation.contains(#""over_optimisation""#))
      let page = String(decoding: expected["report.html"] ?? Data(), as: UTF8.self)
      #expect(page.contains("id=\"over-optimisation\"") && page.contains("ppo, seed 0"))
      let critic = "ppo/seed-0/checkpoints/step-000012/training/critic/training/state.tensors"
      #expect(expected[critic] != nil)
      let costs = try String(
        contentsOf: undisturbed.run.appending(path: "costs.jsonl"), encoding: .utf8)
      for phase in ["generate", "score", "train", "on-policy"] {
        #expect(costs.contains(#""phase":"\#(phase)","#), "\(costs)")
      }
      for step in ["000002", "000006"] {
        let place = try Workplace(recipe: Self.recipe)
        let process = try place.start()
        #expect(process.wait(for: "run/ppo/seed-0/checkpoints/step-\(step)"))
        usleep(UInt32.random(in: 0..<60_000))
        process.send(SIGKILL)
        #expect(try process.finish().status == 128 + SIGKILL)
        let outcome = try place.complete()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(Workplace.differences(try place.records(), expected).isEmpty)
      }
    }

    @Test func `its mistakes and its cost are known before anything runs`() throws {
      let place = try Workplace(recipe: Self.recipe)
      let wrong = try Engine.run(
        [
          "run", "tiny.yaml", "-o", "run", "--set", "stages.ppo.method=rloo", "--set",
          "stages.ppo.samples=1",
        ],
        in: place.url)
      #expect(wrong.status == 3)
      #expect(
        wrong.errors.contains(
          "stages.ppo.samples: rloo compares the samples of a prompt; 1 is fewer than 2"))
      #expect(!FileManager.default.fileExists(atPath: place.run.path))
      let early = try Engine.run(
        ["check", "tiny.yaml", "--set", "stages.ppo.alarm.every=20"], in: place.url)
      #expect(early.status != 0)
      #expect(
        (early.errors + early.output).contains(
          "stages.ppo.alarm.every: 20 steps are more than the 12 of the training"),
        "\(early.errors)")
      let check = try Engine.run(["check", "tiny.yaml", "--json"], in: place.url)
      #expect(check.status == 0, "\(check.errors)")
      #expect(check.output.contains("stages.ppo.ppo.lambda"), "\(check.output)")
    }
  }
}
