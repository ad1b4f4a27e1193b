import Corpus
import Report
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
  }

  /// Tokens that begin and end what is learnt; one each is right.
  struct Ends: Encodable {
    /// Rows with completions.
    var rows = 0
    /// Rows that start with no begin token though the tokenizer has one, or with several.
    var noBegin = 0
    var severalBegins = 0
    var completions = 0
    /// Completions without an end token, and with several.
    var noEnd = 0
    var severalEnds = 0
    /// The first row where a token is missing or doubled.
    var first: String?

    /// - Parameter begins: whether the tokenizer puts a begin token before every text.
    mutating func add(_ reading: RowReading, _ id: String, begins: Bool) {
      let before = noBegin + severalBegins + noEnd + severalEnds
      rows += 1
      completions += reading.completions.count
      if reading.begins == 0, begins { noBegin += 1 }
      if reading.begins > 1 { severalBegins += 1 }
      noEnd += reading.ends.count { $0 == 0 }
      severalEnds += reading.ends.count { $0 > 1 }
      if first == nil, before < noBegin + severalBegins + noEnd + severalEnds { first = id }
    }

    /// What is wrong, each with its count; empty where nothing is.
    var complaints: [String] {
      [
        (noBegin, "row starts without a begin token", "rows start without a begin token"),
        (
          severalBegins, "row starts with more than one begin token",
          "rows start with more than one begin token"
        ),
        (noEnd, "completion has no end token", "completions have no end token"),
        (
          severalEnds, "completion has more than one end token",
          "completions have more than one end token"
        ),
      ].filter { $0.0 > 0 }.map { "\(Numeral.count($0.0)) \($0.0 == 1 ? $0.1 : $0.2)" }
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
  /// Nil where ``boundaries`` are.
  let ends: Ends?
  /// Pairs of equal scores, which are left out.
  let ties: Int
  /// Examples that the source leaves out as repetitions, or as too long.
  let repeated: Int
  let long: Int
  /// Answers of conversations that only stand in the prompts of others.
  let unlearntTurns: Int
  let unreadColumns: [String]
  private(set) var refusals: [Refusal]

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
    var ends = Ends()
    let begins = tokenizer?.beginToken.map { tokenizer?.leadingTokens.first == $0 } ?? false
    for row in rows {
      for (field, text) in row.texts {
        if texts[field] == nil { names.append(field) }
        texts[field, default: []].append(text)
      }
      guard let read = try tokenizer.map({ try row.read(by: $0, specialTokens) }) else { continue }
      for ((field, _), ids) in zip(row.texts, read.ids) {
        tokens[field, default: []].append(ids.count)
      }
      guard let learning = read.learning else { continue }
      if learning.isStraddling { straddling.append(row.id) }
      ends.add(learning, row.id, begins: begins)
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
    self.ends = boundaries == nil ? nil : ends
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
