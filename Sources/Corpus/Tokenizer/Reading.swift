import Runs
import Templates

/// A prompt and completions of it, in ids.
///
/// Prompt and completion are encoded as one text and split where its ids part from those of the prompt
/// alone, so that nothing is scored that encoding a text never gives: many tokenizers put a blank in front of
/// a text, and a completion that is encoded by itself would get one. Of a conversation the text is what the
/// model's chat template writes, with the head of the assistant's turn behind the prompt.
///
/// Source: TRL 1.16, `trainer/dpo_trainer.py`, which encodes the whole.
/// Differs: where a token holds the end of the prompt and the beginning of a completion, TRL cuts behind
/// that token; here it belongs to the completion. What a template writes behind an answer's end token is no
/// part of the completion.
public struct Reading: Equatable, Sendable {
  /// What all completions follow, begin token included.
  public var prompt: [Int]
  /// Without an end token.
  public var completions: [[Int]]
  /// Places of the completions whose boundary falls inside a token.
  public var straddling: [Int]
  /// What ends an answer where a chat template says so; nil for the model's own end token.
  public var end: Int?
  /// Whether the completions hold all that is learnt, their end included where it is.
  public var isEnded: Bool

  public init(
    prompt: [Int], completions: [[Int]], straddling: [Int] = [], end: Int? = nil,
    isEnded: Bool = false
  ) {
    self.isEnded = isEnded
    self.prompt = prompt
    self.completions = completions
    self.straddling = straddling
    self.end = end
  }
}

extension Tokenizer {
  /// Reads completions of a prompt; the prompt is cut to what all of them begin with.
  ///
  /// - Throws: ``CorpusError/dialogue(_:)`` for turns that cannot be written.
  public func read(
    _ prompt: Dialogue, _ completions: [String]
  ) throws(CorpusError) -> Reading {
    let reading = try split(prompt, completions)
    guard writes(prompt) else { return reading }
    for (place, completion) in completions.enumerated() {
      try check(reading, at: place, as: Turn(.assistant, completion), behind: prompt) {
        answer throws(CorpusError) in try split(prompt, [answer.content])
      }
    }
    return reading
  }

  /// The same, whatever the chat template does with answers.
  private func split(
    _ prompt: Dialogue, _ completions: [String]
  ) throws(CorpusError) -> Reading {
    let alone = try ids(of: prompt)
    var whole: [[Int]] = []
    for completion in completions { whole.append(try ids(of: prompt, completion)) }
    let shared = whole.map { zip(alone, $0).prefix { $0 == $1 }.count }
    let cut = shared.min() ?? alone.count
    let reading = Reading(
      prompt: Array(alone[..<cut]), completions: whole.map { Array($0[cut...]) },
      straddling: shared.indices.filter { shared[$0] < alone.count })
    return writes(prompt) ? ended(reading) : reading
  }

  /// A reading of what a template wrote, without what stands from the answers' ends on.
  private func ended(_ reading: Reading) -> Reading {
    var reading = reading
    for (place, completion) in reading.completions.enumerated() {
      guard let end = endOfAnswer(completion) else { continue }
      reading.end = completion[end]
      reading.completions[place] = Array(completion[..<end])
    }
    return reading
  }

  /// A completion and what it follows, begin token included: of a conversation with all that its template
  /// writes, else without an end token.
  public func whole(_ exchange: Exchange) throws(CorpusError) -> [Int] {
    try ids(of: exchange.prompt, exchange.completion)
  }

  /// Whether the chat template writes what a completion follows.
  public func writes(_ prompt: Dialogue) -> Bool {
    prompt.turns != nil && chatTemplate != nil
  }

  /// The token with which the chat template ends an answer; nil where there is none.
  public var endOfTurn: Int? {
    guard chatTemplate != nil else { return nil }
    return try? split(.turns([Turn(.user, "a")]), ["b"]).end
  }

  /// The place of the first special token behind a text, of the last one where none stands before.
  private func endOfAnswer(_ ids: [Int]) -> Int? {
    guard let first = ids.firstIndex(where: isSpecial) else { return nil }
    return first > 0 ? first : ids.lastIndex(where: isSpecial)
  }

