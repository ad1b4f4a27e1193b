import HTTP
import Judging

/// What keeps a policy in a server from being sampled or believed: who, what, and what to do, on one line.
public enum ServingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An address, a key or a limit as it was typed.
  case setting(String)
  /// The server cannot be asked any more; what it answered is kept.
  case unavailable(server: String, reason: String)
  /// It answers, and what it answers cannot be used.
  case useless(server: String, problem: String)
  /// Its log-probabilities are not those of the checkpoint that it is said to serve.
  case otherWeights(server: String, problem: String)
  /// A limit that the user set is reached.
  case exhausted(String)
  case interrupted

  /// 2 usage, 3 data, 4 a server that cannot be asked or used; 130 for an interruption.
  public var exitCode: Int32 {
    switch self {
    case .setting: 2
    case .otherWeights: 3
    case .unavailable, .useless, .exhausted: 4
    case .interrupted: 130
    }
  }

  public var description: String {
    switch self {
    case .setting(let problem), .exhausted(let problem): problem
    case .unavailable(let server, let reason):
      "\(server): \(reason); what it answered is kept, and the same command goes on from there"
    case .useless(let server, let problem), .otherWeights(let server, let problem):
      "\(server): \(problem)"
    case .interrupted: "\(JudgingError.interrupted)"
    }
  }

  /// What stops requests, in the words of a policy.
  init(_ error: any Error, of server: String) {
    switch error {
    case let error as ServingError: self = error
    case JudgingError.unavailable(_, let reason):
      self = .unavailable(server: server, reason: reason)
    case let error as JudgingError:
      switch error {
      case .exhausted: self = .exhausted("\(error)")
      case .interrupted: self = .interrupted
      default: self = .setting("\(error)")
      }
    case HTTPError.setting(let problem): self = .setting(problem)
    default: self = .unavailable(server: server, reason: "\(error)")
    }
  }
}
