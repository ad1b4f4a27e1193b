import Corpus
import Runs

/// The questions of an examination's files.
public struct ExamFile: Sendable {
  public let kind: ExamKind
  /// In the order of the files.
  public let items: [ExamItem]
  /// Rows that could not be used, where such rows are to be left out.
  public let skipped: [RowProblem]

  /// Reads JSON Lines, JSON lists, tables and Parquet; also MMLU's own tables, which have no header.
  ///
  /// - Parameters:
  ///   - kind: nil for what the first row says.
  ///   - skipsBadRows: leaves them out, and counts them; otherwise they are errors.
  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public init(
    _ paths: [String], kind: ExamKind? = nil, skipsBadRows: Bool = false
  ) throws(PublishedError) {
    var kind = kind
    var items: [ExamItem] = []
    var problems: [RowProblem] = []
    var total = 0
    func note(_ found: [RowProblem]) throws(PublishedError) {
      total += found.count
      // The rest of a file that is cut off cannot be left out.
      if let end = found.first(where: \.endsReading) { throw .rows([end], total: 1) }
      problems += found.prefix(max(0, 20 - problems.count))
    }
    for path in paths {
      if kind == nil || kind == .mmlu, let table = try HeadlessTable(path) {
        kind = .mmlu
        items += table.items
        try note(table.problems)
        continue
      }
      func read(_ row: FieldReader) throws(PublishedError) {
        let known: ExamKind
        if let kind { known = kind } else { known = try ExamKind(of: row.object, file: path) }
        kind = known
        do throws(PublishedError) {
          items.append(try ExamLayout(row, category: ExamLayout.subject(ofFile: path)).item(known))
        } catch {
          guard case .rows(let found, _) = error else { throw error }
          try note(found)
        }
      }
      try Self.rows(path, read) { (problem) throws(PublishedError) in try note([problem]) }
    }
    guard total == 0 || skipsBadRows else { throw .rows(problems, total: total) }
    guard let kind, !items.isEmpty else {
      throw .content(
        file: paths.joined(separator: ", "),
        problem: total == 0 ? "holds no rows" : "holds no row that can be used: \(problems[0])",
        advice: "give a file with questions")
    }
    self.kind = kind
    self.items = items
    skipped = problems
    skippedCount = total
  }

  /// How many rows were left out; ``skipped`` holds the first of them.
  public let skippedCount: Int

  private static func rows(
    _ path: String, _ body: (FieldReader) throws(PublishedError) -> Void,
    problem: (RowProblem) throws(PublishedError) -> Void
  ) throws(PublishedError) {
    do {
      try RecordReader(path: path).forEach { record in
        try body(FieldReader(record))
        return true
      } problem: {
        try problem($0)
      }
    } catch let error as PublishedError {
      throw error
    } catch let error as CorpusError {
      throw .unreadable(error)
    } catch {
      throw .content(file: path, problem: "cannot be read: \(error)", advice: "check the disk")
    }
  }
}
