import Corpus
import Foundation
import HTTP
import Judging
import Policy
import Runs
import Synchronization
import Torch

/// A policy behind the requests of a server, many at once, with pace, retries, limits and key as judges
/// have them.
///
/// One request is one completion, with a seed of its own: servers need not know how to draw several, and
/// whoever goes on asks for those that are missing alone.
public final class ServerPolicy: ServedPolicy {
  /// Whose tokens the server's ids are taken for.
  public enum Tokens: Sendable, Equatable {
    /// Of a tokenizer that the user named for it.
    case named
    /// Of another model, which every reply has to bear out: the ids that it gives must read as its text.
    case supposed(of: String)
  }

  public let name: ServerName
  public let reader: ModelReader
  private let tokens: Tokens
  /// Tells apart servers of one name, as far as anybody knows: the hash of a checkpoint.
  private let identity: Mutex<String>
  /// What the server calls the weights that it was handed; nil where it was handed none.
  private let version = Mutex<String?>(nil)
  private let settings: ServingSettings
  private let line: ServerLine
  /// The server has shown that it scores no prompts.
  private let scoresNothing = Mutex(false)

  /// Opens the ledger; what earlier processes spent counts towards the limits.
  ///
  /// - Parameters:
  ///   - identity: what the weights are said to be; part of what answers are kept under.
  ///   - ledger: the file of requests and answers.
  ///   - transport: nil for the network.
  ///   - interruption: why the user wants to stop; asked several times a second.
  /// - Throws: ``ServingError/setting(_:)`` for an address, key or price; nothing is sent.
  public init(
    _ settings: ServingSettings, _ reader: ModelReader, tokens: Tokens, identity: String,
    ledger: URL, environment: [String: String], transport: (any Transport)? = nil,
    policy: RetryPolicy = RetryPolicy(),
    interruption: @escaping @Sendable () -> Bool = { false }
  ) throws {
    name = settings.name
    self.settings = settings
    self.reader = reader
    self.tokens = tokens
    self.identity = Mutex(identity)
    line = try ServerLine(
      settings, ledger: ledger, environment: environment, transport: transport, policy: policy,
      interruption: interruption)
  }

  // MARK: Weights

  /// Lets the server load the weights of a folder, which it reads under the same path. What was drawn
  /// by others is no answer to what is asked from now on.
  ///
  /// - Parameter version: tells these weights from all others.
  /// - Throws: ``ServingError`` where the server takes no weights, or refuses these.
  public func hand(_ folder: URL, version: String) throws {
    guard let handover = try WeightHandover(settings.kind, folder.path, version: version) else {
      throw ServingError.setting(
        "\(name): a server of kind \(settings.kind.rawValue) takes no weights")
    }
    let isFirst = self.version.withLock { $0 == nil }
    try line.deliver(handover, version: version, isFirst: isFirst)
    self.version.withLock { $0 = version }
    identity.withLock { $0 = version }
  }

  // MARK: Drawing

  public func completions(
    of prompts: [ServedPrompt], count: Int, _ draw: ServedDraw
  ) throws -> [[ServedCompletion]] {
    let (places, calls) = calls(prompts, count, draw)
    let answers = try ask(calls, draw.isFresh ? "draw \(UUID())" : "draw")
    if isAskedInText {
      for (prompt, answer) in zip(places.map(\.0), answers) { try checkText(prompt, answer) }
    }
    let found = try zip(places, zip(calls, answers)).map { place, exchange in
      try completion(exchange.1, of: exchange.0, after: place.0)
    }
    let all = prompts.indices.map { Array(found[$0 * count..<($0 + 1) * count]) }
    if draw.sampling.temperature > 0 { try checkVariety(all) }
    return all
  }

  /// Seeds that change nothing: a server that writes what is most likely, whatever temperature it is
  /// asked for. Where log-probabilities are told, these show how sure the policy is.
  private func checkVariety(_ all: [[ServedCompletion]]) throws {
    let told = all.filter { $0.count > 1 && $0[0].tokens.count >= 4 }
    guard told.count >= 4, told.joined().allSatisfy({ $0.logProbabilities == nil }),
      told.allSatisfy({ one in one.allSatisfy { $0.text == one[0].text } })
    else { return }
    throw useless(
      "writes the same for every seed, to each of \(told.count) prompts: it takes no samples; start it with a "
        + "generation_config.json that says do_sample: true (transformers serve), or ask for one completion "
        + "at temperature 0")
  }

  /// Takes back what the same arguments gave: it was drawn by other weights.
  func forget(_ prompts: [ServedPrompt], count: Int, _ draw: ServedDraw) throws {
    try line.forget(calls(prompts, count, draw).calls.map { Self.key($0, facts("draw")) })
  }

  private func calls(
    _ prompts: [ServedPrompt], _ count: Int, _ draw: ServedDraw
  ) -> (places: [(ServedPrompt, Int)], calls: [ServedCall]) {
    let places = prompts.flatMap { prompt in (0..<count).map { (prompt, $0) } }
    return (
      places,
      places.map { prompt, sample in
        call(
          prompt.tokens, maxTokens: draw.sampling.maxTokens, draw,
          seed: "\(draw.stream)/\(prompt.id)/\(sample)")
      }
    )
  }

