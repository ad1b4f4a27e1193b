import Foundation
import Policy
import Runs
import Testing
import Torch

/// A Python with `torch` and `transformers`: `$PLUMB_PEER_PYTHON`, or `python3`.
enum Peer {
  static let python: String? = {
    let name = ProcessInfo.processInfo.environment["PLUMB_PEER_PYTHON"] ?? "python3"
    do {
      let found = try run([name, "-c", "import torch, transformers"])
      if found.status == 0 { return name }
    } catch {
      print("\(name): \(error)")
    }
    print(
      "SKIPPED: opening checkpoints in transformers, since \(name) does not have it; "
        + "set PLUMB_PEER_PYTHON")
    return nil
  }()

  static func run(_ command: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// Checks of checkpoints, each `logits` or `tokenizer`, a folder, and the numbers expected of it.
  ///
  /// - Returns: the exit status, and a line for each check.
  static func check(_ checks: [(String, URL, URL)]) throws -> (Int32, [String]) {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let script = folder.appending(path: "interop/check_checkpoints.py").path
    let arguments = checks.flatMap { [$0.0, $0.1.path, $0.2.path] }
    let (status, output) = try run([python ?? "python3", "-B", script] + arguments)
    return (status, output.split(separator: "\n").map(String.init))
  }
}

extension EndToEnd {
  /// What Plumb trains, transformers opens, and gets the same numbers from.
  @Suite(.enabled(if: Peer.python != nil)) struct InteropTests {
    static let recipe = """
      name: peers
      threads: 1
      data:
        reviews: {generate: {reviews: 200, seed: 1}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 400}
        llama:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 2, hidden: 32, heads: 4, key_value_heads: 2, positions: 64}
          training: &three {steps: 3, batch: 16, learning_rate: 1e-2}
        gpt2:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {architecture: gpt2, layers: 2, hidden: 32, heads: 4, positions: 64}
          training: *three
        judge:
          kind: classifier
          data: reviews
          from: llama
          training: *three
      """
    static let texts = ["the acting was wonderful.", "Ünïcode 北京 \u{1F600}", "  two  spaces\n"]

    struct Expected: Encodable {
      struct Sequence: Encodable {
        var inputIds: [Int]
        var logProbabilities: [Double]?
        var logits: [Double]?
        var scores: [Double]?
      }
      var sequences: [Sequence]
    }

    struct Words: Encodable {
      struct Text: Encodable {
        var text: String
        var ids: [Int]
        var decoded: String
      }
      var texts: [Text]
      var end: Int
    }

    func encoded(_ value: some Encodable) throws -> Data {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      return try encoder.encode(value)
    }

    /// Plumb's own numbers for the texts.
    func expected(_ model: LanguageModel) throws -> Expected {
      let decoder = model.decoder
      return Expected(
        sequences: try Self.texts.map { text in
          let ids = try model.prompt(text)
          var entry = Expected.Sequence(inputIds: ids)
          if decoder.configuration.labels != nil {
            entry.scores = try withoutGradient { try decoder.scores([ids]).values() }
            return entry
          }
          let targets = try Targets.sequences([ids], positions: 64, on: .cpu)
          let layout = try Layout(prompts: [ids], positions: 64)
          try withoutGradient {
            entry.logProbabilities = try decoder.logProbabilities(of: targets).values()
            entry.logits = try decoder.hidden(layout).slice(0, ids.count - 1..<ids.count)
              .linear(decoder.head).values()
          }
          return entry
        })
    }

    @Test func transformersGetsTheSameNumbersFromEveryKindOfCheckpoint() throws {
      let place = try Workplace(recipe: Self.recipe)
      let outcome = try Engine.run(["train", "tiny.yaml", "-o", "run"], in: place.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      var checks: [(String, URL, URL)] = []
      for stage in ["llama", "gpt2", "judge"] {
        let store = CheckpointStore(
          StageDirectory(place.run.appending(path: stage)).checkpoints)
        let folder = try store.checkpoint(at: 3).url
        let model = try LanguageModel.load(folder)
        try place.write("\(stage).json", encoded(expected(model)))
        checks.append(("logits", folder, place.url.appending(path: "\(stage).json")))
        let words = Words(
          texts: try Self.texts.map { text in
            let ids = try model.prompt(text)
            return Words.Text(text: text, ids: ids, decoded: model.tokenizer.decode(ids))
          }, end: model.endTokens[0])
        try place.write("\(stage)-words.json", encoded(words))
        checks.append(("tokenizer", folder, place.url.appending(path: "\(stage)-words.json")))
      }
      let (status, lines) = try Peer.check(checks)
      #expect(status == 0, "\(lines)")
      #expect(lines.count == 6)
      #expect(lines.allSatisfy { $0.hasPrefix("EQUAL") }, "\(lines)")
    }

    @Test func transformersGetsTheSameNumbersFromEveryFamilyThatPlumbWrites() throws {
      let families = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/families")
      let place = try Workplace()
      let names = try FileManager.default.contentsOfDirectory(atPath: families.path).sorted()
      let checks = try names.map { name in
        let (source, copy) = (families.appending(path: name), place.url.appending(path: name))
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        try Decoder.load(source).save(to: copy)
        return ("logits", copy, source.appending(path: "expected.json"))
      }
      #expect(checks.count >= 30)
      let (status, lines) = try Peer.check(checks)
      #expect(status == 0, "\(lines)")
      #expect(lines.filter { $0.hasPrefix("EQUAL") }.count == checks.count, "\(lines)")
    }

    @Test func theComparisonNoticesAWrongNumber() throws {
      let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/tiny-llama")
      let place = try Workplace()
      let text = String(
        decoding: try Data(contentsOf: fixture.appending(path: "expected.json")), as: UTF8.self)
      try place.write("right.json", text)
      try place.write("wrong.json", text.replacingOccurrences(of: "-7.2123833", with: "-7.2133833"))
      let checks = ["right.json", "wrong.json"].map {
        ("logits", fixture, place.url.appending(path: $0))
      }
      let (status, lines) = try Peer.check(checks)
      #expect(status == 1)
      #expect(lines.map { $0.prefix(7) } == ["EQUAL /", "DIFFERS"], "\(lines)")
    }
  }
}
