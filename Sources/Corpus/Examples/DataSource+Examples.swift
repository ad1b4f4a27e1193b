import Runs

/// Takes a wrong row that is left out.
public typealias SkippedRow = (RowProblem) -> Void

/// Each reader gives the rows of the source's part as examples.
///
/// Without `skipping`, wrong rows are an error that names the first twenty and counts the rest;
/// with it, each is handed over and left out, for the caller to record.
extension DataSource {
  /// Rows `{"text", "label"}`.
  ///
  /// - Parameter isBinary: labels other than 0 and 1 are refused.
  /// - Throws: ``CorpusError``, as do the readers below.
  public func labelledTexts(
    skipping: SkippedRow? = nil, isBinary: Bool = false
  ) throws -> [LabelledText] {
    let rows: [LabelledText]
    if let synthetic {
      rows = SyntheticReviews.generate(
        count: synthetic.count, seed: synthetic.seed, label: synthetic.label)
    } else {
      rows = try examples("text", skipping) { row, id throws(RowReader.Refusal) in
        LabelledText(id: id, text: try row.text("text"), label: try row.label(isBinary: isBinary))
      }
    }
    return try noisy(rows, id: \.id) {
      try $0.labelledTexts(isBinary: isBinary)
    } spoil: { row, _ in
      LabelledText(id: row.id, text: row.text, label: 1 - row.label)
    }
  }

  /// Rows `{"text"}`.
  public func plainTexts(skipping: SkippedRow? = nil) throws -> [PlainText] {
    try refuseNoise("texts")
    if synthetic != nil {
      return try labelledTexts().map { PlainText(id: $0.id, text: $0.text) }
    }
    return try examples("text", skipping) { row, id throws(RowReader.Refusal) in
      PlainText(id: id, text: try row.text("text"))
    }
  }

  /// Rows `{"prompt"}`, `{"instruction", "input"}` or `{"question"}`; or the beginnings of cut texts.
  public func prompts(skipping: SkippedRow? = nil) throws -> [Prompt] {
    try refuseNoise("prompts")
    if cut != nil {
      return try cutTexts(skipping).map { Prompt(id: $0.id, $0.prompt) }
    }
    if let synthetic {
      return SyntheticReviews.prompts(count: synthetic.count, seed: synthetic.seed)
    }
    return try examples("prompt", skipping) { row, id throws(RowReader.Refusal) in
      Prompt(id: id, .text(try row.prompt(allowsEmpty: false)))
    }
  }

  /// Rows `{"prompt", "completion"}`, alpaca's `{"instruction", "input", "output"}`, or
  /// `{"messages"}` of one user and one assistant message; or texts that are cut.
  public func demonstrations(skipping: SkippedRow? = nil) throws -> [Demonstration] {
    let rows: [Demonstration]
    if let synthetic {
      rows = SyntheticReviews.demonstrations(
        count: synthetic.count, seed: synthetic.seed, label: synthetic.label)
    } else if cut != nil {
      rows = try cutTexts(skipping)
    } else {
      rows = try examples("prompt", skipping) { row, id throws(RowReader.Refusal) in
        let pair = try row.demonstration()
        return Demonstration(id: id, prompt: .text(pair.prompt), completion: pair.completion)
      }
    }
    return try noisy(rows, id: \.id) {
      try $0.demonstrations()
    } spoil: { row, next in
      Demonstration(id: row.id, prompt: row.prompt, completion: next.completion)
    }
  }

  /// Rows `{"prompt", "completion", "label"}`, a demonstration's with a label that says whether it is
  /// wanted: true or false, 1 or 0, `positive` or `negative`.
  public func labelledCompletions(skipping: SkippedRow? = nil) throws -> [LabelledCompletion] {
    let rows = try examples("prompt", skipping) { row, id throws(RowReader.Refusal) in
      let pair = try row.demonstration()
      return LabelledCompletion(
        id: id, prompt: .text(pair.prompt), completion: pair.completion,
        isDesirable: try row.isDesirable())
    }
    return try noisy(rows, id: \.id) {
      try $0.labelledCompletions()
    } spoil: { row, _ in
      LabelledCompletion(
        id: row.id, prompt: row.prompt, completion: row.completion,
        isDesirable: !row.isDesirable)
    }
  }

  /// Rows `{"prompt", "chosen", "rejected"}`, or hh-rlhf's `{"chosen", "rejected"}`.
  ///
  /// Empty and equal completions are refused.
  public func preferencePairs(skipping: SkippedRow? = nil) throws -> [PreferencePair] {
    let rows = try examples("prompt", skipping) { row, id throws(RowReader.Refusal) in
      let pair = try row.pair()
      return PreferencePair(
        id: id, prompt: .text(pair.prompt), chosen: pair.chosen, rejected: pair.rejected)
    }
    return try noisy(rows, id: \.id) {
      try $0.preferencePairs()
    } spoil: { row, _ in
      PreferencePair(
        id: row.id, prompt: row.prompt, chosen: row.rejected, rejected: row.chosen)
    }
  }

  /// Rows `{"prompt", "completions", "scores"}`, or completions that carry their scores.
  public func scoredGroups(skipping: SkippedRow? = nil) throws -> [ScoredGroup] {
    try refuseNoise("groups")
    return try examples("prompt", skipping) { row, id throws(RowReader.Refusal) in
      let prompt = try row.prompt(allowsEmpty: true)
      let group = try row.group()
      return ScoredGroup(
        id: id, prompt: .text(prompt), completions: group.completions, scores: group.scores)
    }
  }

  /// The texts that leave a word for the completion, each cut in two.
  private func cutTexts(_ skipping: SkippedRow?) throws -> [Demonstration] {
    try examples("text", skipping) { row, id throws(RowReader.Refusal) in
      let parts = cut?.parts(of: try row.text("text"))
      return parts.map {
        Demonstration(id: id, prompt: .text($0.prompt), completion: $0.completion)
      }
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
  ///   - make: gives nil for a row that is not taken.
  private func examples<Example>(
    _ main: String, _ skipping: SkippedRow?,
    _ make: (RowReader, String) throws(RowReader.Refusal) -> Example?
  ) throws -> [Example] {
    var result: [Example] = []
    var problems = ProblemList()
    var refused = 0
    let refuse: (RowProblem) -> Void = { problem in
      refused += 1
      if let skipping { skipping(problem) } else { problems.add(problem) }
    }
    var seen: [ByteText: String] = [:]
    for file in files {
      if let limit, result.count >= limit { break }
      let name = file.split(separator: "/").last.map(String.init) ?? file
      try RecordReader(path: file, format: format).forEach { record in
        let row = RowReader(record: record, source: self)
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
          if let example = try make(row, id) { result.append(example) }
        } catch {
          refuse(error.problem)
        }
        return limit.map { result.count < $0 } ?? true
      } problem: {
        refuse($0)
      }
    }
    try problems.check()
    guard !result.isEmpty || refused > 0 else {
      throw CorpusError.file(
        path: files.isEmpty ? "generated reviews" : files.joined(separator: ", "),
        problem: files.isEmpty
          ? "hold no rows of this kind; give files that do"
          : "no rows; check the files, part, where and cut")
    }
    return result
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
