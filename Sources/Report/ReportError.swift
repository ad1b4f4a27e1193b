/// Why the records of a run could not be read.
public enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A record file without which there is nothing to report.
  case missing(file: String, advice: String)
  /// A file that exists but cannot be read.
  case unreadable(file: String, reason: String)
  /// A record that does not have the expected form; `line` counts from 1, nil for a whole file.
  case malformed(file: String, line: Int?, reason: String)

  public var description: String {
    switch self {
    case .missing(let file, let advice):
      "\(file): no such file; \(advice)"
    case .unreadable(let file, let reason):
      "\(file): cannot be read (\(reason)); check that it is a file and that you may read it"
    case .malformed(let file, let line, let reason):
      "\(file)\(line.map { ":\($0)" } ?? ""): \(reason); "
        + "restore the file or make the run's records again"
    }
  }
}
