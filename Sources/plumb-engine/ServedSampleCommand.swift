import Command
import Corpus
import Foundation
import Pipeline
import Policy
import Runs
import Serving
import Torch

/// `plumb sample` of a policy in a server.
struct ServedSampleCommand {
  let request: SampleRequest
  let options: ServerOptions
  let console: Console

  func perform() throws -> ExitCode {
    let template = try request.chatTemplate.map { try ChatTemplate.named($0) }
    // What was answered is shown and not kept.
    let folder = FileManager.default.temporaryDirectory.appending(path: "plumb-\(UUID())")
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let name = try ServerName(request.checkpoint)
    let served = try ServedModel(name, options, template: template, in: folder)
    let policy = served.policy
    let prompts = try request.askedPrompts.enumerated().map { place, prompt in
      ServedPrompt(
        id: prompt.id.isEmpty ? "\(place)" : prompt.id, prompt.dialogue,
        tokens: try policy.reader.prompt(prompt.dialogue))
    }
    if let found = try served.check(on: prompts, maxTokens: request.maximumTokens) {
      console.say(found.words)
    }
    let reader = policy.reader
    let sampling = SamplingSettings(
      temperature: request.temperature, maxTokens: request.maximumTokens,
      vocabulary: reader.tokenizer.vocabularySize, endTokens: reader.endTokens,
      truncation: Truncation(topK: request.topK, topP: request.topP))
    let drawn = try policy.completions(
      of: prompts, count: request.number,
      ServedDraw(sampling, seed: request.seed, stream: "sample"))
    for (prompt, all) in zip(prompts, drawn) {
      for completion in all {
        try SampledText(
          prompt: prompt.dialogue, text: completion.text, tokens: completion.tokens,
          finished: completion.isFinished,
          logProbability: completion.logProbabilities?.reduce(0, +)
        ).show(on: console)
      }
    }
    return .success
  }
}
