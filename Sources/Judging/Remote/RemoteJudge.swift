import Foundation
import Runs

/// A language model behind HTTP that is asked with a template.
public struct RemoteJudge: Judge {
  /// How replies are drawn.
  public struct Sampling: Sendable, Equatable {
    /// 0 by default, which repeats itself best; nil leaves it to the server, as some models demand.
    public var temperature: Double?
    /// Repetitions count on from it.
    public var seed: Int

    public init(temperature: Double? = 0, seed: Int = 0) {
      self.temperature = temperature
      self.seed = seed
    }
  }

  /// Replies are kept to this length; nothing that is read stands behind it.
  static let replyLimit = 64 << 10

  public let identity: JudgeIdentity
  private let server: JudgeServer
  private let api: any RemoteAPI.Type
  private let model: String
  private let template: PromptTemplate
  private let sampling: Sampling
  private let parser: VerdictParser

  /// - Throws: ``JudgingError/setting(_:)`` where the template needs probabilities and this kind of
  ///   server has none.
  public init(
    _ server: JudgeServer, api: any RemoteAPI.Type, model: String, template: PromptTemplate,
    sampling: Sampling = Sampling()
  ) throws(JudgingError) {
    guard template.labels.isEmpty || api.givesProbabilities else {
      throw .setting(
        "template \(template.name) reads probabilities, which \(api.name) servers do not give; take a "
          + "template with a written verdict")
    }
    self.server = server
    self.api = api
    self.model = model
    self.template = template
    self.sampling = sampling
    parser = VerdictParser(template)
    identity = JudgeIdentity(
      name: model,
      facts: [
        "kind": api.name, "model": model, "address": server.endpoint.url,
        "template": template.source, "parser": parser.version,
        "temperature": sampling.temperature.map { "\($0)" } ?? "server",
        "seed": "\(sampling.seed)", "max-tokens": "\(template.maximumTokens)",
      ])
  }

  /// What would be sent for a question.
  public func call(_ question: JudgeQuestion) throws(JudgingError) -> RemoteCall {
    RemoteCall(
      model: model, prompt: try template.render(question),
      maximumTokens: template.maximumTokens, temperature: sampling.temperature,
      seed: sampling.seed + question.repetition, wantsProbabilities: !template.labels.isEmpty,
      isPublicService: server.endpoint.url == api.defaultAddress)
  }

  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    let call = try call(question)
    let outcome = try await server.ask(call, as: api, key: try identity.key(of: question)) {
      reply, attempts in
      var judgment = read(reply)
      judgment.attempts = attempts
      judgment.reply = Self.cut(reply.text)
      judgment.usage = reply.usage
      judgment.cost = reply.usage.flatMap { server.price(model)?.cost($0) }
      judgment.model = reply.model
      judgment.neutralized = call.prompt.neutralized
      return judgment
    }
    switch outcome {
    case .success(let judgment): return judgment
    case .failure(let failure):
      var judgment = Judgment(.failed, reason: failure.reason)
      judgment.attempts = failure.attempts
      judgment.neutralized = call.prompt.neutralized
      return judgment
    }
  }

  private func read(_ reply: RemoteReply) -> Judgment {
    if let probabilities = reply.probabilities { return parser.judgment(of: probabilities) }
    switch reply.end {
    case .refusal: return Judgment(.refused, reason: "the server says that the judge declines")
    case .length:
      // A reply that is cut off may end in what looks like a verdict.
      return Judgment(
        .truncated, reason: "cut off after \(template.maximumTokens) tokens without an end")
    case .complete: return parser.judgment(of: reply.text)
    }
  }

  /// The end of a long reply, which is where the verdict stands.
  private static func cut(_ text: String) -> String {
    guard text.utf8.count > replyLimit else { return text }
    return String(decoding: Array(text.utf8.suffix(replyLimit)), as: UTF8.self)
  }
}
