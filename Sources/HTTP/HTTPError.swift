/// What keeps requests from being made at all: what, and what to do, on one line.
public enum HTTPError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An address or a key as it was typed; the message never holds a secret.
  case setting(String)
  /// The library or its thread does not start.
  case unavailable(String)

  public var description: String {
    switch self {
    case .setting(let problem), .unavailable(let problem): problem
    }
  }
}
