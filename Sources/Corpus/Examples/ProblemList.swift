/// Collects what is wrong with rows: the first twenty in full, the others as a number.
struct ProblemList {
  static let shown = 20

  private(set) var problems: [RowProblem] = []
  private(set) var total = 0

  mutating func add(_ problem: RowProblem) {
    total += 1
    if problems.count < Self.shown { problems.append(problem) }
  }

  /// - Throws: ``CorpusError`` when there is any problem.
  func check() throws(CorpusError) {
    guard total == 0 else { throw CorpusError.rows(problems, total: total) }
  }
}
