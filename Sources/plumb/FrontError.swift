import Runs

/// Why the command could not start its other half, write where it was told, or answer.
enum FrontError: Error, Equatable, CustomStringConvertible {
  case noEngine(path: String)
  case notStarted(path: String, reason: String)
  case noFolder(path: String)
  /// The folder that the command was started in has been removed.
  case noWorkingFolder
  /// A page's key that would be lost under another one.
  case keyInUse(path: String, study: String)
  /// Too little for the engine to begin.
  case noMemory(reason: String)
  /// Settings from which nothing follows.
  case noAnswer(String)

  var description: String {
    switch self {
    case .noEngine(let path):
      "\(path): no such program, and this command needs it; \(Installation.programs) makes both"
    case .notStarted(let path, let reason):
      "\(path): cannot be started: \(reason); \(Installation.programs) makes it again"
    case .noWorkingFolder:
      "the folder that this was started in is gone; change to one that is there"
    case .noMemory(let reason): reason
    case .noAnswer(let reason): reason
    case .keyInUse(let path, let study):
      "\(path): is the key of another page, study \(study), whose answers would be lost with it; "
        + "choose another --output"
    case .noFolder(let path):
      "\(path): no such folder; make it first, or write the report elsewhere"
    }
  }
}
