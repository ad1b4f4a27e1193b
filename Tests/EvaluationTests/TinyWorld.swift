import Corpus
import Foundation
import Policy
import Runs
import Torch

@testable import Evaluation

/// A language so small that every completion can be listed: a few letters and an end token, and
/// completions of at most three tokens. Policies are real two-layer decoders with random weights.
final class TinyWorld {
  let folder: URL
  let tokenizer: Tokenizer
  /// Letters of the vocabulary; the end token's id is their number.
  let letters: Int
  let longest = 3

  var end: Int { letters }

  init(letters: Int = 2) throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "plumb-evaluation-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.letters = letters
    let names = "abcdefgh".prefix(letters).map { "\"\($0)\"" }
    let entries = (names + ["\"</s>\""]).enumerated().map { "\($1): \($0)" }
    let json = """
      {"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
       "added_tokens": [{"id": \(letters), "content": "</s>", "single_word": false,
         "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
         "use_regex": true},
       "post_processor": null, "decoder": {"type": "ByteLevel"},
       "model": {"type": "BPE", "vocab": {\(entries.joined(separator: ", "))}, "merges": []}}
      """
    try Data(json.utf8).write(to: folder.appending(path: "tokenizer.json"))
    try Data(#"{"eos_token": "</s>"}"#.utf8)
      .write(to: folder.appending(path: "tokenizer_config.json"))
    tokenizer = try Tokenizer.load(directory: folder)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      print("left behind: \(folder.path): \(error)")
    }
  }

  /// A decoder with weights far from uniform.
  ///
  /// - Parameter padding: rows of the embedding that no token has.
  func model(
    seed: UInt64, spread: Double = 0.6, positions: Int = 16, padding: Int = 0
  ) throws -> LanguageModel {
    let configuration = ModelConfiguration(
      architecture: .llama, vocab: letters + 1 + padding, hidden: 16, layers: 2, heads: 2,
      positions: positions, endToken: end)
    let decoder = try Decoder.start(
      configuration, with: Generator(seed: seed, stream: "model"))
    let generator = try Generator(seed: seed, stream: "weights")
    for tensor in decoder.parameters where tensor.rank == 2 {
      try tensor.assign(generator.normal(tensor.sizes, deviation: spread))
    }
    return try LanguageModel(decoder, tokenizer)
  }

  /// All strings that end or reach the length limit.
  var completions: [[Int]] {
    var open: [[Int]] = [[]]
    var all: [[Int]] = []
    for length in 1...longest {
      all += open.map { $0 + [end] }
      open = open.flatMap { start in (0..<letters).map { start + [$0] } }
      if length == longest { all += open }
    }
    return all
  }

  var prompts: [EvaluationPrompt] {
    [
      EvaluationPrompt(id: "p0", "a", tokens: [0]),
      EvaluationPrompt(id: "p1", "ba", tokens: [1, 0]),
      EvaluationPrompt(id: "p2", "abb", tokens: [0, 1, 1]),
    ]
  }

  /// One probability per completion, from the product of next-token distributions computed one
  /// prefix at a time, without anything of the code under test.
  func distribution(
    _ model: LanguageModel, _ prompt: [Int], temperature: Double = 1
  ) throws -> [Double] {
    try completions.map { tokens in
      var logProbability = 0.0
      for index in tokens.indices {
        let next = try self.next(
          model, prompt + tokens[..<index], temperature: temperature)
        logProbability += log(next[tokens[index]])
      }
      return exp(logProbability)
    }
  }

  /// The next-token distribution over the tokenizer's ids.
  func next(_ model: LanguageModel, _ prefix: [Int], temperature: Double = 1) throws -> [Double] {
    let layout = try Layout(prompts: [prefix], positions: 16)
    let hidden = try model.decoder.hidden(layout).slice(0, prefix.count - 1..<prefix.count)
    let logits: [Double] = try hidden.linear(model.decoder.head).values()
    let weights = logits.prefix(letters + 1).map { exp($0 / temperature) }
    return weights.map { $0 / weights.reduce(0, +) }
  }

  func subject(
    _ id: String, _ model: LanguageModel, group: String? = nil, seed: Int? = nil,
    isFinal: Bool = true, beta: Double? = nil, loads: @escaping () -> Void = {}
  ) -> Subject {
    Subject(
      policy: EvaluatedPolicy(
        id: id, group: group ?? id, method: "M", seed: seed, step: nil, isFinal: isFinal,
        options: [:], weights: "weights of \(id)"), beta: beta
    ) {
      loads()
      return model
    }
  }
}

/// 1 for each `a`, −0.5 for each `b`, of the whole text.
struct LetterReward: Reward {
  let name = "letters"

  func rewards(of texts: [String]) -> [Double] { texts.map(Self.reward) }

  static func reward(_ text: String) -> Double {
    text.reduce(0) { $0 + ($1 == "a" ? 1 : $1 == "b" ? -0.5 : 0) }
  }
}
