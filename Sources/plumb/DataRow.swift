import Auditing
import Corpus
import Runs

/// A row of any layout, as `plumb data` shows it.
struct DataRow {
  let id: String
  /// What the others follow; nil for whole texts.
  let prompt: Dialogue?
  /// The texts that a model sees, in order, the words of the prompt first.
  let texts: [(field: String, text: String)]
  /// Labels, scores and weights, ready to print.
  let remark: String
  /// The answer as a turn, of demonstrations.
  let answer: Turn?
  let label: AuditedRow.Label

  init(
    _ id: String, _ prompt: Dialogue? = nil, _ texts: [(String, String)], remark: String = "",
    weight: Double = 1, answer: Turn? = nil, label: AuditedRow.Label = .none
  ) {
    self.label = label
    let counted = weight == 1 ? "" : "weight \(weight)"
    self.answer = answer
    self.id = id
    self.prompt = prompt
    self.texts = (prompt.map { [("prompt", $0.words)] } ?? []) + texts
    self.remark = [remark, counted].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// The row as it is looked over.
  var audited: AuditedRow {
    AuditedRow(
      id, prompt: prompt?.words, texts.dropFirst(prompt == nil ? 0 : 1).map(\.text), label: label)
  }

  /// The ids of each text as a model reads them, completions together with their prompt; without end
  /// tokens but those that a template marks as generated. And, of rows with completions, what of them
  /// is learnt.
  ///
  /// - Throws: `CorpusError` for turns that cannot be written.
  func read(
    by tokenizer: Tokenizer, _ specialTokens: SpecialTokens
  ) throws -> (ids: [[Int]], learning: RowReading?) {
    guard let prompt else {
      let ids = texts.map { tokenizer.encode($0.text, specialTokens: specialTokens) }
      return (ids.map { tokenizer.leadingTokens + $0 }, nil)
    }
    let reading =
      try answer.map { try tokenizer.read(prompt, answer: $0) }
      ?? tokenizer.read(prompt, texts.dropFirst().map(\.text))
    return (
      [reading.prompt] + reading.completions,
      texts.count > 1 ? RowReading(reading, tokenizer) : nil
    )
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
          remark: $0.margin.map { "margin \($0)" } ?? "", weight: $0.weight, label: .preference)
      }
    case .groups:
      try source.scoredGroups(notes).map { group in
        DataRow(
          group.id, group.prompt, group.completions.map { ("completion", $0) },
          remark: "scores " + group.scores.map { "\($0)" }.joined(separator: ", "),
          weight: group.weight, label: .scores(group.scores))
      }
    case .demonstrations:
      try source.demonstrations(notes).map {
        let said = [$0.completion, $0.fields ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        return DataRow(
          $0.id, $0.prompt, [("completion", said)], weight: $0.weight, answer: $0.answer)
      }
    case .labelledCompletions:
      try source.labelledCompletions(notes).map {
        DataRow(
          $0.id, $0.prompt, [("completion", $0.completion)],
          remark: $0.isDesirable ? "desirable" : "undesirable", weight: $0.weight,
          label: .mark($0.isDesirable ? 1 : 0))
      }
    case .labelledTexts:
      try source.labelledTexts(notes).map {
        DataRow(
          $0.id, nil, [("text", $0.text)], remark: "label \($0.label)", weight: $0.weight,
          label: .mark($0.label))
      }
    case .prompts:
      try source.prompts(notes).map { DataRow($0.id, $0.dialogue, []) }
    case .texts:
      try source.plainTexts(notes).map {
        DataRow($0.id, nil, [("text", $0.text)], weight: $0.weight)
      }
    }
  }
}
