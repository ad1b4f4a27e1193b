/// Records that no other program's form can be made of.
public enum TrackingError: Error, Equatable, Sendable, CustomStringConvertible {
  case noRecords(path: String)
  /// `problem` finishes a sentence that begins with the path.
  case database(path: String, problem: String)

  public var description: String {
    switch self {
    case .noRecords(let path):
      "\(path) holds no steps.jsonl; give the folder of a run that has trained something"
    case .database(let path, let problem): "\(path): \(problem)"
    }
  }
}
