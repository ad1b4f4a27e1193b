import Corpus
import Runs

/// What a data source holds, and what is wrong with it.
struct DataSummary: Encodable {
  struct Field: Encodable {
    let name: String
    let texts: Int
    /// In Unicode scalars.
    let characters: Lengths?
    /// Without end tokens; nil without a tokenizer.
    let tokens: Lengths?
  }

  struct Boundaries: Encodable {
    let insideTokens: Int
    let first: String?

    private enum CodingKeys: String, CodingKey {
      case insideTokens = "inside_tokens"
      case first
    }
  }

  /// Rows that were refused for one reason.
  struct Refusal: Encodable {
    let reason: String
    var count: Int
    /// `file:line:column` of the first.
    let first: String
  }

  let source: String
  let layout: String
  let rows: Int
  let fields: [Field]
  /// Rows whose texts are those of an earlier row.
  let duplicates: Int
  /// Rows whose prompt is that of an earlier row; nil where a row is all prompt or has none.
  let repeatedPrompts: Int?
  /// Rows in which one token holds the end of the prompt and the beginning of a completion, and the
  /// first of them; nil without a tokenizer, or where no row has a prompt and completions.
  let boundaries: Boundaries?
  /// Pairs of equal scores, which are left out.
  let ties: Int
  /// Examples that the source leaves out as repetitions, or as too long.
  let repeated: Int
  let long: Int
  /// Answers of conversations that only stand in the prompts of others.
  let unlearntTurns: Int
  let unreadColumns: [String]
  private(set) var refusals: [Refusal]

  private enum CodingKeys: String, CodingKey {
    case source, layout, rows, fields, duplicates, boundaries, refusals, ties, repeated, long
    case unlearntTurns = "unlearnt_turns"
    case unreadColumns = "unread_columns"
    case repeatedPrompts = "repeated_prompts"
  }

  var refused: Int { refusals.reduce(0) { $0 + $1.count } }

  init(
    _ name: String, _ layout: RowLayout, _ rows: [DataRow], _ notes: RowNotes,
    tokenizer: Tokenizer?, specialTokens: SpecialTokens = .plain
  ) throws {
    source = name
    ties = notes.ties
    repeated = notes.duplicates
    long = notes.long
    unlearntTurns = notes.unlearntTurns
    unreadColumns = notes.unreadColumns
    self.layout = layout.rawValue
    self.rows = rows.count
    var names: [String] = []
    var texts: [String: [String]] = [:]
    var tokens: [String: [Int]] = [:]
    var straddling: [String] = []
    for row in rows {
      for (field, text) in row.texts {
        if texts[field] == nil { names.append(field) }
        texts[field, default: []].append(text)
      }
      guard let read = try tokenizer.map({ try row.read(by: $0, specialTokens) }) else { continue }
      for ((field, _), ids) in zip(row.texts, read.ids) {
        tokens[field, default: []].append(ids.count)
      }
      if read.isStraddling { straddling.append(row.id) }
    }
    fields = names.map { name in
      let texts = texts[name] ?? []
      return Field(
        name: name, texts: texts.count, characters: Lengths(texts.map(\.unicodeScalars.count)),
        tokens: tokens[name].flatMap { Lengths($0) })
    }
    duplicates = rows.count - Set(rows.map { $0.texts.map { ByteText($0.text) } }).count
    let hasPrompts = names.count > 1 && names.first == "prompt"
    boundaries =
      hasPrompts && tokenizer != nil
      ? Boundaries(insideTokens: straddling.count, first: straddling.first) : nil
    repeatedPrompts =
      hasPrompts
      ? rows.count - Set(rows.compactMap { $0.texts.first.map { ByteText($0.text) } }).count : nil
    refusals = []
    for problem in notes.bad {
      let reason = (problem.field.map { "\($0) " } ?? "") + problem.problem
      if let place = refusals.firstIndex(where: { $0.reason == reason }) {
        refusals[place].count += 1
      } else {
        let first = "\(problem.file):\(problem.position.line):\(problem.position.column)"
        refusals.append(Refusal(reason: reason, count: 1, first: first))
      }
    }
  }
}
