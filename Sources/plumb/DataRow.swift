import Corpus

/// A row of any layout, as `plumb data` shows it.
struct DataRow {
  let id: String
  /// The texts that a model sees, in order.
  let texts: [(field: String, text: String)]
  /// Labels and scores, ready to print.
  let remark: String

  init(_ id: String, _ texts: [(String, String)], remark: String = "") {
    self.id = id
    self.texts = texts
    self.remark = remark
  }

  /// The ids of each text as a model reads them, completions together with their prompt.
  ///
  /// - Returns: the ids without end tokens, and whether a token holds the end of the prompt and the
  ///   beginning of a completion.
  func read(by tokenizer: Tokenizer) -> (ids: [[Int]], isStraddling: Bool) {
    guard let first = texts.first, texts.count > 1, first.field == "prompt" else {
      return (texts.map { tokenizer.read(.text($0.text), []).prompt }, false)
    }
    let reading = tokenizer.read(.text(first.text), texts.dropFirst().map(\.text))
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
          $0.id, [("prompt", $0.prompt.words), ("chosen", $0.chosen), ("rejected", $0.rejected)],
          remark: $0.margin.map { "margin \($0)" } ?? "")
      }
    case .groups:
      try source.scoredGroups(notes).map { group in
        DataRow(
          group.id, [("prompt", group.prompt.words)] + group.completions.map { ("completion", $0) },
          remark: "scores " + group.scores.map { "\($0)" }.joined(separator: ", "))
      }
    case .demonstrations:
      try source.demonstrations(notes).map {
        DataRow($0.id, [("prompt", $0.prompt.words), ("completion", $0.completion)])
      }
    case .labelledCompletions:
      try source.labelledCompletions(notes).map {
        DataRow(
          $0.id, [("prompt", $0.prompt.words), ("completion", $0.completion)],
          remark: $0.isDesirable ? "desirable" : "undesirable")
      }
    case .labelledTexts:
      try source.labelledTexts(notes).map {
        DataRow($0.id, [("text", $0.text)], remark: "label \($0.label)")
      }
    case .prompts:
      try source.prompts(notes).map { DataRow($0.id, [("prompt", $0.dialogue.words)]) }
    case .texts:
      try source.plainTexts(notes).map { DataRow($0.id, [("text", $0.text)]) }
    }
  }
}
