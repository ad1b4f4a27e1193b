import Foundation
import Policy
import Runs
import Testing
import Torch

extension EndToEnd {
  /// Adapters as a user trains them, with every kind of stage: killed, gone on with, measured, merged, and
  /// opened by PEFT.
  @Suite struct AdapterRunTests {
    static let recipe = """
      name: tiny
      seeds: [0]
      threads: 1
      data:
        reviews: {generate: {reviews: 400, seed: 1}}
        openings: {generate: {reviews: 24, seed: 2}}
        unseen: {generate: {reviews: 8, seed: 3}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 400}
        base:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 2, hidden: 32, heads: 2, positions: 72}
          max_length: 64
          training: {steps: 30, batch: 24, learning_rate: 1e-2}
        sft:
          kind: language-model
          data: reviews
          from: base
          max_length: 64
          adapter: {rank: 4, alpha: 8, dropout: 0.1}
          training: {steps: 6, checkpoints: 3, batch: 16, learning_rate: 1e-2, memory: low}
        judge:
          kind: classifier
          data: reviews
          from: base
          adapter: {rank: 2, alpha: 4, targets: [q_proj, v_proj], modules_to_save: [norm]}
          training: {steps: 4, batch: 16, learning_rate: 1e-2}
        candidates:
          {kind: sample, policy: sft, prompts: openings, prefix_tokens: 6, max_tokens: 12, reward: judge}
        dpo:
          kind: align
          objective: dpo-rw
          policy: sft
          data: candidates
          adapter: {rank: 4, alpha: 8}
          probe_prompts: 4
          training: {steps: 6, checkpoints: 3, batch: 8, learning_rate: 1e-2}
        ppo:
          kind: on-policy
          method: ppo
          policy: base
          reward: judge
          prompts: openings
          prefix_tokens: 6
          max_tokens: 8
          steps: 4
          batch: 4
          adapter: {rank: 2, alpha: 4, rslora: true}
          training: {learning_rate: 1e-2, checkpoints: 2, memory: low}
        inpo:
          kind: rounds
          method: inpo
          policy: base
          prompts: openings
          prefix_tokens: 6
          rounds: 2
          max_tokens: 10
          chunk: 4
          probe_prompts: 4
          adapter: {rank: 2, alpha: 4}
          oracle: {kind: bradley-terry, reward: synthetic}
          eta: 0.1
          tau: 0.03
          training: {steps: 3, batch: 8, learning_rate: 1e-2}
        whole:
          kind: language-model
          data: reviews
          from: dpo
          max_length: 64
          training: {steps: 1, batch: 8}
      evaluation:
        reference: base
        reward: synthetic
        prompts_from: {prompts: unseen, prefix_tokens: 6}
        policies: [sft, dpo, ppo, inpo]
        prompts: 4
        samples: 2
        max_tokens: 10
        best_of: [1, 2]
        best_of_pool: 2
        best_of_prompts: 2
        bootstrap: 100
      """

    private static func checkpoint(_ stage: String, _ step: Int, in place: Workplace) -> URL {
      place.run.appending(path: stage).appending(path: "checkpoints/step-00000\(step)")
    }

    private static let adapters = [
      ("sft", 6), ("judge", 4), ("dpo/seed-0", 6), ("ppo/seed-0", 4), ("inpo/seed-0", 6),
    ]

    @Test func killedAtRandomTheyGoOnToTheSameBytes() throws {
      let undisturbed = try Workplace(recipe: Self.recipe)
      let outcome = try undisturbed.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let expected = try undisturbed.records()
      for (stage, step) in Self.adapters {
        let names = try FileManager.default.contentsOfDirectory(
          atPath: Self.checkpoint(stage, step, in: undisturbed).path)
        #expect(names.contains("adapter_model.safetensors"))
        #expect(!names.contains("model.safetensors"))
      }
      let disturbed = try Workplace(recipe: Self.recipe)
      for place in [
        "run/sft/checkpoints/step-000002", "run/dpo/seed-0/checkpoints/step-000004",
        "run/ppo/seed-0/checkpoints/step-000002", "run/inpo/seed-0/checkpoints/step-000003",
      ] {
        let process = try disturbed.start()
        #expect(process.wait(for: place))
        process.send(SIGKILL)
        _ = try process.finish()
      }
      let last = try disturbed.complete()
      #expect(last.status == 0, "\(last.errors)")
      #expect(Workplace.differences(try disturbed.records(), expected) == [])
    }