  private func call(
    _ ids: [Int], scored: Int = 0, maxTokens: Int, _ draw: ServedDraw, seed stream: String
  ) -> ServedCall {
    let truncation = draw.sampling.truncation
    // 31 bits are a seed to every server.
    let seed = Int(Generator.mix(draw.seed, stream) >> 33)
    return ServedCall(
      model: name.model, ids: ids,
      text: text(of: ids), scored: scored,
      maxTokens: maxTokens, temperature: draw.sampling.temperature, topP: truncation.topP,
      topK: truncation.topK, seed: seed, endTokens: draw.sampling.endTokens,
      dialect: line.dialect)
  }

  private var isAskedInText: Bool { line.dialect.omits(.promptIDs) }

  /// What reads as these ids: servers put what begins a text in front of it themselves.
  private func text(of ids: [Int]) -> String {
    let begin = reader.begin
    let rest = ids.starts(with: begin) ? Array(ids.dropFirst(begin.count)) : ids
    return reader.tokenizer.decode(rest, skippingSpecialTokens: false)
  }

  /// Where a server takes text alone, nothing but the count of tokens shows what it read.
  private func checkText(_ prompt: ServedPrompt, _ answer: ServedAnswer) throws {
    let read =
      reader.begin + reader.tokenizer.encode(text(of: prompt.tokens), specialTokens: .parse)
    guard read == prompt.tokens || read.dropFirst(reader.begin.count).elementsEqual(prompt.tokens)
    else {
      throw useless(
        "takes prompts as text alone, and the text of prompt '\(prompt.id)' reads as other ids than the "
          + "prompt; leave the prompt out, or take a server that takes ids")
    }
    if let count = answer.usage?.input, count != prompt.tokens.count {
      throw useless(
        "reads prompt '\(prompt.id)' as \(count) tokens, where its tokenizer makes "
          + "\(prompt.tokens.count); " + tokenizerAdvice)
    }
  }

  /// - Throws: ``ServingError/useless(server:problem:)`` for an answer that is none of this tokenizer, or
  ///   of another length than was asked for.
  private func completion(
    _ answer: ServedAnswer, of call: ServedCall, after prompt: ServedPrompt
  ) throws -> ServedCompletion {
    if let wanted = version.withLock({ $0 }), let told = answer.version, told != wanted {
      throw ServingError.otherWeights(
        server: "\(name)",
        problem:
          "answers by the weights \(Self.shown(told)), and was handed \(wanted): it did not load them"
      )
    }
    let isFinished = answer.finished ?? true
    if !isFinished { try checkLength(answer, of: call, prompt) }
    guard var ids = answer.ids else {
      return try reading(answer, of: call, after: prompt, isFinished: isFinished)
    }
    let size = reader.tokenizer.vocabularySize
    if let id = ids.first(where: { !(0..<size).contains($0) }) {
      throw useless(
        "gives the token id \(id), and its tokenizer has \(size) tokens; " + tokenizerAdvice)
    }
    var values = call.tellsPolicy ? answer.logprobs : nil
    if isFinished, ids.last.map({ !reader.endTokens.contains($0) }) ?? true {
      // What ended it is not among the ids, and has no log-probability.
      ids += [answer.endID].compactMap { $0 }.prefix(1)
      if answer.endID == nil { ids += reader.endTokens.prefix(1) }
    }
    if values?.count != ids.count { values = nil }
    guard !ids.isEmpty else { throw useless("answers a prompt with no token at all") }
    let own = reader.text(of: ids, after: prompt.tokens)
    try check(own, reads: answer.text)
    return ServedCompletion(
      tokens: ids, text: own, isFinished: isFinished, areDrawn: true, logProbabilities: values)
  }

  /// A reply that holds a text and no ids.
  private func reading(
    _ answer: ServedAnswer, of call: ServedCall, after prompt: ServedPrompt, isFinished: Bool
  ) throws -> ServedCompletion {
    if case .supposed(let model) = tokens {
      throw useless(
        "gives no token ids, which alone would show that its tokens are those of \(model); "
          + tokenizerAdvice)
    }
    let text = answer.text ?? ""
    let end = isFinished ? Array(reader.endTokens.prefix(1)) : []
    var body: [Int] = []
    if !text.isEmpty {
      let whole = try? reader.read(prompt.dialogue, [text], areEnded: [false])
      body =
        whole.flatMap { $0.prompt == prompt.tokens ? $0.completions[0] : nil }
        ?? reader.tokenizer.encode(text)
    }
    guard !(body + end).isEmpty else { throw useless("answers a prompt with nothing") }
    // Where every token of the server is that of the reading, the reading is what was drawn.
    let pieces = answer.pieces ?? []
    let isSame = { (ids: [Int]) in
      pieces.count == ids.count
        && zip(pieces, ids).allSatisfy {
          $0 == self.reader.tokenizer.decode([$1], skippingSpecialTokens: false)
            || $0 == self.reader.tokenizer.token($1)
        }
    }
    let areDrawn = isSame(body + end)
    return ServedCompletion(
      tokens: body + end, text: text, isFinished: isFinished, areDrawn: areDrawn,
      logProbabilities: areDrawn && call.tellsPolicy ? answer.logprobs : nil)
  }

