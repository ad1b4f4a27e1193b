/// Why the records of runs cannot be reported or compared.
public enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A record file without which there is nothing to report.
  case missing(file: String, advice: String)
  /// A file of records that does not have the expected form.
  case malformed(file: String, reason: String)
  case nothingToCompare(String)
  /// Two systems of one name.
  case repeatedSystem(String)
  /// Two systems answered prompts of the same id but different text.
  case differentPrompts(prompt: String, first: String, second: String)

  public var description: String {
    switch self {
    case .missing(let file, let advice):
      "\(file): no such file; \(advice)"
    case .malformed(let file, let reason):
      "\(file): \(reason); restore the file or make the run's records again"
    case .nothingToCompare(let reason):
      "nothing to compare: \(reason)"
    case .repeatedSystem(let name):
      "'\(name)' is given twice; name each run once"
    case .differentPrompts(let prompt, let first, let second):
      "prompt '\(prompt)' has different texts in '\(first)' and '\(second)'; compare checkpoints "
        + "that were evaluated on the same data"
    }
  }
}
