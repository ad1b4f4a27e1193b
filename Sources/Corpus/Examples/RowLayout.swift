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
    guard synthetic == nil else { return .labelledTexts }
    var problems = ProblemList()
    for file in files {
      var found: (layout: RowLayout?, fields: [String])?
      try RecordReader(path: file, format: format).forEach { record in
        let row = RowReader(record: record, source: self)
        let layout = cut == nil ? Self.layout(of: row) : .demonstrations
        found = (layout, record.object.members.map(\.key))
        return false
      } problem: {
        problems.add($0)
      }
      guard let found else { continue }
      if let layout = found.layout { return layout }
      let fields = found.fields.prefix(12).map { Shown.plain($0) }.joined(separator: ", ")
      throw CorpusError.file(
        path: file,
        problem: "its rows hold \(fields), and none of text, prompt, messages, or chosen and "
          + "rejected; name the columns under columns")
    }
    try problems.check()
    throw CorpusError.file(
      path: files.joined(separator: ", "), problem: "no rows; check the files")
  }

  private static func layout(of row: RowReader) -> RowLayout? {
    func has(_ field: String) -> Bool { row.member(field) != nil }
    if has("chosen"), has("rejected") { return .pairs }
    if has("completions") { return .groups }
    if has("completion") || (has("messages") && !has("prompt")) {
      return has("label") ? .labelledCompletions : .demonstrations
    }
    if has("text") { return has("label") ? .labelledTexts : .texts }
    return has("prompt") ? .prompts : nil
  }
}
