import Corpus
import Foundation
import Judging
import Policy
import Runs
import Torch

/// A language model in this process that is asked with a template.
///
/// Where its folder has a chat template it reads the template's system and user text as turns, as a chat
/// server does; else as one text, as a server of plain completions does. A template with verdicts is answered in writing; one with labels
/// by ``LabelProbabilities``. A prompt that does not fit the context is a failure of this question.
public final class ModelJudge: BatchJudge {
  public let identity: JudgeIdentity
  private let folder: JudgeFolder
  private let template: PromptTemplate
  private let sampling: RemoteJudge.Sampling
  private let temperature: Double
  private let parser: VerdictParser
  private var knownLabels: LabelProbabilities?

  /// - Throws: ``JudgingError/setting(_:)`` where the temperature is left to a server.
  public init(
    _ folder: JudgeFolder, template: PromptTemplate, sampling: RemoteJudge.Sampling
  ) throws {
    guard let temperature = sampling.temperature else {
      throw JudgingError.setting(
        "model:\(folder.name) has no temperature of its own; give one, as in --temperature 0")
    }
    self.folder = folder
    self.template = template
    self.sampling = sampling
    self.temperature = temperature
    parser = VerdictParser(template)
    let own = [
      "kind": "model", "template": template.source, "parser": parser.version,
      "temperature": "\(temperature)", "seed": "\(sampling.seed)",
      "max-tokens": "\(template.maximumTokens)", "reading": "3",
    ]
    identity = JudgeIdentity(
      name: folder.title, facts: folder.facts.merging(own) { $1 })
  }

  /// Why no question of a template fits a model's context, known without its weights; nil where those
  /// about the shortest texts do.
  ///
  /// - Parameter url: of the model's folder.
  public static func contextProblem(
    of url: URL, name: String, template: PromptTemplate
  ) throws -> String? {
    try CheckpointManifest.hold(url)
    let shape = try ConfigurationFile(of: url).configuration
    let shortest = JudgeQuestion(
      id: "", prompt: "", candidates: template.subject == .single ? [""] : ["", ""],
      reference: "")
    let tokenizer = try Tokenizer.load(directory: url)
    let count = try tokenizer.read(dialogue(template.render(shortest), tokenizer), []).prompt.count
    let reply = template.labels.isEmpty ? template.maximumTokens : 0
    guard count + reply > shape.positions else { return nil }
    return
      "the context of \(name) holds \(shape.positions) tokens, and template \(template.name) takes "
      + "\(count) without any text to judge"
      + (reply > 0 ? " and up to \(reply) for the reply" : "")
      + "; take a model with a longer context, or a shorter template"
  }

  /// A question as the model reads it.
  private struct Reading {
    let question: JudgeQuestion
    let prompt: RenderedPrompt
    let tokens: [Int]
    /// Tokens that the context leaves for a reply.
    let room: Int
  }

  private static func dialogue(_ prompt: RenderedPrompt, _ tokenizer: Tokenizer) -> Dialogue {
    guard tokenizer.chatTemplate != nil else { return .text(prompt.plain) }
    let user = Turn(.user, prompt.user)
    return .turns(prompt.system.isEmpty ? [user] : [Turn(.system, prompt.system), user])
  }

  private func read(_ question: JudgeQuestion) throws -> Reading {
    let model = try model()
    let prompt = try template.render(question)
    let tokens = try model.prompt(Self.dialogue(prompt, model.tokenizer))
    return Reading(
      question: question, prompt: prompt, tokens: tokens,
      room: model.decoder.configuration.positions - tokens.count)
  }

  private func model() throws -> LanguageModel {
    let model = try folder.model()
    guard model.decoder.configuration.labels == nil else {
      throw PolicyError.input(
        "\(folder.name) has a reward head and writes nothing; judge with reward:\(folder.name)")
    }
    return model
  }

  public func objection(to question: JudgeQuestion) throws -> Judgment? {
    try objection(read(question))
  }

  private func objection(_ reading: Reading) throws -> Judgment? {
    guard try reading.room < (labels()?.room ?? 1) else { return nil }
    let limit = reading.tokens.count + reading.room
    var judgment = Judgment(
      .failed,
      reason:
        "\(MissingReason.tooLong): the prompt has \(reading.tokens.count) tokens, and the context of "
        + "\(folder.name) holds \(limit); take a judge with a longer one, or a shorter template")
    judgment.neutralized = reading.prompt.neutralized
    return judgment
  }

  public func tokens(for question: JudgeQuestion) throws -> TokenUsage? {
    let reading = try read(question)
    guard try objection(reading) == nil else { return nil }
    return TokenUsage(
      input: reading.tokens.count,
      output: template.labels.isEmpty ? min(template.maximumTokens, reading.room) : 0)
  }

  public func judgments(of questions: [JudgeQuestion]) throws -> [Judgment] {
    let readings = try questions.map(read)
    var judgments = try readings.map(objection)
    let open = readings.indices.filter { judgments[$0] == nil }
    let left = open.map { readings[$0] }
    let found = try labels().map { try labelled(left, $0) } ?? written(left)
    for (place, var judgment) in zip(open, found) {
      judgment.neutralized = readings[place].prompt.neutralized
      judgments[place] = judgment
    }
    return judgments.compactMap(\.self)
  }

  // MARK: Labels

  /// Nil where verdicts are written.
  private func labels() throws -> LabelProbabilities? {
    guard !template.labels.isEmpty else { return nil }
    if let knownLabels { return knownLabels }
    let labels = try LabelProbabilities(template.labels.map(\.text), model())
    knownLabels = labels
    return labels
  }

  private func labelled(
    _ readings: [Reading], _ labels: LabelProbabilities
  ) throws -> [Judgment] {
    try labels.probabilities(after: readings.map(\.tokens)).map(parser.judgment)
  }

  // MARK: Writing

  private func written(_ readings: [Reading]) throws -> [Judgment] {
    var judgments = [Judgment?](repeating: nil, count: readings.count)
    let wanted = template.maximumTokens
    let wide = readings.indices.filter { readings[$0].room >= wanted }
    if !wide.isEmpty {
      for (place, judgment) in zip(wide, try write(wide.map { readings[$0] }, wanted)) {
        judgments[place] = judgment
      }
    }
    // What has less room than the longest reply needs is written alone.
    for place in readings.indices where readings[place].room < wanted {
      judgments[place] = try write([readings[place]], readings[place].room).first
    }
    return judgments.compactMap(\.self)
  }

  private func write(_ readings: [Reading], _ maxTokens: Int) throws -> [Judgment] {
    let model = try model()
    let settings = model.sampling(temperature: temperature, maxTokens: maxTokens)
    let rows = try readings.map { reading in
      // Each reply draws from numbers of its own, whatever stands beside it.
      try Generator(
        seed: UInt64(clamping: sampling.seed + reading.question.repetition),
        stream: "judge/\(reading.prompt.code)"
      ).uniform([maxTokens])
    }
    let drawn = try Sampler(model.decoder, settings).sample(
      readings.map(\.tokens), count: 1, uniform: Tensor.stack(rows, 0))
    return zip(readings, drawn.joined()).map { reading, completion in
      let text = model.text(of: completion, after: reading.tokens)
      // A reply that is cut off may end in what looks like a verdict.
      var judgment =
        completion.isFinished
        ? parser.judgment(of: text)
        : Judgment(
          .truncated,
          reason: maxTokens < template.maximumTokens
            ? "cut off after \(maxTokens) tokens, where the context of \(folder.name) ends"
            : "cut off after \(maxTokens) tokens without an end")
      judgment.reply = text
      return judgment
    }
  }
}
