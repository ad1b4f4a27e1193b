/// What the rows of a data source hold.
public enum RowLayout: String, CaseIterable, Sendable {
  case pairs, groups, demonstrations
  case labelledCompletions = "labelled completions"
  case labelledTexts = "labelled texts"
  case prompts, texts
}

extension DataSource {
  /// The layout of the first row; the others are held to it by the readers.
  ///
  /// - Throws: ``CorpusError`` where a file cannot be read, or its first row fits no layout.
  public func layout() throws -> RowLayout {
    if let first = mix?.parts.first { return try first.source.layout() }
    guard synthetic == nil else { return .labelledTexts }
    var problems: [RowProblem] = []
    for file in files {
      var found: (layout: RowLayout?, fields: [String])?
      try records(of: file).forEach { record in
        let row = RowReader(record: record, source: self)
        let layout = cut == nil ? Self.layout(of: row) : .demonstrations
        found = (layout, record.object.members.map(\.key))
        return false
      } problem: {
        problems.append($0)
      }
      guard let found else { continue }
      if let layout = found.layout { return layout }
      let fields = found.fields.prefix(12).map { Shown.plain($0) }.joined(separator: ", ")
      throw CorpusError.file(
        path: file,
        problem: "its rows hold \(fields), and none of text, prompt, messages, or chosen and "
          + "rejected; name the columns under columns")
    }
    if let objection = BadRows().objection(to: problems, of: problems.count) { throw objection }
    throw CorpusError.file(
      path: files.joined(separator: ", "), problem: "no rows; check the files")
  }

  private static func layout(of row: RowReader) -> RowLayout? {
    func has(_ field: String) -> Bool { row.member(field) != nil }
    if row.comparison != nil || has("chosen") && has("rejected") { return .pairs }
    if has("completions") { return .groups }
    if has("completion") { return has("label") ? .labelledCompletions : .demonstrations }
    if !has("prompt"), let messages = row.member("messages") {
      if has("label") { return .labelledCompletions }
      let turns = try? row.turns(messages)
      return turns?.last?.role == .user ? .prompts : .demonstrations
    }
    if has("text") { return has("label") ? .labelledTexts : .texts }
    return has("prompt") ? .prompts : nil
  }
}
