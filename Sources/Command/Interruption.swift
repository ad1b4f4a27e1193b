/// Why a run was asked to stop.
public enum Interruption: Sendable, Equatable {
  /// SIGINT.
  case interrupted
  /// SIGTERM, or SIGHUP of a closed terminal.
  case terminated

  public var exitCode: ExitCode {
    switch self {
    case .interrupted: .interrupted
    case .terminated: .terminated
    }
  }
}
