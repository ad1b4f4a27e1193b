import Runs

/// Reads the fields of one row by their names in the field, and words what is wrong with them.
struct RowReader {
  /// What a caller may rename by `columns`, and the names that are recognised without.
  static let names: [String: [String]] = [
    "id": ["id", "prompt_id", "uid"], "text": ["text"], "label": ["label", "kto_tag"],
    "prompt": ["prompt", "instruction", "question", "i_chosen"], "input": ["input"],
    "completion": ["completion", "output", "response", "gold_response", "outputs"],
    "chosen": ["chosen", "chosen_response", "r_chosen"],
    "rejected": ["rejected", "rejected_response", "r_reject"],
    "completions": ["completions", "answers"], "scores": ["scores"],
    "messages": ["messages", "conversations"], "system": ["system", "system_prompt"],
    "history": ["history"], "margin": ["margin"], "weight": ["weight"],
    "score_chosen": ["score_chosen"], "score_rejected": ["score_rejected"],
  ]

  /// Columns that have no name of the field, and are read all the same.
  private static let published: Set<ByteText> = [
    "answer_0", "answer_1", "score_0", "score_1", "score", "prediction 1", "prediction 2",
    "prediction 3", "prediction 4", "preference", "passages", "i_reject", "tools", "images",
    "videos",
    "audios", "documents", "chat_template_kwargs", "",
  ]

  let record: Record
  let source: DataSource

  /// A row that is left out because of a problem.
  struct Refusal: Error {
    let problem: RowProblem
  }

  /// The columns that no kind of row is made of.
  var unreadColumns: [String] {
    let known = Self.readColumns(of: source)
    return record.object.members.map(\.key).filter { !known.contains(ByteText($0)) }
  }

  /// The columns that rows of a source may be made of.
  static func readColumns(of source: DataSource) -> Set<ByteText> {
    published.union(names.values.joined().map { ByteText($0) })
      .union(source.columns.values.map { ByteText($0) })
      .union(source.conditions.keys.map { ByteText($0) })
  }

  /// The member that holds a field; nil where the row has none.
  func member(_ field: String) -> JSONObject.Member? {
    if let column = source.columns[field] { return record.object.member(column) }
    for name in Self.names[field] ?? [] {
      if let member = record.object.member(name), member.value != .null { return member }
    }
    return nil
  }

  /// The member that holds a field; nil also where it holds an empty text, as empty cells of a table
  /// are.
  func filled(_ field: String) -> JSONObject.Member? {
    guard let member = member(field), member.value != .string("") else { return nil }
    return member
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
    return try checked(try string(member), member, allowsEmpty: allowsEmpty)
  }

  func string(_ member: JSONObject.Member) throws(Refusal) -> String {
    guard let text = member.value.string else {
      throw refusal(member, nil, "is \(member.value.kind)", "it must be a text")
    }
    return text
  }

  /// A text of a member after the source's replacements, refused when it is empty or holds NUL.
  ///
  /// - Parameter place: of the text in the member, as in `[0].content`.
  func checked(
    _ raw: String, _ member: JSONObject.Member, allowsEmpty: Bool = false, place: String = ""
  ) throws(Refusal) -> String {
    let place = place.isEmpty ? "" : place + " "
    guard !raw.utf8.contains(0) else {
      throw refusal(member, nil, "\(place)holds a NUL character", "remove it")
    }
    let text = source.rewrite(raw)
    guard allowsEmpty || !Self.isBlank(text) else {
      throw refusal(member, nil, "\(place)is empty", "remove the row or write the text")
    }
    return text
  }

  /// The greatest size of a score or a margin.
  static let greatest = 1e30

  /// A finite number, in tables also one that is written as a text; nil for anything else.
  ///
  /// Not beyond ``greatest``: what losses make of it has to fit into 32 bits.
  func number(_ value: JSONValue?) -> Double? {
    let read = value?.number ?? (record.isTable ? value?.string.flatMap(Double.init) : nil)
    guard let read, abs(read) <= Self.greatest else { return nil }
    return read
  }

  /// A list, also one that is written as a JSON text; nil for anything else.
  func list(_ value: JSONValue) -> [JSONValue]? {
    if let items = value.array { return items }
    guard let text = value.string, text.utf8.first == UInt8(ascii: "[") else { return nil }
    return (try? JSONParser.parse(Array(text.utf8)))?.array
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

  /// What the row's loss counts for: `weight`, 1 where there is none.
  func weight() throws(Refusal) -> Double {
    guard let member = filled("weight") else { return 1 }
    guard let weight = number(member.value), weight >= 0 else {
      let found = number(member.value).map { "\($0)" } ?? Self.unusable(member.value)
      throw refusal(member, nil, "is \(found)", "a weight is a number from 0 to 1e30")
    }
    return weight
  }

  /// The id as written, or nil where the row has none.
  func id() throws(Refusal) -> String? {
    guard let member = record.isTable ? filled("id") : member("id") else { return nil }
    switch member.value {
    case .string(let text) where !text.isEmpty: return text
    case .integer(let number): return String(number)
    default:
      throw refusal(member, nil, "is \(member.value.kind)", "an id is a text or a whole number")
    }
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

  /// For an answer that is more than its text, where only texts can be.
  func callingTools() -> Refusal {
    refusal(
      member("messages") ?? member("completion"), nil,
      "ends with a turn that calls tools or thinks",
      "demonstrations can hold it; write it into the content, or remove the row")
  }

  static func isBlank(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy(CharacterClass.isSpace)
  }
}
