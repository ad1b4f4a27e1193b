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

  /// When a command ends so; for the reference.
  var details: String {
    switch self {
    case .success: "all that was asked for is done"
    case .expectationMissed:
      """
      plumb doctor found something missing; what --require asks for does not hold; a win rate is below \
      --fail-under; with --strict, a judge has changed or a canary won too often; something that --export asks \
      for is not written, since canaries won too often or the format cannot hold it; a claim of plumb theory came \
      out other than known; plumb verify found something changed; plumb watch found that no process works on a run \
      that is not finished
      """
    case .usage: "the command line is wrong, or the run is in use by another process"
    case .data: "a recipe, data file, tokenizer, checkpoint or record is wrong"
    case .judge:
      """
      a judge could not be asked, or no longer, or holds none of the questions; a limit on requests or cost is \
      reached
      """
    case .tensor:
      "a tensor operation or device failed, memory or threads are too few, or a value was not finite"
    case .fileSystem: "reading or writing failed, standard output included"
    case .undecided:
      """
      done, but whether what --require or --require-agreement asks for holds cannot be decided: the interval lies \
      on both sides
      """
    case .incomplete:
      """
      done, but some judgments failed; the same command asks for those again (not for questions that a judge can \
      never hold, which are left out)
      """
    case .interrupted: "stopped by SIGINT, after saving; the same command goes on"
    case .pipeClosed:
      "whoever read the results has gone (| head); a training goes on to its end all the same"
    case .terminated: "stopped by SIGTERM, after saving; the same command goes on"
    }
  }
}
