import Glibc
import Synchronization

/// Stops a run between two steps, or at once when asked twice.
///
/// The first SIGINT, SIGTERM or SIGHUP only sets a flag, which loops read between steps so that
/// they can save. The second ends the process at once: everything on disk is written beside and
/// renamed, so nothing is left half-written.
public enum Signals {
  /// The first signal received; 0 before. Lock-free, so a signal handler may touch it.
  private static let received = Atomic<Int32>(0)

  /// Takes over the signals. A signal that the parent had ignored stays ignored (`nohup`).
  public static func install() {
    // Made here, because the first use of a lazy global is not safe inside a handler.
    received.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var previous = sigaction()
      sigaction(number, nil, &previous)
      if isIgnored(previous) { continue }
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in Signals.handle(number) }
      action.sa_flags = SA_RESTART
      sigemptyset(&action.sa_mask)
      sigaction(number, &action, nil)
    }
  }

  /// What the run was asked to do; nil while nobody asked.
  public static var interruption: Interruption? {
    switch received.load(ordering: .acquiring) {
    case 0: nil
    case SIGINT: .interrupted
    default: .terminated
    }
  }

  /// Runs inside the signal handler: one atomic exchange, and `_exit`.
  private static func handle(_ number: Int32) {
    let (isFirst, _) = received.compareExchange(
      expected: 0, desired: number, ordering: .acquiringAndReleasing)
    if !isFirst { _exit(number == SIGINT ? 130 : 143) }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    let handler = action.__sigaction_handler.sa_handler
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
