import Foundation

extension DataSource {
  /// The files that a name of files stands for: a path, pattern, folder, or data set of the hub's cache.
  ///
  /// - Throws: ``CorpusError`` where it stands for none.
  public static func files(_ name: String, base: URL) throws -> [String] {
    do throws(DataFiles.Problem) {
      return try DataFiles.resolve(name, base: base)
    } catch {
      throw CorpusError.file(path: name, problem: error.text)
    }
  }

  /// The columns of the first row; none where no row can be read.
  public func firstColumns() throws -> [String] {
    var found: [String] = []
    for file in files where found.isEmpty {
      try records(of: file).forEach { record in
        found = record.object.members.map(\.key)
        return false
      } problem: { _ in
      }
    }
    return found
  }

  /// Names that people give to columns which rows of a layout need, and that no reader takes for
  /// them without being told.
  private static let guesses: [String: [String]] = [
    "prompt": ["query", "context", "user", "request", "task", "problem", "x"],
    "chosen": [
      "accepted", "preferred", "better", "good", "winner", "win", "positive", "chosen_output",
      "response_chosen", "answer_chosen", "y_w",
    ],
    "rejected": [
      "refused", "dispreferred", "worse", "bad", "loser", "lose", "lost", "negative",
      "rejected_output", "response_rejected", "answer_rejected", "y_l",
    ],
    "completion": ["answer", "target", "reply", "assistant", "solution", "demonstration", "y"],
  ]

  /// A name for every field that no column bears, where exactly one column probably means it: for
  /// `columns` of a recipe.
  ///
  /// - Parameter fields: those that the rows need, as `prompt`, `chosen`, `rejected`.
  public static func guess(_ fields: [String], among columns: [String]) -> [String: String] {
    var found: [String: String] = [:]
    for field in fields {
      let known = RowReader.names[field] ?? [field]
      guard !columns.contains(where: known.contains) else { continue }
      let meant = columns.filter { (guesses[field] ?? []).contains($0.lowercased()) }
      if meant.count == 1 { found[field] = meant[0] }
    }
    return found
  }

  /// The column of a field as the file names it.
  public static func column(of field: String, among columns: [String]) -> String? {
    (RowReader.names[field] ?? [field]).first(where: columns.contains)
  }
}