  /// - Parameter completion: nil for the prompt alone.
  private func ids(
    of prompt: Dialogue, _ completion: String? = nil
  ) throws(CorpusError) -> [Int] {
    switch prompt {
    case .text(let text): return leadingTokens + encode(text + (completion ?? ""))
    case .markup(let text):
      let ids = encode(text + (completion ?? ""), specialTokens: .parse)
      // The template that rendered it may have begun it already.
      return ids.starts(with: leadingTokens) ? ids : leadingTokens + ids
    case .turns(let turns), .setting(let turns, _):
      guard let chatTemplate else {
        guard turns.count == 1, turns[0].role == .user, prompt.input == nil, turns[0].fields == nil
        else {
          throw .dialogue(
            "a conversation of several turns needs a chat template, and the model has none; name one, "
              + "as in chat_template: chatml")
        }
        return leadingTokens + encode(turns[0].content + (completion ?? ""))
      }
      let answer = completion.map { Turn(.assistant, $0) }
      let written = try write(turns, prompt.input, answer, by: chatTemplate)
      return encode(written.rendered.text, written.shield)
    }
  }

  /// What a template makes of turns, in which markup of people is hidden.
  ///
  /// - Parameter asksForAnswer: whether the head of the answer's turn follows; nil where there is no answer.
  func write(
    _ turns: [Turn], _ input: TemplateInput?, _ answer: Turn?, by template: ChatTemplate,
    asksForAnswer: Bool? = nil
  ) throws(CorpusError) -> (rendered: Rendered, shield: MarkupShield) {
    var shield = MarkupShield(specialTexts)
    let hidden = shield.hide(input)
    var all = turns.map { shield.hide($0) }
    if let answer { all.append(shield.hide(answer)) }
    let rendered = try template.render(
      all, hidden, asksForAnswer: asksForAnswer ?? (answer == nil), tokens: roleTexts)
    return (rendered, shield)
  }

  private func encode(_ text: String, _ shield: MarkupShield) -> [Int] {
    encodeCountingLosses(text, specialTokens: .parse, shield: shield).ids
  }

  /// Reads an answer to learn: what the template marks as generated, where it marks anything
  /// (`{% generation %}`), its own end included; else what ``read(_:_:)`` gives.
  ///
  /// - Returns: with ``Reading/isEnded`` where nothing may be put behind the completion.
  /// - Throws: ``CorpusError/dialogue(_:)`` for turns that cannot be written.
  ///
  /// Source: transformers 5.23, `apply_chat_template(return_assistant_tokens_mask=True)`.
  public func read(_ prompt: Dialogue, answer: Turn) throws(CorpusError) -> Reading {
    guard let turns = prompt.turns, let chatTemplate else {
      guard answer.fields == nil else {
        throw .dialogue(
          "an answer that calls tools needs a chat template, and the model has none; name one, as in "
            + "chat_template: chatml")
      }
      return try read(prompt, [answer.content])
    }
    let (rendered, shield) = try write(turns, prompt.input, answer, by: chatTemplate)
    let whole = encode(rendered.text, shield)
    if let range = rendered.generated.last, !rendered.hasUnplacedGeneration {
      let before = try write(turns, prompt.input, nil, by: chatTemplate).rendered.generated.count
      guard rendered.generated.count > before, !range.isEmpty else {
        throw .dialogue("the chat template marks nothing of the answer as generated")
      }
      let bytes = Array(rendered.text.utf8)
      let start = place(of: range.lowerBound, in: bytes, whole, shield).first
      let end = place(of: range.upperBound, in: bytes, whole, shield).last
      return Reading(
        prompt: Array(whole[..<start]), completions: [Array(whole[start..<max(start, end)])],
        isEnded: true)
    }
    let reading = try split(turns, prompt.input, answer, by: chatTemplate)
    try check(reading, at: 0, as: answer, behind: prompt) { answer throws(CorpusError) in
      try split(turns, prompt.input, answer, by: chatTemplate)
    }
    return reading
  }

  /// What a template writes of an answer, split from what it writes before.
  private func split(
    _ turns: [Turn], _ input: TemplateInput?, _ answer: Turn, by template: ChatTemplate
  ) throws(CorpusError) -> Reading {
    let (rendered, shield) = try write(turns, input, answer, by: template)
    let whole = encode(rendered.text, shield)
    let alone = encode(try write(turns, input, nil, by: template).rendered.text, shield)
    let cut = zip(alone, whole).prefix { $0 == $1 }.count
    return ended(
      Reading(
        prompt: Array(whole[..<cut]), completions: [Array(whole[cut...])],
        straddling: cut < alone.count ? [0] : []))
  }

  /// The tokens of a text between which a place falls: equal where it falls between two of them, else
  /// the token around it and the next.
  private func place(
    of offset: Int, in bytes: [UInt8], _ whole: [Int], _ shield: MarkupShield
  ) -> (first: Int, last: Int) {
    guard offset < bytes.count else { return (whole.count, whole.count) }
    let before = encode(String(decoding: bytes[..<offset], as: UTF8.self), shield)
    let shared = zip(before, whole).prefix { $0 == $1 }.count
    return (shared, shared < before.count ? min(shared + 1, whole.count) : shared)
  }
}
