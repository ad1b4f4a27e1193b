import Runs

/// Who judges, how they are asked, and within which limits.
public struct JudgingSettings: Sendable, Equatable {
  /// As ``JudgeSpecification`` reads them; several are a jury.
  public var judges: [String]
  /// The name of an embedded template, or a file with a slash.
  public var template = "five-level"
  /// Twice the requests, and the only design that shows whether a verdict depends on the order.
  public var asksBothOrders = true
  public var repetitions = 1
  /// Prompts for each kind of canary.
  public var canaries = 16
  public var seed: UInt64 = 0
  /// 0 repeats itself best; nil leaves it to the server.
  public var temperature: Double? = 0
  /// How servers are asked that do not take what their kind takes, as far as it is known beforehand.
  public var dialect = Dialect()
  /// How servers are reached, and what that may cost.
  public var transport = TransportSettings()
  /// The file of answers that runs share; nil for the user's own.
  public var cache: String?
  public var usesCache = true
  /// Of all intervals.
  public var confidence = 0.95
  /// Nil where all prompts are judged.
  public var stop: JudgingStop?

  public init(judges: [String]) { self.judges = judges }
}
