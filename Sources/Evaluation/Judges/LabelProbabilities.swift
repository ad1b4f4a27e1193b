import Foundation
import Judging
import Policy
import Torch

/// The probabilities that a language model gives to labels as the next thing it writes.
///
/// Exact: a softmax over the whole vocabulary, summed over every token that reads as a label apart
/// from spaces around it; where no token does, the product over the label's several tokens. A server
/// tells the likeliest tokens only, so that what it leaves out counts as zero.
struct LabelProbabilities {
  private let model: LanguageModel
  /// Ways to write a label, each with its text.
  private let ways: [(tokens: [Int], text: String)]

  /// Places that the longest label takes behind a prompt; nothing is read behind its last token.
  var room: Int { (ways.map(\.tokens.count).max() ?? 1) - 1 }

  /// - Throws: `PolicyError.input` where the tokenizer cannot write a label.
  init(_ labels: [String], _ model: LanguageModel) throws {
    self.model = model
    var ways: [(tokens: [Int], text: String)] = []
    let wanted = Set(labels)
    for id in 0..<model.tokenizer.vocabularySize where !model.tokenizer.isSpecial(id) {
      let text = model.tokenizer.decode([id]).trimmingCharacters(in: .whitespacesAndNewlines)
      if wanted.contains(text) { ways.append(([id], text)) }
    }
    for label in labels where !ways.contains(where: { $0.text == label }) {
      // Behind a line, as it stands in a prompt: by itself a label could get a blank in front.
      for tokens in Set(try model.tokenizer.read("\n", [label, " " + label]).completions)
      where model.tokenizer.decode(tokens).trimmingCharacters(in: .whitespaces) == label {
        ways.append((tokens, label))
      }
      guard ways.contains(where: { $0.text == label }) else {
        throw PolicyError.input("the judge's tokenizer cannot write the label \(label)")
      }
    }
    self.ways = ways
  }

  /// - Parameter prompts: token ids, each with at least one.
  /// - Returns: for each prompt the probability of every label.
  /// - Throws: `PolicyError.input` where a prompt and a label exceed the context.
  func probabilities(after prompts: [[Int]]) throws -> [[String: Double]] {
    guard !prompts.isEmpty else { return [] }
    let decoder = model.decoder
    let targets = try Targets.completions(
      prompts.map { _ in ways.map(\.tokens) }, of: prompts,
      positions: decoder.configuration.positions, on: decoder.device)
    let sums: [Double] = try withoutGradient {
      try targets.summed(decoder.logProbabilities(of: targets)).values()
    }
    return prompts.indices.map { prompt in
      var found: [String: Double] = [:]
      for (place, way) in ways.enumerated() {
        found[way.text, default: 0] += exp(sums[prompt * ways.count + place])
      }
      return found
    }
  }
}