  /// A server that cuts completions before the limit measures another policy.
  private func checkLength(
    _ answer: ServedAnswer, of call: ServedCall, _ prompt: ServedPrompt
  ) throws {
    guard let count = answer.ids?.count ?? answer.usage?.output else { return }
    if count < call.maxTokens {
      throw useless(
        "cut a completion of prompt '\(prompt.id)' after \(count) tokens, and \(call.maxTokens) were asked "
          + "for: its own limit or its context is shorter; lower max_tokens, or start it with more room"
      )
    }
    if count > call.maxTokens {
      throw useless(
        "wrote \(count) tokens to prompt '\(prompt.id)' where \(call.maxTokens) were asked for; "
          + "it does not hold max_tokens")
    }
  }

  /// - Parameter text: of the server; nil where it gives ids alone.
  private func check(_ own: String, reads text: String?) throws {
    func bare(_ text: String) -> String {
      text.trimmingCharacters(in: .whitespacesAndNewlines.union(["\u{FFFD}"]))
    }
    guard let text else {
      if case .supposed(let model) = tokens {
        throw useless(
          "gives token ids without their text, so that nothing shows that they are those of \(model); "
            + tokenizerAdvice)
      }
      return
    }
    guard bare(own) != bare(text) else { return }
    throw useless(
      "its token ids read \(Self.shown(own)), and its text is \(Self.shown(text)): they are of another "
        + "tokenizer; " + tokenizerAdvice)
  }

  private var tokenizerAdvice: String { "name that of the served model: tokenizer: FOLDER" }

  private static func shown(_ text: String) -> String {
    let line = ServerWords.line(text)
    return "'" + (line.count <= 60 ? line : line.prefix(60) + "…") + "'"
  }

  private func useless(_ problem: String) -> ServingError {
    .useless(server: "\(name)", problem: problem)
  }

  // MARK: Scoring

  public func logProbabilities(
    of completions: [[[Int]]], after prompts: [ServedPrompt]
  ) throws -> [[[Double]?]] {
    let dialect = line.dialect
    // Text alone might be read as other ids.
    guard !dialect.omits(.promptIDs), !dialect.omits(.probabilities),
      !scoresNothing.withLock({ $0 })
    else { return completions.map { $0.map { _ in nil } } }
    let plain = ServedDraw(
      SamplingSettings(
        temperature: 1, maxTokens: 1, vocabulary: reader.tokenizer.vocabularySize,
        endTokens: reader.endTokens), seed: 0, stream: "score")
    let places = zip(prompts, completions).flatMap { prompt, all in all.map { (prompt, $0) } }
    let calls = places.map { prompt, ids in
      call(prompt.tokens + ids, scored: ids.count, maxTokens: 1, plain, seed: "score")
    }
    let found = try ask(calls, "score", mayBeRefused: true)
    if found.allSatisfy({ $0.logprobs == nil }) { scoresNothing.withLock { $0 = true } }
    var answers = found.makeIterator()
    return completions.map { all in
      all.map { ids in
        let values = answers.next()?.logprobs
        return values?.count == ids.count ? values : nil
      }
    }
  }

  // MARK: Asking

  /// The answers to calls, from the ledger as far as they are there.
  ///
  /// - Parameter mayBeRefused: a refusal means that the server does not do this at all.
  private func ask(
    _ calls: [ServedCall], _ purpose: String, mayBeRefused: Bool = false
  ) throws -> [ServedAnswer] {
    let (form, title) = (settings.kind.form, "\(name)")
    let facts = facts(purpose)
    return try line.answers(
      to: calls.map { ($0, Self.key($0, facts)) }, orElse: mayBeRefused ? ServedAnswer() : nil
    ) { call, key, dialect in
      var call = call
      call.dialect = dialect
      return ServedInquiry(call: call, form: form, key: key, server: title)
    }
  }

  /// What tells apart answers to equal calls.
  private func facts(_ purpose: String) -> [String] {
    [
      "\(name)", settings.kind.rawValue, identity.withLock { $0 }, reader.tokenizer.hash, purpose,
    ]
  }

  private static func key(_ call: ServedCall, _ facts: [String]) -> String {
    let drawn = [
      "ids \(call.ids)", "scored \(call.scored)", "tokens \(call.maxTokens)",
      "temperature \(call.temperature)", "top_p \(call.topP)", "top_k \(call.topK ?? 0)",
      "seed \(call.seed)", "ends \(call.endTokens)",
    ]
    return SHA256.hex(of: (facts + drawn).joined(separator: "\u{0}"))
  }
}
