/// What the command tells its caller when it ends.
public enum ExitCode: Int32, Sendable, CaseIterable {
  case success = 0
  /// A number missed what the recipe expects of it.
  case expectationMissed = 1
  /// The command line is wrong.
  case usage = 2
  /// A recipe, data file, tokenizer or checkpoint is wrong.
  case data = 3
  /// A judge could not be asked.
  case judge = 4
  /// A tensor operation or device failed, or a value was not finite.
  case tensor = 5
  /// Reading or writing failed.
  case fileSystem = 6
  /// What was required can neither be said to hold nor to fail: an interval lies on both sides.
  case undecided = 7
  /// Done, but some judgments failed; the same command asks for them again. The number is that of
  /// EX_TEMPFAIL in sysexits.h.
  case incomplete = 75
  /// Stopped by SIGINT (128 + 2).
  case interrupted = 130
  /// Whoever read the results has gone (128 + SIGPIPE).
  case pipeClosed = 141
  /// Stopped by SIGTERM (128 + 15).
  case terminated = 143

  /// For the help text.
  var meaning: String {
    switch self {
    case .success: "done"
    case .expectationMissed: "expectation missed"
    case .usage: "usage"
    case .data: "recipe or data"
    case .judge: "judge"
    case .tensor: "tensor, device or not finite"
    case .fileSystem: "file system"
    case .undecided: "cannot decide"
    case .incomplete: "incomplete"
    case .interrupted: "interrupted"
    case .pipeClosed: "pipe closed"
    case .terminated: "terminated"
    }
  }
}
