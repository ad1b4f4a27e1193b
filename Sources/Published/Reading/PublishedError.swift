import Corpus

/// What is wrong with a file of a published format.
public enum PublishedError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file that cannot be read, or whose content is not what its name says.
  case unreadable(CorpusError)
  /// Rows that are wrong: the first of them, and how many there are.
  case rows([RowProblem], total: Int)
  /// Files that do not belong together, or a result that cannot be computed from them.
  case content(file: String, problem: String, advice: String)

  public var description: String {
    switch self {
    case .unreadable(let error): error.description
    case .rows(let problems, let total): CorpusError.rows(problems, total: total).description
    case .content(let file, let problem, let advice): "\(file): \(problem) — \(advice)"
    }
  }
}
