import Runs

/// What is wrong with a data file or a tokenizer.
public enum CorpusError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file that cannot be read as a whole.
  case file(path: String, problem: String)
  /// Rows that are wrong: the first of them, and how many there are.
  case rows([RowProblem], total: Int)
  /// A tokenizer file that is refused.
  case tokenizer(file: String, problem: String)
  /// Turns that no text can be made of.
  case dialogue(String)
  /// Texts and sizes from which no tokenizer can be trained.
  case vocabulary(problem: String)

  public var description: String {
    switch self {
    case .file(let path, let problem): return "\(Shown.path(path)): \(problem)"
    case .tokenizer(let file, let problem): return "\(Shown.path(file)): \(problem)"
    case .dialogue(let problem): return problem
    case .vocabulary(let problem): return "tokenizer training: \(problem)"
    case .rows(let problems, let total):
      var lines = problems.map(\.description)
      if total > problems.count { lines.append("… and \(total - problems.count) more problems") }
      return lines.joined(separator: "\n")
    }
  }
}

/// One wrong row: `file:line:column field — problem — what to do`.
public struct RowProblem: Equatable, Sendable, CustomStringConvertible {
  public let file: String
  public let position: JSONPosition
  /// The field; nil when the row as a whole is wrong.
  public let field: String?
  public let problem: String
  public let advice: String
  /// Whether what follows it in the file is lost as well, so that the row cannot be left out.
  public let endsReading: Bool

  public init(
    file: String, position: JSONPosition, field: String?, problem: String, advice: String,
    endsReading: Bool = false
  ) {
    self.endsReading = endsReading
    self.file = file
    self.position = position
    self.field = field
    self.problem = problem
    self.advice = advice
  }

  public var description: String {
    let place = "\(Shown.path(file)):\(position.line):\(position.column)"
    return "\(place)\(field.map { " " + Shown.plain($0) } ?? "") — \(problem) — \(advice)"
  }
}
