import Command
import Corpus
import Foundation
import Pipeline
import Policy
import Runs
import Torch

/// `plumb sample`: looks at what a checkpoint says.
struct SampleCommand {
  let request: SampleRequest
  let console: Console

  func perform() throws -> ExitCode {
    if let options = request.server {
      return try ServedSampleCommand(request: request, options: options, console: console).perform()
    }
    let found = try TrainedModel.find(request.checkpoint, stage: request.stage)
    let prompts = try request.askedPrompts
    let model = try LanguageModel.load(found.folder)
      .replacingChatTemplate(request.chatTemplate.map { try ChatTemplate.named($0) })
    try model.requireLanguage(request.checkpoint)
    for prompt in prompts { try sample(prompt, model) }
    return .success
  }

  private func sample(_ asked: Prompt, _ model: LanguageModel) throws {
    let prompt = try model.prompt(asked.dialogue)
    let room = model.decoder.configuration.positions - prompt.count
    guard room > 0 else {
      let name = asked.id.isEmpty ? "the prompt" : "prompt \(asked.id)"
      throw PolicyError.input(
        "\(name) has \(prompt.count) tokens and fills the model's context of "
          + "\(model.decoder.configuration.positions); shorten it")
    }
    let settings = model.sampling(
      temperature: request.temperature, maxTokens: min(request.maximumTokens, room),
      truncation: Truncation(topK: request.topK, topP: request.topP))
    let uniform = try DrawingNumbers(seed: request.seed, stream: "sample")
      .rows(of: [asked.dialogue.words], count: request.number, length: settings.maxTokens)
    let completions = try Sampler(model.decoder, settings)
      .sample([prompt], count: request.number, uniform: uniform)
    for completion in completions.flatMap({ $0 }) {
      try SampledText(
        prompt: asked.dialogue, text: model.text(of: completion, after: prompt),
        tokens: completion.tokens, finished: completion.isFinished,
        logProbability: completion.logProbability
      ).show(on: console)
    }
  }
}

extension SampleRequest {
  /// The prompts that are completed.
  var askedPrompts: [Prompt] {
    get throws {
      try prompts.map { try DataSource(files: [$0]).prompts() }
        ?? [Prompt(id: "", .text(prompt))]
    }
  }
}

/// A completion for whoever looks at it.
///
/// Its log-probability is printed under both names that it has had.
struct SampledText: Encodable, SpelledAsBefore {
  var prompt: Dialogue
  var text: String
  var tokens: [Int]
  var finished: Bool
  /// Nil where a server does not tell it.
  var logProbability: Double?

  private enum CodingKeys: String, CodingKey {
    case prompt, text, tokens, finished, logProbability
    case log = "log_probability"
  }

  func encode(to encoder: any Encoder) throws {
    var line = encoder.container(keyedBy: CodingKeys.self)
    try line.encode(prompt, forKey: .prompt)
    try line.encode(text, forKey: .text)
    try line.encode(tokens, forKey: .tokens)
    try line.encode(finished, forKey: .finished)
    try line.encodeIfPresent(logProbability, forKey: .logProbability)
    try line.encodeIfPresent(logProbability, forKey: .log)
  }

  func show(on console: Console) throws {
    guard !console.givesRecords else { return try console.print(json: self) }
    console.print(Exchange(prompt, text).words)
    console.print(
      "  [\(tokens.count) tokens, \(finished ? "finished" : "cut at the limit"), "
        + (logProbability.map { "log-probability \($0)" } ?? "no log-probability") + "]")
  }
}
