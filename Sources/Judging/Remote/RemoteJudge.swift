import Foundation
import HTTP
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

  /// Part of every key like that of the parser: raise it when the same body of a server would be read
  /// differently.
  static let version = "2"

  /// Replies are kept to this length; nothing that is read stands behind it.
  static let replyLimit = 64 << 10

  /// As it was set; what the server does not take is not known yet.
  public let identity: JudgeIdentity
  private let server: JudgeServer
  let api: any RemoteAPI.Type
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
    guard template.labels.isEmpty || api.topLogprobs > 0 else {
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
    let facts = [
      "kind": api.name, "model": model, "address": server.endpoint.url,
      "template": template.source, "parser": parser.version,
      "temperature": sampling.temperature.map { "\($0)" } ?? "server",
      "seed": "\(sampling.seed)", "max-tokens": "\(template.maximumTokens)",
      "reading": Self.version,
    ]
    let set = server.dialects.begin.facts(of: api, readsProbabilities: !template.labels.isEmpty)
    identity = JudgeIdentity(name: model, facts: facts.merging(set) { $1 })
  }

  /// Of the server and the model, as judges are typed.
  var name: String { server.name(model, api) }

  private var dialect: Dialect { server.dialects.dialect(of: name) }

  /// What was learned of the server can change its answers like what was set, and is in the key.
  public func key(of question: JudgeQuestion) throws -> String {
    try key(of: question, in: dialect)
  }

  private func key(of question: JudgeQuestion, in dialect: Dialect) throws -> String {
    var asked = identity
    asked.facts.merge(dialect.facts(of: api, readsProbabilities: !template.labels.isEmpty)) { $1 }
    return try asked.key(of: question)
  }

  /// What would be sent for a question.
  public func call(_ question: JudgeQuestion) throws(JudgingError) -> RemoteCall {
    RemoteCall(
      api, model: model, prompt: try template.render(question), template: template,
      sampling: sampling, repetition: question.repetition,
      isPublicService: server.endpoint.url == api.defaultAddress, in: dialect)
  }

  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    while true {
      if let judgment = try await judge(question, under: key(of: question)) { return judgment }
    }
  }

  public func judge(_ question: JudgeQuestion, under key: String) async throws -> Judgment? {
    let call = try call(question)
    // Another request may have learned something since the key was made.
    guard try self.key(of: question, in: call.dialect) == key else { return nil }
    let inquiry = JudgeInquiry(call: call, api: api, key: key, server: name) { reply, attempts in
      judgment(of: reply, to: call, attempts: attempts)
    }
    switch try await server.ask(inquiry) {
    case .answered(let judgment): return judgment
    case .otherwise: return nil
    case .failed(let reason, let attempts):
      var judgment = Judgment(.failed, reason: reason)
      judgment.attempts = attempts
      judgment.neutralized = call.prompt.neutralized
      return judgment
    }
  }

  /// What an answer of a batch service says; nil where its body is no answer.
  func judgment(ofBatched body: WireValue, to question: JudgeQuestion) throws -> Judgment? {
    let call = try call(question)
    do throws(BadReply) {
      return judgment(of: try api.reply(body), to: call, attempts: 1)
    } catch {
      return nil
    }
  }

  private func judgment(
    of reply: RemoteReply, to call: RemoteCall, attempts: Int
  ) -> Judgment {
    var judgment = read(reply, call)
    judgment.attempts = attempts
    judgment.reply = Self.cut(reply.text)
    judgment.usage = reply.usage
    judgment.cost = reply.usage.flatMap { server.price(model)?.cost($0) }
    judgment.model = reply.model
    judgment.neutralized = call.prompt.neutralized
    return judgment
  }

  private func read(_ reply: RemoteReply, _ call: RemoteCall) -> Judgment {
    switch reply.end {
    case .refusal: return Judgment(.refused, reason: "the server says that the judge declines")
    case .unfinished(let reason): return Judgment(.unfinished, reason: reason)
    // The first token, whose probabilities are read, is all that is asked for.
    case .length where !call.wantsProbabilities:
      // A reply that is cut off may end in what looks like a verdict.
      return Judgment(
        .truncated, reason: "cut off without an end, " + Self.extent(reply, template))
    case .complete, .length: break
    }
    guard call.wantsProbabilities else { return parser.judgment(of: reply.text) }
    guard let probabilities = reply.probabilities else {
      return Judgment(.unparsable, reason: "the reply comes without log-probabilities")
    }
    let labels = Set(template.labels.map { ByteText($0.text) })
    for token in probabilities.unreadable
    where labels.contains(ByteText(VerdictParser.label(of: token))) {
      return Judgment(.unparsable, reason: "the log-probability of a label is not a number")
    }
    return parser.judgment(of: probabilities.known)
  }

  /// A server may stop before the limit that it was given, where its context ends.
  private static func extent(_ reply: RemoteReply, _ template: PromptTemplate) -> String {
    let most = template.maximumTokens
    guard let used = reply.usage?.output, used < most else { return "after \(most) tokens" }
    return "after \(used) tokens by the server's count; \(most) were allowed"
  }

  /// The end of a long reply, which is where the verdict stands.
  private static func cut(_ text: String) -> String {
    guard text.utf8.count > replyLimit else { return text }
    return String(decoding: Array(text.utf8.suffix(replyLimit)), as: UTF8.self)
  }
}
