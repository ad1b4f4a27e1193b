import Foundation
import Recipe
import Runs
import TestSupport
import Testing

@testable import Pipeline

/// What is foretold of memory is what a training has, by the engine's own count.
@Suite(.serialized) struct MemoryForesightTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The engine beside this program; nil where it was not built.
  private static var engine: URL? {
    let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let beside = own.deletingLastPathComponent().appending(path: "plumb-engine")
    return FileManager.default.isExecutableFile(atPath: beside.path) ? beside : nil
  }

  private func run(_ recipe: String, _ name: String) throws -> URL {
    let engine = try #require(Self.engine)
    let file = folder.url.appending(path: "\(name).yaml")
    try Data(recipe.utf8).write(to: file)
    let output = folder.url.appending(path: name)
    let process = Process()
    process.executableURL = engine
    process.arguments = ["run", file.path, "--output", output.path, "--quiet"]
    process.standardOutput = FileHandle.nullDevice
    let complaint = Pipe()
    process.standardError = complaint
    try process.run()
    let said = String(decoding: complaint.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(said)")
    return output
  }

  /// Prompts and pairs of many lengths.
  private func pairs() throws {
    func words(_ count: Int) -> String {
      (0..<count).map { "word\($0 * 7 % 31)" }.joined(separator: " ")
    }
    let rows = (0..<16).map { row in
      """
      {"prompt": "\(words(20 + row * 13 % 47))", "chosen": " \(words(30 + row * 29 % 61))", \
      "rejected": " \(words(25 + row * 17 % 53))"}
      """
    }
    try Data(rows.joined(separator: "\n").utf8).write(to: folder.url.appending(path: "pairs.jsonl"))
  }

  @Test(
    .enabled(if: engine != nil, "plumb-engine is not beside the tests"),
    arguments: [
      ("llama", "key_value_heads: 2", "batch: 8", "precision: float32"),
      ("llama", "key_value_heads: 2", "batch: 8, memory: low", "precision: float32"),
      ("gpt2", "feed_forward: 512", "batch: 8, accumulation: 2", "precision: float32"),
      ("qwen3", "key_value_heads: 2", "batch: 8", "precision: bfloat16"),
      ("gemma2", "key_value_heads: 2", "batch: 4", "precision: float32"),
      (
        "llama", "key_value_heads: 2", "batch: 8}\n    adapter: {rank: 8, dropout: 0.05",
        "precision: float32"
      ),
    ])
  func `the peak of a training is foretold within a tenth`(
    family: String, shape: String, training: String, precision: String
  ) throws {
    try pairs()
    let model = "layers: 3, hidden: 128, heads: 4, positions: 512, \(shape)"
    let base = try run(
      """
      name: base
      data: {texts: {generate: {reviews: 60, seed: 1}}}
      stages:
        words: {kind: tokenizer, data: texts, vocabulary: 600}
        lm:
          kind: language-model
          data: texts
          tokenizer: words
          model: {architecture: \(family), \(model)}
          training: {steps: 1, batch: 2, learning_rate: 1e-3}

      """, "base")
    let policy = base.appending(path: "lm/checkpoints/step-000001").path
    let recipe = """
      name: aligned
      \(precision)
      data: {pairs: {files: pairs.jsonl}}
      stages:
        dpo:
          kind: align
          objective: dpo-pref
          policy: \(policy)
          data: pairs
          probe_prompts: 0
          training: {steps: 2, learning_rate: 1e-4, held_out: 0, \(training)}

      """
    let plan = try RunRecipe(
      RecipeDocument.parse(recipe, name: "r.yaml"), base: folder.url)
    let foretold = try #require(
      try Outlook(plan, memory: MachineMemory(bytes: 1e15)).parts.last?.estimate.memory)
    let costs = try Journal<PhaseCost>.read(RunDirectory(run(recipe, "aligned")).costs).records
    let measured = Double(try #require(costs.last?.tensorMemory))
    #expect(abs(foretold / measured - 1) < 0.1, "\(foretold) for \(measured)")
  }
}
