import Corpus
import Foundation
import Policy
import Runs
import TestSupport

@testable import Evaluation

/// Papers for the tiny world's models, whose tokenizer knows the letters a to h alone.
struct ExamWorld {
  let world: TinyWorld
  let folder: TemporaryFolder

  init(letters: Int = 8) throws {
    world = try TinyWorld(letters: letters)
    folder = try TemporaryFolder()
  }

  func paper(
    _ name: String, _ rows: String, _ change: (inout ExamSettings) -> Void = { _ in }
  ) throws -> ExamPaper {
    let file = "\(UUID().uuidString).jsonl"
    try folder.write(file, rows)
    var settings = ExamSettings(name, files: [file])
    change(&settings)
    return try ExamPaper(settings, from: folder.url)
  }

  /// Prompts of letters, each with three choices; a blank is no token and leaves nothing.
  static let rows = [
    (#"abc"#, ["d", "ee", "fgh"], 1), ("abcd", ["a", "b", "c"], 0), ("hgf", ["aa", "ab", "b"], 2),
    ("hgfe", ["h", "hh", "a"], 0), ("a", ["bcd", "b", "c"], 1),
  ].map { prompt, choices, answer in
    let list = choices.map { "\"\($0)\"" }.joined(separator: ", ")
    return #"{"prompt": "\#(prompt)", "choices": [\#(list)], "answer": \#(answer)}"#
  }.joined(separator: "\n")

  /// log π of a text's tokens after a prompt, from one whole pass for every token.
  func logProbability(_ model: LanguageModel, _ prompt: [Int], _ text: [Int]) throws -> Double {
    var sum = 0.0
    for index in text.indices {
      let ids = prompt + text[..<index]
      let layout = try Layout(prompts: [ids], positions: 64)
      let hidden = try model.decoder.hidden(layout).slice(0, ids.count - 1..<ids.count)
      let logits: [Double] = try hidden.linear(model.decoder.head).values()
      let top = logits.max() ?? 0
      sum += logits[text[index]] - top - log(logits.reduce(0) { $0 + exp($1 - top) })
    }
    return sum
  }
}
