/// How often a request that failed is made again, and after what pause.
public struct RetryPolicy: Sendable, Equatable {
  /// Requests for one question, the first included.
  public var attempts = 6
  /// Requests for one question whose answers had a good status and a useless body.
  public var badReplies = 3
  /// The longest pause after the first failure; it doubles with each.
  public var base = Duration.milliseconds(500)
  public var cap = Duration.seconds(20)
  /// Repetitions that a run may need beside its requests before it stops: a few of them in any run,
  /// and this share of all requests. Waiting because the server asked for it does not count.
  public var spare = 40
  public var share = 0.2
  /// Questions that fail one after the other without a single answer before the run stops.
  public var failuresInARow = 40
  /// Deadlines that may pass without an answer, where requests fail, before the run stops.
  public var silentDeadlines = 2.0

  public init() {}

  /// A pause drawn evenly from zero up to the longest ("full jitter"), so that requests that failed
  /// together do not come again together.
  ///
  /// Source: Brooker 2015, "Exponential backoff and jitter".
  public func pause(after attempt: Int) -> Duration {
    let longest = min(cap, base * (1 << min(attempt - 1, 20)))
    return longest * Double.random(in: 0..<1)
  }
}
