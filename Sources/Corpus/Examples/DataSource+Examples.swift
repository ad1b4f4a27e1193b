import Runs

/// Each reader gives the rows of the source's part as examples.
///
/// Bad rows are an error that names the first twenty and counts the rest, unless the source or the
/// notes say that they are left out. The notes tell what was left out.
extension DataSource {
  /// Rows `{"text", "label"}`.
  ///
  /// - Parameter isBinary: labels other than 0 and 1 are refused.
  /// - Throws: ``CorpusError``, as do the readers below.
  public func labelledTexts(
    _ notes: RowNotes? = nil, isBinary: Bool = false
  ) throws -> [LabelledText] {
    if let mix {
      return try sieved(mix.rows { try $0.labelledTexts(notes, isBinary: isBinary) }, notes)
    }
    let rows: [LabelledText]
    if let synthetic {
      rows = SyntheticReviews.generate(
        count: synthetic.count, seed: synthetic.seed, label: synthetic.label)
    } else {
      rows = try examples("text", notes) { row, id throws(RowReader.Refusal) in
        [
          LabelledText(
            id: id, text: try row.text("text"), label: try row.label(isBinary: isBinary),
            weight: try row.weight())
        ]
      }
    }
    return try noisy(rows, id: \.id) {
      try $0.labelledTexts(isBinary: isBinary)
    } spoil: { row, _ in
      LabelledText(id: row.id, text: row.text, label: 1 - row.label, weight: row.weight)
    }
  }

  /// Rows `{"text"}`.
  public func plainTexts(_ notes: RowNotes? = nil) throws -> [PlainText] {
    if let mix { return try sieved(mix.rows { try $0.plainTexts(notes) }, notes) }
    try refuseNoise("texts")
    if synthetic != nil {
      return try labelledTexts().map { PlainText(id: $0.id, text: $0.text) }
    }
    return try examples("text", notes) { row, id throws(RowReader.Refusal) in
      [PlainText(id: id, text: try row.text("text"), weight: try row.weight())]
    }
  }

  /// Rows `{"prompt"}`, `{"instruction", "input"}` or `{"question"}`; conversations without their
  /// last answer; the prompts of pairs that hold them inside; or the beginnings of cut texts.
  public func prompts(_ notes: RowNotes? = nil) throws -> [Prompt] {
    if let mix { return try sieved(mix.rows { try $0.prompts(notes) }, notes) }
    try refuseNoise("prompts")
    if cut != nil {
      return try cutTexts(notes).map { Prompt(id: $0.id, $0.prompt) }
    }
    if let synthetic {
      return SyntheticReviews.prompts(count: synthetic.count, seed: synthetic.seed)
    }
    return try examples("prompt", notes) { row, id throws(RowReader.Refusal) in
      let prompt = try row.lonePrompt()
      if prompt == nil { notes?.ties += 1 }
      return prompt.map { [Prompt(id: id, $0)] } ?? []
    }
  }

  /// Rows `{"prompt", "completion"}`, alpaca's `{"instruction", "input", "output"}`, or
  /// conversations; or texts that are cut.
  public func demonstrations(_ notes: RowNotes? = nil) throws -> [Demonstration] {
    if let mix { return try sieved(mix.rows { try $0.demonstrations(notes) }, notes) }
    let rows: [Demonstration]
    if let synthetic {
      rows = SyntheticReviews.demonstrations(
        count: synthetic.count, seed: synthetic.seed, label: synthetic.label)
    } else if cut != nil {
      rows = try cutTexts(notes)
    } else {
      rows = try examples("prompt", notes) { row, id throws(RowReader.Refusal) in
        let (answers, unlearnt) = try row.answers(learntTurns)
        let weight = try row.weight()
        notes?.unlearntTurns += unlearnt
        return answers.map {
          Demonstration(
            id: id, prompt: $0.prompt, completion: $0.turn.content, fields: $0.turn.fields,
            weight: weight)
        }
      }
    }
    return try noisy(rows, id: \.id) {
      try $0.demonstrations()
    } spoil: { row, next in
      Demonstration(
        id: row.id, prompt: row.prompt, completion: next.completion, fields: next.fields,
        weight: row.weight)
    }
  }

