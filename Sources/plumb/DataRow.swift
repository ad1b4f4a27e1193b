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
  func read(by tokenizer: Tokenizer, _ specialTokens: SpecialTokens) -> (
    ids: [[Int]], isStraddling: Bool
  ) {
    guard let first = texts.first, texts.count > 1, first.field == "prompt" else {
      return (
        texts.map { tokenizer.read($0.text, [], specialTokens: specialTokens).prompt }, false
      )
    }
    let reading = tokenizer.read(
      first.text, texts.dropFirst().map(\.text), specialTokens: specialTokens)
    return ([reading.prompt] + reading.completions, !reading.straddling.isEmpty)
  }

  /// All rows of a source that are as they should be; the others go to `skipping`.
  static func rows(
    of source: DataSource, _ layout: RowLayout, skipping: @escaping SkippedRow
  ) throws -> [DataRow] {
    switch layout {
    case .pairs:
      try source.preferencePairs(skipping: skipping).map {
        DataRow($0.id, [("prompt", $0.prompt), ("chosen", $0.chosen), ("rejected", $0.rejected)])
      }
    case .groups:
      try source.scoredGroups(skipping: skipping).map { group in
        DataRow(
          group.id, [("prompt", group.prompt)] + group.completions.map { ("completion", $0) },
          remark: "scores " + group.scores.map { "\($0)" }.joined(separator: ", "))
      }
    case .demonstrations:
      try source.demonstrations(skipping: skipping).map {
        DataRow($0.id, [("prompt", $0.prompt), ("completion", $0.completion)])
      }
    case .labelledCompletions:
      try source.labelledCompletions(skipping: skipping).map {
        DataRow(
          $0.id, [("prompt", $0.prompt), ("completion", $0.completion)],
          remark: $0.isDesirable ? "desirable" : "undesirable")
      }
    case .labelledTexts:
      try source.labelledTexts(skipping: skipping).map {
        DataRow($0.id, [("text", $0.text)], remark: "label \($0.label)")
      }
    case .prompts:
      try source.prompts(skipping: skipping).map { DataRow($0.id, [("prompt", $0.text)]) }
    case .texts:
      try source.plainTexts(skipping: skipping).map { DataRow($0.id, [("text", $0.text)]) }
    }
  }
}
