import Foundation
import Runs
import Testing

extension EndToEnd {
  /// `plumb judge` with a model in its own process, as a user runs it.
  @Suite struct LocalJudgeTests {
    /// A run that leaves a language model and a reward model.
    private static let recipe = """
      name: tiny
      threads: 1
      data:
        reviews: {generate: {reviews: 200, seed: 1}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 32, heads: 2, positions: 1024}
          max_length: 64
          training: {steps: 4, batch: 8}
        oracle:
          kind: classifier
          data: reviews
          tokenizer: words
          model: {layers: 0, hidden: 16, heads: 2, positions: 256}
          pooling: presence
          training: {epochs: 2, batch: 16, learning_rate: 1e-2}
      """

    private static let template = """
      ---
      asks: comparison
      slots: first, second
      label: A => first
      label: B => second
      ---
      ---
      {{first}}
      {{second}}
      """

    private func withModels(_ body: (Workplace) throws -> Void) throws {
      let place = try Workplace(recipe: Self.recipe)
      #expect(try Engine.run(["train", "tiny.yaml", "-o", "run"], in: place.url).status == 0)
      for (name, stage) in [("writer", "sft"), ("critic", "oracle")] {
        let folder = place.run.appending(path: "\(stage)/checkpoints")
        let step = try #require(
          FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix("step-") }.max())
        try FileManager.default.copyItem(
          at: folder.appending(path: step), to: place.url.appending(path: name))
      }
      func rows(_ name: String, _ word: String) -> String {
        (0..<20).map {
          #"{"instruction": "Film \#($0) was", "output": " \#(word).", "generator": "\#(name)"}"#
            + "\n"
        }.joined()
      }
      try place.write("a.jsonl", rows("kind", "wonderful"))
      try place.write("b.jsonl", rows("unkind", "dreadful"))
      try place.write("label.md", Self.template)
      try body(place)
    }

    private func judge(_ place: Workplace, _ words: String...) throws -> Engine.Outcome {
      try Engine.run(["judge", "a.jsonl", "b.jsonl", "--quiet"] + words, in: place.url)
    }

    @Test func modelsJudgeAreRememberedAndGoOn() throws {
      try withModels { place in
        let words = [
          "--judge", "model:writer", "--judge", "reward:critic", "--template", "./label.md",
          "--canaries", "2", "--cache", "cache.sqlite", "-o", "out",
        ]
        let arguments = ["judge", "a.jsonl", "b.jsonl", "--quiet"] + words
        let outcome = try Engine.run(arguments, in: place.url)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("kind against unkind, judged by jury of 2 in both orders"))
        #expect(outcome.output.contains("label mass"))
        // Two models, two orders, 20 pairs.
        #expect(outcome.output.contains("answers      80 verdict"))
        let judgments = try Data(contentsOf: place.url.appending(path: "out/judgments.jsonl"))
        // Another folder finds all answers in the shared file.
        let other = try judge(
          place, "--judge", "model:./writer", "--judge", "reward:critic", "--template",
          "./label.md", "--canaries", "2", "--cache", "cache.sqlite", "-o", "other")
        #expect(other.status == 0)
        #expect(
          try Data(contentsOf: place.url.appending(path: "other/judgments.jsonl")) == judgments)
        #expect(other.output.contains("remembered"))
        // Without the shared file the same questions give the same bytes.
        let fresh = try judge(
          place, "--judge", "model:writer", "--judge", "reward:critic", "--template",
          "./label.md", "--canaries", "2", "--no-cache", "-o", "fresh")
        #expect(fresh.status == 0)
        #expect(
          try Data(contentsOf: place.url.appending(path: "fresh/judgments.jsonl")) == judgments)
        // A ledger cut anywhere is filled up to the same bytes.
        let ledger = place.url.appending(path: "fresh/ledger.jsonl")
        let lines = try Data(contentsOf: ledger).split(
          separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for kept in [0, 7, 61] {
          try Data(lines.prefix(kept).joined(separator: [UInt8(ascii: "\n")]) + [0x0A])
            .dropFirst(kept == 0 ? 1 : 0).write(to: ledger)
          let again = try judge(
            place, "--judge", "model:writer", "--judge", "reward:critic", "--template",
            "./label.md", "--canaries", "2", "--no-cache", "-o", "fresh")
          #expect(again.status == 0)
          #expect(
            try Data(contentsOf: place.url.appending(path: "fresh/judgments.jsonl")) == judgments)
        }
        // Other weights are another judge: a judging goes on only with its own.
        let file = place.url.appending(path: "critic/tokenizer_config.json")
        try (Data(contentsOf: file) + Data("\n".utf8)).write(to: file)
        let damaged = try Engine.run(arguments, in: place.url)
        #expect(
          damaged.status == 3 && damaged.errors.contains("where it was edited on purpose"),
          "\(damaged.errors)")
        try FileManager.default.removeItem(
          at: place.url.appending(path: "critic/manifest.json"))
        let changed = try Engine.run(arguments, in: place.url)
        #expect(changed.status == 3)
        #expect(changed.errors.contains("out: was begun with other judge's model; choose another"))
      }
    }

    @Test func aRehearsalAndMistakesAreOneLine() throws {
      try withModels { place in
        let dry = try judge(place, "--judge", "reward:critic", "--dry-run", "--canaries", "0")
        #expect(dry.status == 0)
        #expect(
          dry.output.hasPrefix(
            "20 comparisons, 0 requests to send\n40 questions for models in this process: 1400 tokens "
              + "to read, at most 0 to write\nNothing was sent.\n"))
        for (words, status, message) in [
          (
            ["--judge", "model:none"], 3,
            "none/config.json: not found; a checkpoint is a folder with config.json, "
              + "model.safetensors and tokenizer.json"
          ),
          (
            ["--judge", "reward:writer", "-o", "1"], 3,
            "writer has no reward head with one output; a language model judges with model:writer"
          ),
          (
            ["--judge", "model:critic", "-o", "2"], 3,
            "critic has a reward head and writes nothing; judge with reward:critic"
          ),
          (
            ["--judge", "model:writer", "--device", "tpu"], 2,
            "--device wants cpu, cuda or cuda:0, not `tpu`"
          ),
        ] {
          let outcome = try Engine.run(
            ["judge", "a.jsonl", "b.jsonl", "--no-cache"] + words, in: place.url)
          #expect(outcome.status == Int32(status) && outcome.output == "")
          #expect(outcome.errors.hasSuffix("\(message)\n"), "\(outcome.errors)")
        }
      }
    }
  }
}
