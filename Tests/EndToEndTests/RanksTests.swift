import Foundation
import Policy
import Runs
import Testing
import Torch

extension EndToEnd {
  /// One command in two processes that share every step: every method that can be named comes to the
  /// weights of one process.
  @Suite struct RanksTests {
    /// Updates of a size that does not follow from noise: with AdamW's own ε a gradient of 1e-9 moves a
    /// weight as far as one of 1. Seven examples cannot be cut into equal halves.
    private static let moves = "learning_rate: 1e-3, epsilon: 1e-3, warmup: 0, schedule: constant"
    private static let training =
      "training: {steps: 5, batch: 7, \(moves), held_out: 0}"

    /// A stage for every method, by the method's name.
    private static let methods: [(name: String, stage: String)] =
      aligned.map { ($0, "kind: align, objective: \($0), policy: sft, data: candidates") }
      + [("sail", "kind: align, objective: sail, variant: pp, policy: sft, data: candidates")]
      + ["ppo", "grpo", "rloo", "reinforce", "policy-gradient", "nash-md"].map { name in
        (
          name,
          "kind: on-policy, method: \(name), policy: sft, reward: scorer, prompts: openings, "
            + "steps: 5, batch: 5, samples: 2, max_tokens: 8"
        )
      }
      + ["spin", "irl"].map {
        ($0, "kind: rounds, method: \($0), policy: sft, data: shown, \(round)")
      }
      + ["sppo", "dno", "inpo"].map {
        ($0, "kind: rounds, method: \($0), \(drawn), \(preference), \(round)")
      }
      + ["online-dpo", "online-ipo", "sail-pr"].map {
        ($0, "kind: rounds, method: \($0), \(drawn), max_tokens: 8, \(preference), \(online)")
      }
      + [
        (
          "iterative-dpo",
          "kind: rounds, method: iterative-dpo, \(drawn), reward: scorer, \(round)"
        ),
        ("sail-pp", "kind: rounds, method: sail-pp, \(drawn), max_tokens: 8, \(online)"),
        (
          "sail-dp",
          "kind: rounds, method: sail-dp, policy: sft, data: candidates, \(online)"
        ),
        (
          "lire-rounds",
          "kind: rounds, method: lire, source: drawn, \(drawn), reward: scorer, \(round)"
        ),
        (
          "best-of-m-rounds",
          "kind: rounds, method: best-of-m, \(drawn), reward: scorer, \(round)"
        ),
        (
          "irl-ppo",
          "kind: rounds, method: irl, policy: sft, data: shown, rounds: 2, max_tokens: 8, "
            + "chunk: 5, inner: {steps: 3, batch: 4, samples: 2, max_tokens: 8, training: {\(moves)}}"
        ),
      ]

    private static let aligned = [
      "dpo-pref", "dpo-rw", "exo-pref", "exo-rw", "best-of-m", "robust-dpo", "ipo", "hinge",
      "slic-hf", "nca", "bco", "apo", "sppo-hard", "aot", "ln-dpo", "f-dpo", "discopop", "orpo",
      "cpo", "simpo", "kto", "pl-dpo", "lire", "rrhf", "pro", "candidate-pg",
    ]
    private static let drawn = "policy: sft, prompts: openings"
    private static let preference = "oracle: {kind: bradley-terry, reward: scorer}"
    private static let round = "rounds: 2, max_tokens: 8, chunk: 5, probe_prompts: 3"
    private static let online = "rounds: 5, checkpoint_rounds: 1, probe_prompts: 3"

    private static func recipe() -> String {
      var lines = [
        "name: ranks", "seeds: [0]", "threads: 1", "data:",
        "  reviews: {generate: {reviews: 120, seed: 1}}",
        "  openings: {generate: {reviews: 14, seed: 2}}",
        "  shown: {files: shown.jsonl}", "  pairs: {files: pairs.jsonl}", "stages:",
        "  words: {kind: tokenizer, data: reviews, vocabulary: 320}",
        "  sft: {kind: language-model, data: reviews, tokenizer: words, max_length: 48, \(training),",
        "    model: {layers: 1, hidden: 32, heads: 2, positions: 64}}",
        "  told: {kind: language-model, from: sft, learn: completions, data: shown,",
        "    \(training)}",
        "  low-rank: {kind: language-model, from: sft, learn: completions, data: shown,",
        "    adapter: {rank: 4}, \(training)}",
        "  scorer: {kind: classifier, data: reviews, tokenizer: words, \(training),",
        "    model: {layers: 1, hidden: 16, heads: 2, positions: 64}}",
        "  preferred: {kind: reward-model, from: sft, data: pairs, \(training)}",
        "  candidates: {kind: sample, policy: sft, prompts: openings, per_prompt: 4, max_tokens: 8,",
        "    chunk: 5, reward: scorer}",
      ]
      for (name, stage) in methods {
        var own = ", \(training)"
        if stage.contains("inner: ") {
          own = ""
        } else if stage.contains("rounds: 2") {
          own = ", training: {steps: 3, batch: 7, \(moves), held_out: 0}"
        } else if stage.contains("rounds: 5") {
          own = ", training: {steps: 1, batch: 7, \(moves)}"
        } else if stage.contains("on-policy") {
          own = ", training: {\(moves)}"
        }
        lines.append("  \(name): {\(stage)\(own)}")
      }
      return lines.joined(separator: "\n") + "\n"
    }

