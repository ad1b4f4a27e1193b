import Command
import Foundation
import Pipeline
import Policy
import Torch

/// `plumb sample`: looks at what a checkpoint says.
struct SampleCommand {
  let request: SampleRequest
  let console: Console

  func perform() throws -> ExitCode {
    let model = try LanguageModel.load(URL(fileURLWithPath: request.checkpoint))
    try model.requireLanguage(request.checkpoint)
    let prompt = try model.prompt(request.prompt)
    let room = model.decoder.configuration.positions - prompt.count
    guard room > 0 else {
      throw PolicyError.input(
        "the prompt has \(prompt.count) tokens and fills the model's context of "
          + "\(model.decoder.configuration.positions); shorten it")
    }
    let settings = model.sampling(
      temperature: request.temperature, maxTokens: min(request.maximumTokens, room),
      truncation: Truncation(topK: request.topK, topP: request.topP))
    let uniform = try DrawingNumbers(seed: request.seed, stream: "sample")
      .rows(of: [request.prompt], count: request.number, length: settings.maxTokens)
    let completions = try Sampler(model.decoder, settings)
      .sample([prompt], count: request.number, uniform: uniform)
    for completion in completions.flatMap({ $0 }) {
      let text = model.text(of: completion, after: prompt)
      if console.isJSON {
        let record = SampledText(
          prompt: request.prompt, text: text, tokens: completion.tokens,
          finished: completion.isFinished, logProbability: completion.logProbability)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        console.print(String(decoding: try encoder.encode(record), as: UTF8.self))
      } else {
        console.print(ForeignText.printable(request.prompt + text, keepingLines: true))
        console.print(
          "  [\(completion.tokens.count) tokens, "
            + "\(completion.isFinished ? "finished" : "cut at the limit"), "
            + "log-probability \(completion.logProbability)]")
      }
    }
    return .success
  }
}

private struct SampledText: Encodable {
  var prompt: String
  var text: String
  var tokens: [Int]
  var finished: Bool
  var logProbability: Double
}