  /// Rows `{"prompt", "completion", "label"}`, a demonstration's with a label that says whether it is
  /// wanted: true or false, 1 or 0, `positive` or `negative`.
  public func labelledCompletions(_ notes: RowNotes? = nil) throws -> [LabelledCompletion] {
    if let mix { return try sieved(mix.rows { try $0.labelledCompletions(notes) }, notes) }
    let rows = try examples("prompt", notes) { row, id throws(RowReader.Refusal) in
      let isDesirable = try row.isDesirable()
      let weight = try row.weight()
      return try row.answers(.last).answers.map { answer throws(RowReader.Refusal) in
        guard answer.turn.fields == nil else { throw row.callingTools() }
        return LabelledCompletion(
          id: id, prompt: answer.prompt, completion: answer.turn.content, isDesirable: isDesirable,
          weight: weight)
      }
    }
    return try noisy(rows, id: \.id) {
      try $0.labelledCompletions()
    } spoil: { row, _ in
      LabelledCompletion(
        id: row.id, prompt: row.prompt, completion: row.completion,
        isDesirable: !row.isDesirable, weight: row.weight)
    }
  }

  /// Rows `{"prompt", "chosen", "rejected"}`, hh-rlhf's `{"chosen", "rejected"}`, conversations, and
  /// the comparisons of WebGPT, QA-feedback and RM-Bench.
  ///
  /// Empty and equal completions are refused; pairs of equal scores are left out.
  public func preferencePairs(_ notes: RowNotes? = nil) throws -> [PreferencePair] {
    if let mix { return try sieved(mix.rows { try $0.preferencePairs(notes) }, notes) }
    let rows = try examples("prompt", notes) { row, id throws(RowReader.Refusal) in
      let (pairs, ties) = try row.pairs()
      let weight = try row.weight()
      notes?.ties += ties
      return pairs.map {
        PreferencePair(
          id: id, prompt: $0.prompt, chosen: $0.chosen, rejected: $0.rejected, margin: $0.margin,
          weight: weight)
      }
    }
    return try noisy(rows, id: \.id) {
      try $0.preferencePairs()
    } spoil: { row, _ in
      PreferencePair(
        id: row.id, prompt: row.prompt, chosen: row.rejected, rejected: row.chosen,
        margin: row.margin, weight: row.weight)
    }
  }

  /// Rows `{"prompt", "completions", "scores"}`, or completions that carry their scores.
  public func scoredGroups(_ notes: RowNotes? = nil) throws -> [ScoredGroup] {
    if let mix { return try sieved(mix.rows { try $0.scoredGroups(notes) }, notes) }
    try refuseNoise("groups")
    return try examples("prompt", notes) { row, id throws(RowReader.Refusal) in
      let group = try row.group()
      return [
        ScoredGroup(
          id: id, prompt: group.prompt, completions: group.completions, scores: group.scores,
          weight: try row.weight())
      ]
    }
  }

  /// The texts that leave a word for the completion, each cut in two.
  private func cutTexts(_ notes: RowNotes?) throws -> [Demonstration] {
    try examples("text", notes) { row, id throws(RowReader.Refusal) in
      guard let parts = cut?.parts(of: try row.text("text")) else { return [] }
      return [
        Demonstration(
          id: id, prompt: prompt(parts.prompt), completion: parts.completion,
          weight: try row.weight())
      ]
    }
  }

  // MARK: Noise

  private func noisy<Row>(
    _ rows: [Row], id: (Row) -> String, others: (DataSource) throws -> [Row],
    spoil: (Row, Row) -> Row
  ) throws -> [Row] {
    try noise?.applied(to: rows, id: id, others: others, spoil: spoil) ?? rows
  }

  private func refuseNoise(_ rows: String) throws {
    guard noise != nil else { return }
    throw CorpusError.file(
      path: files.joined(separator: ", "),
      problem: "noise cannot spoil \(rows); it is for demonstrations, pairs and labelled rows")
  }

  // MARK: Rows

