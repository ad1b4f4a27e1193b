import Corpus

/// Which benchmark a file of judgments belongs to, by the fields of its first row.
public enum JudgmentFormat: Sendable, Equatable {
  case alpacaEval
  case arenaHard

  /// - Throws: ``PublishedError`` where the file cannot be read, or is of neither kind.
  public init(path: String) throws(PublishedError) {
    var found: JudgmentFormat?
    var problem: RowProblem?
    do {
      try RecordReader(path: path).forEach { record in
        if record.object["output_1"] != nil, record.object["preference"] != nil {
          found = .alpacaEval
        } else if record.object["games"] != nil {
          found = .arenaHard
        }
        return false
      } problem: {
        problem = problem ?? $0
      }
    } catch let error as CorpusError {
      throw .unreadable(error)
    } catch {
      throw .content(file: path, problem: "cannot be read: \(error)", advice: "check the disk")
    }
    if let problem, found == nil { throw .rows([problem], total: 1) }
    guard let found else {
      throw .content(
        file: path, problem: "is no file of judgments",
        advice: "give annotations of AlpacaEval or judgments of Arena-Hard")
    }
    self = found
  }
}
