import Corpus
import Runs

/// A row of any layout, as `plumb data` shows it.
struct DataRow {
  let id: String
  /// What the others follow; nil for whole texts.
  let prompt: Dialogue?
  /// The texts that a model sees, in order, the words of the prompt first.
  let texts: [(field: String, text: String)]
  /// Labels and scores, ready to print.
  let remark: String

  init(
    _ id: String, _ prompt: Dialogue? = nil, _ texts: [(String, String)], remark: String = ""
  ) {
    self.id = id
    self.prompt = prompt
    self.texts = (prompt.map { [("prompt", $0.words)] } ?? []) + texts
    self.remark = remark
  }

  /// The ids of each text as a model reads them, completions together with their prompt.
  ///
  /// - Returns: the ids without end tokens, and whether a token holds the end of the prompt and the
  ///   beginning of a completion.
  /// - Throws: `CorpusError` for turns that cannot be written.
  func read(
    by tokenizer: Tokenizer, _ specialTokens: SpecialTokens
  ) throws -> (ids: [[Int]], isStraddling: Bool) {
    guard let prompt else {
      let ids = texts.map { tokenizer.encode($0.text, specialTokens: specialTokens) }
      return (ids.map { tokenizer.leadingTokens + $0 }, false)
    }
    let reading = try tokenizer.read(prompt, texts.dropFirst().map(\.text))
    return ([reading.prompt] + reading.completions, !reading.straddling.isEmpty)
  }

  /// All rows of a source that are as they should be; the notes tell of the others.
  static func rows(
    of source: DataSource, _ layout: RowLayout, _ notes: RowNotes
  ) throws -> [DataRow] {
    switch layout {
    case .pairs:
      try source.preferencePairs(notes).map {
        DataRow(
          $0.id, $0.prompt, [("chosen", $0.chosen), ("rejected", $0.rejected)],
          remark: $0.margin.map { "margin \($0)" } ?? "")
      }
    case .groups:
      try source.scoredGroups(notes).map { group in
        DataRow(
          group.id, group.prompt, group.completions.map { ("completion", $0) },
          remark: "scores " + group.scores.map { "\($0)" }.joined(separator: ", "))
      }
    case .demonstrations:
      try source.demonstrations(notes).map {
        DataRow($0.id, $0.prompt, [("completion", $0.completion)])
      }
    case .labelledCompletions:
      try source.labelledCompletions(notes).map {
        DataRow(
          $0.id, $0.prompt, [("completion", $0.completion)],
          remark: $0.isDesirable ? "desirable" : "undesirable")
      }
    case .labelledTexts:
      try source.labelledTexts(notes).map {
        DataRow($0.id, nil, [("text", $0.text)], remark: "label \($0.label)")
      }
    case .prompts:
      try source.prompts(notes).map { DataRow($0.id, $0.dialogue, []) }
    case .texts:
      try source.plainTexts(notes).map { DataRow($0.id, nil, [("text", $0.text)]) }
    }
  }
}