  /// Reads every row of the source's part and collects what is wrong with them.
  ///
  /// - Parameters:
  ///   - main: the field that stands for a row without an id when rows are parted.
  ///   - make: gives nothing for a row that is not taken; of several, the second and those behind it
  ///     get ids of their own.
  private func examples<Row: Example>(
    _ main: String, _ notes: RowNotes?,
    _ make: (RowReader, String) throws(RowReader.Refusal) -> [Row]
  ) throws -> [Row] {
    var result: [Row] = []
    var sieve = ExampleSieve(self)
    var bad: [RowProblem] = []
    var (read, taken, badCount) = (0, 0, 0)
    let keepsAll = badRows.way == .skip || notes?.forgives == true
    let refuse: (RowProblem) -> Void = { problem in
      read += 1
      badCount += 1
      if keepsAll || bad.count < BadRows.shown { bad.append(problem) }
    }
    var seen: [ByteText: String] = [:]
    for file in files {
      if let limit, taken >= limit { break }
      var isFirst = true
      let name = file.split(separator: "/").last.map(String.init) ?? file
      try records(of: file).forEach { record in
        let row = RowReader(record: record, source: self)
        if isFirst, let notes {
          let known = Set(notes.unreadColumns.map { ByteText($0) })
          notes.unreadColumns += row.unreadColumns.filter { !known.contains(ByteText($0)) }
        }
        isFirst = false
        do throws(RowReader.Refusal) {
          let written = try row.id()
          guard part == .all || part.contains(written ?? identity(row, main)) else { return true }
          guard try row.meetsConditions() else { return true }
          let id = written ?? unwritten(name, record.position)
          let place = "\(Shown.path(record.file)):\(record.position.line)"
          if written != nil, let first = seen.updateValue(place, forKey: ByteText(id)) {
            throw row.refusal(
              row.member("id"), nil, "\(Shown.text(id)) is already at \(first)",
              "give every row its own id")
          }
          var kept = 0
          for (index, var example) in try make(row, id).enumerated() {
            if index > 0 { example.id += "#\(index + 1)" }
            guard sieve.takes(example, notes) else { continue }
            result.append(example)
            kept = 1
          }
          taken += kept
          read += 1
        } catch {
          refuse(error.problem)
        }
        return limit.map { taken < $0 } ?? true
      } problem: {
        refuse($0)
      }
    }
    notes?.read += read
    notes?.bad += bad
    if notes?.forgives != true, let objection = badRows.objection(to: bad, badCount, of: read) {
      throw objection
    }
    guard !result.isEmpty || !bad.isEmpty else {
      throw CorpusError.file(
        path: files.isEmpty ? "generated reviews" : files.joined(separator: ", "),
        problem: files.isEmpty
          ? "hold no rows of this kind; give files that do"
          : read == 0
            ? "no rows; check the files, part, where and cut"
            : "of \(read) row\(read == 1 ? "" : "s") none is left by part, where, cut and lengths; check these"
      )
    }
    guard result.isEmpty || result.contains(where: { $0.weight > 0 }) else {
      throw CorpusError.file(
        path: files.joined(separator: ", "),
        problem: "every row has the weight 0, and nothing would be learnt; give some row another")
    }
    return result
  }

  /// The rows of a mix that this source itself takes.
  private func sieved<Row: Example>(_ rows: [Row], _ notes: RowNotes?) -> [Row] {
    var sieve = ExampleSieve(self)
    let kept = rows.filter { sieve.takes($0, notes) }
    return limit.map { Array(kept.prefix($0)) } ?? kept
  }

  /// The reader of one of the source's files.
  func records(of file: String) -> RecordReader {
    RecordReader(
      path: file, format: format, columns: RowReader.readColumns(of: self).map(\.text))
  }

  /// The id of a row without one: where it stands.
  private func unwritten(_ file: String, _ position: JSONPosition) -> String {
    position.column == 1
      ? "\(file):\(position.line)" : "\(file):\(position.line):\(position.column)"
  }

  /// What stands for a row without an id: its main text, or chosen where the prompt is inside.
  private func identity(_ row: RowReader, _ main: String) -> String {
    for field in [main, "chosen", "messages"] {
      if let value = row.member(field)?.value { return value.string ?? "\(value)" }
    }
    return ""
  }
}
