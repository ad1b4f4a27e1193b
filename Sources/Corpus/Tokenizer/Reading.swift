import Runs

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

  public init(
    prompt: [Int], completions: [[Int]], straddling: [Int] = [], end: Int? = nil
  ) {
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
    let alone = try ids(of: prompt)
    var whole: [[Int]] = []
    for completion in completions { whole.append(try ids(of: prompt, completion)) }
    let shared = whole.map { zip(alone, $0).prefix { $0 == $1 }.count }
    let cut = shared.min() ?? alone.count
    var reading = Reading(
      prompt: Array(alone[..<cut]), completions: whole.map { Array($0[cut...]) },
      straddling: shared.indices.filter { shared[$0] < alone.count })
    guard writes(prompt) else { return reading }
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
    if case .turns = prompt { chatTemplate != nil } else { false }
  }

  /// The token with which the chat template ends an answer; nil where there is none.
  public var endOfTurn: Int? {
    guard chatTemplate != nil else { return nil }
    return try? read(.turns([Turn(.user, "a")]), ["b"]).end
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
    case .turns(let turns):
      guard let chatTemplate else {
        guard turns.count == 1, turns[0].role == .user else {
          throw .dialogue(
            "a conversation of several turns needs a chat template, and the model has none; name one, "
              + "as in chat_template: chatml")
        }
        return leadingTokens + encode(turns[0].content + (completion ?? ""))
      }
      var shield = MarkupShield(specialTexts)
      var all = turns.map { Turn($0.role, shield.hide($0.content)) }
      if let completion { all.append(Turn(.assistant, shield.hide(completion))) }
      let text = try chatTemplate.render(
        all, asksForAnswer: completion == nil, tokens: roleTexts)
      return encodeCountingLosses(text, specialTokens: .parse, shield: shield).ids
    }
  }
}
