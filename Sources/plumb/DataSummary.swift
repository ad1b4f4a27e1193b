import Corpus
import Runs

/// What a data source holds, and what is wrong with it.
struct DataSummary: Encodable {
  struct Field: Encodable {
    let name: String
    let texts: Int
    /// In Unicode scalars.
    let characters: Lengths?
    /// Without begin and end tokens; nil without a tokenizer.
    let tokens: Lengths?
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
  private(set) var refusals: [Refusal]

  private enum CodingKeys: String, CodingKey {
    case source, layout, rows, fields, duplicates, refusals
    case repeatedPrompts = "repeated_prompts"
  }

  var refused: Int { refusals.reduce(0) { $0 + $1.count } }

  init(
    _ name: String, _ layout: RowLayout, _ rows: [DataRow], refused: [RowProblem],
    tokenizer: Tokenizer?
  ) {
    source = name
    self.layout = layout.rawValue
    self.rows = rows.count
    var names: [String] = []
    var texts: [String: [String]] = [:]
    for (field, text) in rows.flatMap(\.texts) {
      if texts[field] == nil { names.append(field) }
      texts[field, default: []].append(text)
    }
    fields = names.map { name in
      let texts = texts[name] ?? []
      return Field(
        name: name, texts: texts.count, characters: Lengths(texts.map(\.unicodeScalars.count)),
        tokens: tokenizer.flatMap { tokenizer in Lengths(texts.map { tokenizer.encode($0).count }) }
      )
    }
    duplicates = rows.count - Set(rows.map { $0.texts.map { ByteText($0.text) } }).count
    let hasPrompts = names.count > 1 && names.first == "prompt"
    repeatedPrompts =
      hasPrompts
      ? rows.count - Set(rows.compactMap { $0.texts.first.map { ByteText($0.text) } }).count : nil
    refusals = []
    for problem in refused {
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