    @Test func theyAreMergedExportedAndLookedAtLikeModels() throws {
      let place = try Workplace(recipe: Self.recipe)
      func plumb(_ words: String) throws -> Engine.Outcome {
        try Engine.run(words.split(separator: " ").map(String.init), in: place.url)
      }
      let outcome = try plumb("train tiny.yaml -o run")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let ids = [[5, 6, 7, 8, 9], [10, 11, 12, 13, 14, 15]]
      func said(_ folder: URL) throws -> [Double] {
        let model = try Decoder.load(folder)
        return try withoutGradient {
          guard model.configuration.labels == nil else {
            return try model.scores(ids).reshaped(-1).values()
          }
          return try model.logProbabilities(
            of: Targets.sequences(ids, positions: 72, on: .cpu)
          ).values()
        }
      }
      for (stage, step) in Self.adapters {
        let folder = Self.checkpoint(stage, step, in: place)
        let name = "merged-\(stage.split(separator: "/")[0])"
        let merged = try plumb("merge \(folder.path) -o \(name)")
        #expect(merged.status == 0, "\(merged.errors)")
        #expect(merged.output == "model: \(name)\n")
        let (one, other) = (try said(folder), try said(place.url.appending(path: name)))
        #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-4 })
        let shown = try plumb("model \(folder.path)")
        #expect(shown.output.contains("adapter       rank "), "\(shown.output)\(shown.errors)")
        #expect(shown.output.contains("base model    "))
      }
      #expect(try plumb("export run dpo -o exported").status == 0)
      #expect(
        try Data(contentsOf: place.url.appending(path: "exported/model.safetensors"))
          == Data(contentsOf: place.url.appending(path: "merged-dpo/model.safetensors")))
      let half = try plumb("merge run/dpo -o half --dtype bfloat16")
      #expect(half.status == 3)
      #expect(half.errors.hasSuffix("; --dtype float32 keeps all digits\n"), "\(half.errors)")
      #expect(!FileManager.default.fileExists(atPath: place.url.appending(path: "half").path))
      let whole = try plumb("merge merged-dpo -o again")
      #expect(
        whole.errors == "plumb: merged-dpo is a whole model already, and has nothing to merge\n")
      // A run, and a copy of the folder that says where its base is, sample alike.
      let samples = try ["run dpo", "run/dpo", "run/dpo/seed-0/checkpoints/step-000006"].map {
        try plumb("sample \($0) --json --max-tokens 6")
      }
      #expect(samples.allSatisfy { $0.status == 0 })
      #expect(Set(samples.map(\.output)).count == 1)
    }

    @Test func whatDoesNotFitIsNamedBeforeAnythingRuns() throws {
      for (from, to, message) in [
        (
          "adapter: {rank: 2, alpha: 4, targets: [q_proj, v_proj], modules_to_save: [norm]}",
          "adapter: {rank: 2, targets: [q_proj, c_attn]}",
          "adapter.targets: c_attn is no linear layer of llama (there is q_proj, k_proj, v_proj, o_proj, "
            + "gate_proj, up_proj, down_proj)"
        ),
        (
          "max_length: 64\n    training: {steps: 30",
          "max_length: 64\n    adapter: {rank: 2}\n    training: {steps: 30",
          "stages.base.adapter: changes a model that is there; name it: from"
        ),
        (
          "adapter: {rank: 2, alpha: 4, rslora: true}", "adapter: {rank: 2, dropout: 0.1}",
          "stages.ppo.adapter.dropout: is 0.1, with which a policy would not be what its samples came "
            + "from; use 0"
        ),
        (
          "method: inpo\n", "method: inpo\n    anchor: ema\n",
          "stages.inpo.anchor: a mean of two adapters' factors is no mean of the policies; set anchor: "
            + "initial or previous"
        ),
      ] {
        let changed = Self.recipe.replacingOccurrences(of: from, with: to)
        #expect(changed != Self.recipe, "\(from)")
        let place = try Workplace(recipe: changed)
        let outcome = try Engine.run(["check", "tiny.yaml"], in: place.url)
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
      }
    }

    @Test(.enabled(if: Peer.hasPEFT)) func theyOpenInPEFTWithTheSameNumbers() throws {
      let place = try Workplace(recipe: Self.recipe)
      let outcome = try Engine.run(["train", "tiny.yaml", "-o", "run"], in: place.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      var checks = try Self.adapters.map { stage, step in
        let folder = Self.checkpoint(stage, step, in: place)
        let name = stage.replacingOccurrences(of: "/", with: "-") + ".json"
        try place.write(
          name, InteropTests().encoded(InteropTests().expected(LanguageModel.load(folder))))
        return (folder, place.url.appending(path: name))
      }
      // Of other families: what PEFT made and Plumb has written again.
      let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/adapters")
      for name in try FileManager.default.contentsOfDirectory(atPath: fixtures.path).sorted() {
        let (source, copy) = (fixtures.appending(path: name), place.url.appending(path: name))
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        try Decoder.load(source).save(to: copy)
        checks.append((copy, source.appending(path: "expected.json")))
      }
      let (status, lines) = try Peer.checkAdapters(checks)
      #expect(status == 0, "\(lines)")
      #expect(lines.filter { $0.hasPrefix("EQUAL") }.count == checks.count, "\(lines)")
    }
  }
}

extension Peer {
  static let hasPEFT: Bool = {
    guard let python else { return false }
    if let found = try? run([python, "-c", "import peft"]), found.status == 0 { return true }
    print("SKIPPED: opening adapters in PEFT, since \(python) does not have it")
    return false
  }()

  /// Adapters' folders, and the numbers expected of each.
  static func checkAdapters(_ checks: [(URL, URL)]) throws -> (Int32, [String]) {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "interop/check_adapters.py").path
    let arguments = checks.flatMap { [$0.0.path, $0.1.path] }
    let (status, output) = try run([python ?? "python3", "-B", script] + arguments)
    return (status, output.split(separator: "\n").map(String.init))
  }
}
