import Runs

/// Reads the fields of one row by their names in the field, and words what is wrong with them.
struct RowReader {
  /// What a caller may rename by `columns`, and the names that are recognised without.
  static let names: [String: [String]] = [
    "id": ["id", "prompt_id", "uid"], "text": ["text"], "label": ["label"],
    "prompt": ["prompt", "instruction", "question"], "input": ["input"],
    "completion": ["completion", "output", "response"],
    "chosen": ["chosen", "chosen_response"], "rejected": ["rejected", "rejected_response"],
    "completions": ["completions", "answers"], "scores": ["scores"],
    "messages": ["messages", "conversations"],
  ]

  let record: Record
  let source: DataSource

  /// A row that is left out because of a problem.
  struct Refusal: Error {
    let problem: RowProblem
  }

  /// The member that holds a field; nil where the row has none.
  func member(_ field: String) -> JSONObject.Member? {
    if let column = source.columns[field] { return record.object.member(column) }
    for name in Self.names[field] ?? [] {
      if let member = record.object.member(name), member.value != .null { return member }
    }
    return nil
  }

  func required(_ field: String) throws(Refusal) -> JSONObject.Member {
    if let member = member(field) { return member }
    let column = source.columns[field] ?? field
    let found = record.object.members.prefix(12).map { Shown.plain($0.key) }
    throw refusal(
      nil, column, "is missing; the row has \(found.joined(separator: ", "))",
      "add it, or name its column under columns")
  }

  /// A text field after the source's replacements.
  func text(_ field: String, allowsEmpty: Bool = false) throws(Refusal) -> String {
    let member = try required(field)
    guard let text = member.value.string else {
      throw refusal(member, nil, "is \(member.value.kind)", "it must be a text")
    }
    return try checked(text, member, allowsEmpty: allowsEmpty)
  }

  /// A text of a member after the source's replacements, refused when it is empty or holds NUL.
  func checked(
    _ raw: String, _ member: JSONObject.Member, allowsEmpty: Bool = false
  ) throws(Refusal) -> String {
    guard !raw.utf8.contains(0) else {
      throw refusal(member, nil, "holds a NUL character", "remove it")
    }
    let text = source.rewrite(raw)
    guard allowsEmpty || !Self.isBlank(text) else {
      throw refusal(member, nil, "is empty", "remove the row or write the text")
    }
    return text
  }

  /// Whether the row holds what the source's conditions say.
  func meetsConditions() throws(Refusal) -> Bool {
    for (field, wanted) in source.conditions.sorted(by: { $0.key < $1.key }) {
      guard let member = member(field) ?? record.object.member(field) else {
        throw refusal(nil, field, "is missing", "where asks for it; add it, or remove the row")
      }
      let found: String
      switch member.value {
      case .string(let text): found = text
      case .integer(let number): found = "\(number)"
      case .number(let number): found = "\(number)"
      case .boolean(let value): found = "\(value)"
      case .null, .array, .object:
        throw refusal(
          member, nil, "is \(member.value.kind)", "where compares texts, numbers and truth values")
      }
      if ByteText(found) != ByteText(wanted) { return false }
    }
    return true
  }

  /// The id as written, or nil where the row has none.
  func id() throws(Refusal) -> String? {
    guard let member = member("id") else { return nil }
    switch member.value {
    case .string(let text) where !text.isEmpty: return text
    case .integer(let number): return String(number)
    default:
      throw refusal(member, nil, "is \(member.value.kind)", "an id is a text or a whole number")
    }
  }

  /// A prompt: its column, with alpaca's `input` behind an empty line, or one user message.
  func prompt(allowsEmpty: Bool) throws(Refusal) -> String {
    try refuseContext()
    let member = try required("prompt")
    if let turns = try turns(member) {
      guard turns.count == 1, turns[0].role == .user else { throw conversation(member) }
      return try checked(turns[0].content, member, allowsEmpty: allowsEmpty)
    }
    let prompt = try text("prompt", allowsEmpty: allowsEmpty)
    guard member.key == "instruction" || source.columns["input"] != nil,
      let input = self.member("input"), input.value != .string("")
    else { return prompt }
    return prompt + "\n\n" + (try text("input", allowsEmpty: true))
  }

  /// A completion: a text, or a list of one assistant message.
  func completion(_ field: String) throws(Refusal) -> String {
    let member = try required(field)
    guard let turns = try turns(member) else { return try text(field) }
    guard turns.count == 1, turns[0].role == .assistant else { throw conversation(member) }
    return try checked(turns[0].content, member)
  }

  /// The turns that a member holds; nil where it holds no conversation.
  func turns(_ member: JSONObject.Member) throws(Refusal) -> [Turn]? {
    do throws(Turn.Problem) {
      return try Turn.turns(member.value)
    } catch {
      throw refusal(member, nil, error.problem, error.advice)
    }
  }

  /// Columns that change what a model would see, and that a plain prompt cannot hold.
  func refuseContext() throws(Refusal) {
    for name in ["history", "system", "tools", "images"] {
      guard let member = record.object.member(name) else { continue }
      switch member.value {
      case .null, .string(""), .array([]): continue
      default:
        throw refusal(
          member, nil, "would be left out of the prompt",
          "render it with the model's chat template into prompt and completion")
      }
    }
  }

  func conversation(_ member: JSONObject.Member) -> Refusal {
    refusal(
      member, nil, "is a conversation of several turns",
      "render it with the model's chat template into prompt and completion")
  }

  /// - Parameter field: the field where there is no member to name.
  func refusal(
    _ member: JSONObject.Member?, _ field: String?, _ problem: String, _ advice: String
  ) -> Refusal {
    Refusal(
      problem: RowProblem(
        file: record.file, position: member?.position ?? record.position,
        field: field ?? member?.key, problem: problem, advice: advice))
  }

  static func isBlank(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy(CharacterClass.isSpace)
  }
}
