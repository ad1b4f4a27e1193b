/// A prompt and completions of it, in ids.
///
/// Prompt and completion are encoded as one text and split where its ids part from those of the prompt
/// alone, so that nothing is scored that encoding a text never gives: many tokenizers put a blank in front of
/// a text, and a completion that is encoded by itself would get one.
///
/// Source: TRL 1.16, `trainer/dpo_trainer.py`, which encodes the whole.
/// Differs: where a token holds the end of the prompt and the beginning of a completion, TRL cuts behind
/// that token; here it belongs to the completion.
public struct Reading: Equatable, Sendable {
  /// What all completions follow, begin token included.
  public var prompt: [Int]
  /// Without an end token.
  public var completions: [[Int]]
  /// Places of the completions whose boundary falls inside a token.
  public var straddling: [Int]

  public init(prompt: [Int], completions: [[Int]], straddling: [Int] = []) {
    self.prompt = prompt
    self.completions = completions
    self.straddling = straddling
  }
}

extension Tokenizer {
  /// Reads completions of a prompt; the prompt is cut to what all of them begin with.
  public func read(
    _ prompt: String, _ completions: [String], specialTokens: SpecialTokens = .plain
  ) -> Reading {
    let alone = leadingTokens + encode(prompt, specialTokens: specialTokens)
    let whole = completions.map {
      leadingTokens + encode(prompt + $0, specialTokens: specialTokens)
    }
    let shared = whole.map { zip(alone, $0).prefix { $0 == $1 }.count }
    let cut = shared.min() ?? alone.count
    return Reading(
      prompt: Array(alone[..<cut]), completions: whole.map { Array($0[cut...]) },
      straddling: shared.indices.filter { shared[$0] < alone.count })
  }
}
