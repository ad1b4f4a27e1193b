import Foundation
import Runs
import Testing

extension EndToEnd {
  /// Folders that are handed on.
  @Suite struct ExportTests {
    private func trained() throws -> Workplace {
      let place = try Workplace()
      let outcome = try place.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      return place
    }

    private func names(_ folder: URL) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func aStageIsExportedAndSampled() throws {
      let place = try trained()
      func plumb(_ words: String) throws -> Engine.Outcome {
        try Engine.run(words.split(separator: " ").map(String.init), in: place.url)
      }
      let checkpoint = place.run.appending(path: "exo/seed-1/checkpoints/step-000006")
      #expect(
        try names(checkpoint) == [
          "README.md", "config.json", "manifest.json", "model.safetensors", "tokenizer.json",
          "tokenizer_config.json", "training",
        ])
      let done = try plumb("export run exo --seed 1 -o out")
      #expect(done.status == 0, "\(done.errors)")
      #expect(done.output == "model: out\n")
      let out = place.url.appending(path: "out")
      #expect(
        try names(out) == [
          "README.md", "config.json", "model.safetensors", "tokenizer.json",
          "tokenizer_config.json",
        ])
      for name in ["config.json", "model.safetensors", "tokenizer.json"] {
        #expect(
          try Data(contentsOf: out.appending(path: name))
            == Data(contentsOf: checkpoint.appending(path: name)))
      }
      let card = try String(contentsOf: out.appending(path: "README.md"), encoding: .utf8)
      #expect(card.contains("## Evaluation"))
      #expect(card.contains("| Win rate against sft | "))
      #expect(card.contains("| Seed | 1 |\n| Step | 6 |\n"))
      #expect(!card.contains(place.url.path))

      let again = try plumb("export run exo -o out")
      #expect(again.status == 2)
      #expect(
        again.errors == "plumb: --output wants a folder that is not there yet, not `out`\n")
      #expect(try plumb("export run/exo --step best -o best --shard-size 100KB").status == 0)
      #expect(
        try names(place.url.appending(path: "best")).contains("model.safetensors.index.json"))
      #expect(try plumb("export run/sft -o half --dtype bfloat16").status == 0)
      let half = try SafetensorsFile(
        place.url.appending(path: "half").appending(path: "model.safetensors"))
      #expect(half.tensors.values.allSatisfy { $0.dtype == .bfloat16 })

      for (words, message) in [
        ("export run exo --seed 7 -o x", "stage exo has no seed 7 (there is 0, 1)"),
        (
          "export run exo --step 5 -o x",
          "stage exo has no checkpoint of that step (there is 2, 4, 6)"
        ),
        ("export run sft --seed 0 -o x", "stage sft runs once for all seeds; leave --seed out"),
        (
          "export run dpo -o x",
          "\(place.run.path) has no checkpoint of a stage dpo (there is sft, exo)"
        ),
      ] {
        let outcome = try plumb(words)
        #expect(outcome.status == 3)
        #expect(outcome.errors == "plumb: \(message)\n")
      }

      // A run, a stage, a checkpoint and an exported folder say the same.
      let samples = try ["run", "run exo", "run/exo", "run/exo/seed-0", checkpointOfSeed0].map {
        try plumb("sample \($0) --json --max-tokens 6")
      }
      #expect(Set(samples.map(\.output)).count == 1)
      #expect(samples.allSatisfy { $0.status == 0 })
      try place.write("p.jsonl", "{\"prompt\": \"The film\"}\n{\"prompt\": \"I saw\"}\n")
      let several = try plumb("sample out --prompts p.jsonl --json --max-tokens 6")
      let lines = several.output.split(separator: "\n")
      #expect(lines.count == 2)
      let single = try Engine.run(
        ["sample", "out", "--prompt", "I saw", "--json", "--max-tokens", "6"], in: place.url)
      #expect(lines.last.map { "\($0)\n" } == single.output)
    }

    private let checkpointOfSeed0 = "run/exo/seed-0/checkpoints/step-000006"
  }
}
