import Command
import Corpus
import Runs

/// A row as a model reads it: what stands before, and what is learnt or scored.
struct RowReading {
  /// What all completions follow, begin token included; a whole text where there are none.
  var prompt: [Int]
  /// With the end that training puts behind them.
  var completions: [[Int]]
  /// Whether a token holds the end of the prompt and the beginning of a completion.
  var isStraddling: Bool
  /// Begin tokens that the row starts with.
  var begins = 0
  /// End tokens of each completion.
  var ends: [Int] = []

  init(prompt: [Int], completions: [[Int]], isStraddling: Bool = false) {
    self.prompt = prompt
    self.completions = completions
    self.isStraddling = isStraddling
  }

  /// - Parameters:
  ///   - reading: what the tokenizer gives.
  ///   - tokenizer: whose end token training puts behind what has none.
  init(_ reading: Reading, _ tokenizer: Tokenizer) {
    let end = reading.end ?? tokenizer.endToken
    self.init(
      prompt: reading.prompt,
      completions: reading.completions.map {
        reading.isEnded ? $0 : $0 + (end.map { [$0] } ?? [])
      }, isStraddling: !reading.straddling.isEmpty)
    count(tokenizer, end)
  }

  private mutating func count(_ tokenizer: Tokenizer, _ end: Int?) {
    if let begin = tokenizer.beginToken {
      begins = (prompt + (completions.first ?? [])).prefix { $0 == begin }.count
    }
    // A marked answer may end with any special token of its template.
    ends = completions.map { ids in
      guard let end else { return ids.last.map { tokenizer.isSpecial($0) ? 1 : 0 } ?? 0 }
      return ids.count { $0 == end }
    }
  }

  /// A completion behind its prompt in tokens: what is only read, the mark `‖`, and what is learnt.
  ///
  /// - Parameter completion: the place of one.
  func shown(
    _ completion: Int, by tokenizer: Tokenizer
  ) -> [(text: String, style: TextStyle?)] {
    let learnt = completions[completion]
    var parts: [(text: String, style: TextStyle?)] = []
    func add(_ ids: some Collection<Int>, _ style: TextStyle) {
      for (place, id) in ids.enumerated() {
        if place > 0 { parts.append(("|", .dim)) }
        parts.append((Self.text(id, tokenizer), tokenizer.isSpecial(id) ? .yellow : style))
      }
    }
    if prompt.count > 16 { parts.append(("…|", .dim)) }
    add(prompt.suffix(16), .dim)
    parts.append(("‖", .bold))
    add(learnt.prefix(32), .green)
    if learnt.count > 32 { parts.append(("|…", .dim)) }
    return parts
  }

  /// A token's text; as the vocabulary writes it where that is no text by itself.
  private static func text(_ id: Int, _ tokenizer: Tokenizer) -> String {
    let text = tokenizer.decode([id], skippingSpecialTokens: false)
    return text.isEmpty || text.contains("\u{FFFD}") ? tokenizer.token(id) ?? "\(id)" : text
  }
}
