import Command
import Corpus
import Foundation
import Runs
import Training

/// What `plumb init` sees of a file of rows.
struct FoundData {
  enum Use: Equatable {
    case pairs, groups, labels, prompts, demonstrations
  }

  let path: String
  let use: Use
  /// For `columns`; empty where all have names that are known.
  let columns: [String: String]
  let isConversation: Bool
  /// Rows that cannot be used, few enough to leave them out.
  let bad: [RowProblem]
  let rows: Int
  /// Tokens below which 95 % of the rows stay, prompt and longest completion together; nil without a
  /// tokenizer.
  let length: Int?
  /// Tokens of the rows that were counted, prompt and longest completion together; empty without a
  /// tokenizer.
  let lengths: [(id: String, tokens: Int)]
  /// The file's name of the column with whole texts to learn a tokenizer from.
  let textColumn: String?

  /// Rows whose tokens are counted: as many as a glance takes.
  private static let counted = 400

  init(_ data: InitRequest.Data, _ tokenizer: Tokenizer?) throws {
    let fields: [String]
    switch data {
    case .pairs(let path): (self.path, fields) = (path, ["prompt", "chosen", "rejected"])
    case .prompts(let path): (self.path, fields) = (path, ["prompt"])
    case .demonstrations(let path): (self.path, fields) = (path, ["prompt", "completion"])
    }
    let base = URL(
      filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
    let files = try DataSource.files(path, base: base)
    let names = try DataSource(files: files).firstColumns()
    let columns = DataSource.guess(fields, among: names)
    self.columns = columns
    let plain = DataSource(files: files, columns: columns)
    let layout = try plain.layout()
    func has(_ field: String) -> Bool {
      columns[field] != nil || DataSource.column(of: field, among: names) != nil
    }
    switch (data, layout) {
    // Whatever stands in the first row, which may be a bad one.
    case (.pairs, .pairs),
      (.pairs, .prompts) where has("chosen") && has("rejected"):
      use = .pairs
    case (.pairs, .groups): use = .groups
    case (.pairs, .labelledCompletions): use = .labels
    case (.prompts, .prompts), (.prompts, .pairs), (.prompts, .demonstrations): use = .prompts
    case (.demonstrations, .demonstrations): use = .demonstrations
    case (.pairs, .prompts), (.demonstrations, .prompts):
      throw TrainingError.unusable(
        "\(path) holds prompts (columns \(Self.list(names))); name it --prompts, or name its columns "
          + "in a recipe: plumb help recipe data")
    case (_, .demonstrations):
      throw TrainingError.unusable("\(path) holds demonstrations; name it --demonstrations")
    case (_, .pairs): throw TrainingError.unusable("\(path) holds pairs; name it --pairs")
    default:
      throw TrainingError.unusable(
        "\(path) holds \(layout.rawValue) (columns \(Self.list(names))), which --pairs, --prompts and "
          + "--demonstrations do not take; plumb help recipe data says what a recipe does")
    }
    var isConversation = false
    if let tokenizer {
      let lenient = DataSource(files: files, columns: columns, badRows: BadRows(.skip))
      isConversation = try lenient.plainRemark(of: Self.prompts(lenient), tokenizer) != nil
    }
    self.isConversation = isConversation
    let refusing = DataSource(files: files, columns: columns, isConversation: isConversation)
    let skipping = DataSource(
      files: files, columns: columns, isConversation: isConversation, badRows: BadRows(.skip))
    let found: (rows: Int, lengths: [(id: String, tokens: Int)])
    let notes = RowNotes()
    do {
      found = try Self.lengths(refusing, use, tokenizer)
    } catch {
      // Too many, and what is wrong is said as a run would say it.
      guard let kept = try? Self.lengths(skipping, use, tokenizer, notes) else { throw error }
      found = kept
    }
    bad = notes.bad
    rows = found.rows
    lengths = found.lengths
    let sorted = lengths.map(\.tokens).sorted()
    length = sorted.last.map { min($0, sorted[min(sorted.count - 1, sorted.count * 95 / 100)]) }
    let wanted = use == .demonstrations ? "completion" : "chosen"
    textColumn = columns[wanted] ?? DataSource.column(of: wanted, among: names)
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(8).map { ForeignText.printable($0) }.joined(separator: ", ")
  }

  private static func prompts(_ source: DataSource) throws -> [Dialogue] {
    try source.prompts().map(\.dialogue)
  }

  /// How many rows there are, and the tokens of the first of them.
  private static func lengths(
    _ source: DataSource, _ use: Use, _ tokenizer: Tokenizer?, _ notes: RowNotes? = nil
  ) throws -> (rows: Int, lengths: [(id: String, tokens: Int)]) {
    let all: [(id: String, prompt: Dialogue, texts: [String])]
    switch use {
    case .pairs:
      all = try source.preferencePairs(notes).map { ($0.id, $0.prompt, [$0.chosen, $0.rejected]) }
    case .demonstrations:
      all = try source.demonstrations(notes).map { ($0.id, $0.prompt, [$0.completion]) }
    case .labels:
      all = try source.labelledCompletions(notes).map { ($0.id, $0.prompt, [$0.completion]) }
    case .prompts, .groups: all = try source.prompts(notes).map { ($0.id, $0.dialogue, []) }
    }
    guard let tokenizer else { return (all.count, []) }
    let tokens = try all.prefix(counted).map { row in
      let reading = try tokenizer.read(row.prompt, row.texts)
      return (row.id, reading.prompt.count + (reading.completions.map(\.count).max() ?? 0) + 1)
    }
    return (all.count, tokens)
  }

  /// Whether a part of the data holds any row of this use.
  func hasRows(_ source: DataSource?) -> Bool {
    guard let source else { return false }
    return ((try? Self.lengths(source, use, nil).rows) ?? 0) > 0
  }

  /// So many rows are named.
  private static let named = 5

  /// Which rows are left out and why, a line for each kind and for each of the first rows.
  ///
  /// - Parameters:
  ///   - positions: of the model's context; nil where none is known.
  ///   - room: for what is drawn behind a prompt.
  func losses(in positions: Int?, room: Int = 0) -> [String] {
    var lines: [String] = []
    func add(_ all: [String], _ what: String) {
      guard !all.isEmpty else { return }
      lines.append("\(all.count) row\(all.count == 1 ? " is" : "s are") left out, \(what):")
      lines += all.prefix(Self.named).map { "  \($0)" }
      if all.count > Self.named { lines.append("  and \(all.count - Self.named) more") }
    }
    add(bad.map(\.description), "which cannot be used")
    if let positions {
      let long = lengths.filter { $0.tokens + room > positions }
      add(
        long.map { "\($0.id), \($0.tokens) tokens" },
        "longer than the model's context of \(positions) tokens"
          + (room > 0 ? ", of which an answer takes \(room)" : ""))
      if lengths.count < rows, !long.isEmpty {
        lines.append("  (of the first \(lengths.count) of \(rows) rows, which were counted)")
      }
    }
    return lines
  }

  /// Why no row can be used with a context; nil where some can, or not all were counted.
  func refusal(in positions: Int) -> String? {
    guard lengths.count == rows, let least = lengths.min(by: { $0.tokens < $1.tokens }),
      least.tokens > positions
    else { return nil }
    return
      "\(path): none of its \(rows) rows fits the model's context of \(positions) tokens: the shortest, "
      + "\(least.id), has \(least.tokens); name a model with a longer context, or shorten the rows"
  }

  /// As in `300 pairs, 95 % of them below 412 tokens`.
  var words: String {
    let what =
      switch use {
      case .pairs: "pairs"
      case .groups: "groups with scores"
      case .labels: "labelled completions"
      case .prompts: "prompts"
      case .demonstrations: "demonstrations"
      }
    return "\(rows) \(what)" + (length.map { ", 95 % of at most \($0) tokens" } ?? "")
  }
}