    private struct Method: Decodable {
      let method: String
    }

    private static func place() throws -> Workplace {
      let place = try Workplace(recipe: recipe())
      let rows = (0..<16).map { index in
        let end = index % 3 == 0 ? "a dull film" : "a very good film, all in all"
        return (index, "Film number \(index)", " was \(end)", " was \(index) hours of rain")
      }
      try place.write(
        "shown.jsonl",
        rows.map { #"{"prompt": "\#($0.1)", "completion": "\#($0.2)"}"# + "\n" }.joined())
      try place.write(
        "pairs.jsonl",
        rows.map {
          #"{"prompt": "\#($0.1)", "chosen": "\#($0.2)", "rejected": "\#($0.3)"}"# + "\n"
        }.joined())
      return place
    }

    /// The checkpoints of a run, by their paths.
    private func checkpoints(_ run: URL) throws -> [String: URL] {
      var found: [String: URL] = [:]
      for path in try FileManager.default.subpathsOfDirectory(atPath: run.path)
      where path.hasSuffix("/model.safetensors") || path.hasSuffix("/adapter_model.safetensors") {
        found[path] = run.appending(path: path)
      }
      return found
    }

    /// The largest distance of two files' numbers.
    private func distance(_ one: URL, _ other: URL, where matters: (String) -> Bool = { _ in true })
      throws -> Double
    {
      let (one, other) = (
        try SafetensorsReading.tensors(in: one), try SafetensorsReading.tensors(in: other)
      )
      #expect(one.keys.sorted() == other.keys.sorted())
      var largest = 0.0
      for (name, tensor) in one where matters(name) {
        guard let twin = other[name] else { continue }
        let (left, right): ([Double], [Double]) = (try tensor.values(), try twin.values())
        for (a, b) in zip(left, right) { largest = max(largest, abs(a - b)) }
      }
      return largest
    }

    @Test func everyMethodComesToTheWeightsOfOneProcess() throws {
      let (alone, shared) = (try Self.place(), try Self.place())
      let arguments = ["train", "tiny.yaml", "-o", "run"]
      // At the same time: all three spend much of theirs on waiting.
      let single = try Engine.Running(arguments, in: alone.url)
      let two = try RankedProcesses.run(2, arguments, in: shared.url)
      let one = try single.finish()
      try #require(one.status == 0, "\(one.errors)")
      try #require(two.map(\.status) == [0, 0], "\(two.map(\.errors))")
      // The leading rank alone talks.
      #expect(two[1].output.isEmpty && two[1].errors.isEmpty)
      #expect(two[0].output.hasSuffix("run: \(shared.run.path)\n"))
      let found = try checkpoints(shared.run)
      let expected = try checkpoints(alone.run)
      #expect(found.keys.sorted() == expected.keys.sorted())
      var (weights, gradients, moved) = (0.0, 0.0, 0.0)
      for (path, file) in expected {
        guard let twin = found[path] else { continue }
        let apart = try distance(file, twin)
        #expect(apart < 1e-5, "\(path)")
        weights = max(weights, apart)
        // The first moment is a mean of the gradients so far, times what the weights of its terms add
        // up to: 1 − 0.9³ = 0.27 after three steps, the fewest here, and 0.41 after five.
        let state = "training/state.tensors"
        let (one, two) = (
          file.deletingLastPathComponent().appending(path: state),
          twin.deletingLastPathComponent().appending(path: state)
        )
        let gradient = try distance(one, two) { $0.hasPrefix("first.") } / 0.27
        #expect(gradient < 1e-6, "\(path)")
        gradients = max(gradients, gradient)
        if path.hasPrefix("dpo-pref/") {
          let start = try #require(expected["sft/checkpoints/step-000005/model.safetensors"])
          moved = try distance(file, start)
        }
      }
      #expect(moved > 1e-3, "a training that moves nothing tells nothing")
      for (name, _) in Self.methods {
        #expect(found.keys.contains { $0.hasPrefix("\(name)/seed-0/checkpoints/") }, "\(name)")
      }
      let listed = try Engine.run(["methods", "--json"], in: alone.url).output
        .split(separator: "\n").map { try JSONDecoder().decode(Method.self, from: Data($0.utf8)) }
      #expect(listed.count > 30)
      for one in listed {
        #expect(Self.methods.contains { $0.name == one.method }, "\(one.method) is not tried here")
      }
      print(
        "ranks: \(found.count) checkpoints of \(Self.methods.count + 5) trainings: weights differ by at most "
          + "\(weights), gradients by \(gradients)")
    }
  }
}
