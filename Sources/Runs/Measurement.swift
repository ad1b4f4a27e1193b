/// One number that an evaluation produced, with all a reader needs to trust it.
public struct Measurement: Codable, Sendable, Equatable {
  /// What was measured, from the vocabulary of ``Measure`` (for example `reward`, `kl`).
  public var name: String
  /// The policy id, or a method id when the number is taken over the seeds of a method.
  public var subject: String
  /// What the subject was compared with (`sft`, `chosen`, another policy id), if anything.
  public var reference: String?
  /// The point estimate; nil when it is not finite or could not be computed.
  public var value: Double?
  /// The interval; nil when none can be computed (for example from one prompt).
  public var low: Double?
  public var high: Double?
  /// Of the interval; nil in records from before it was kept, which have 95 %.
  public var confidence: Double?
  /// How many values went in (samples, pairs, seeds), and how many independent clusters (prompts).
  public var count: Int
  public var clusters: Int
  /// `nats`, `nats per token`, `share`, `tokens`, `seconds`, … empty for a bare number.
  public var unit: String
  public var direction: Direction
  /// Estimator and interval, in words that fit a table note.
  public var method: String
  /// Raised when the number would mean something else than before.
  public var version: Int
  /// Values that were not finite, excluded from the estimate and counted here.
  public var nonfinite: Int

  public init(
    name: String, subject: String, reference: String? = nil, value: Double?, low: Double? = nil,
    high: Double? = nil, count: Int, clusters: Int, unit: String, direction: Direction,
    method: String, version: Int = 1, nonfinite: Int = 0, confidence: Double? = nil
  ) {
    self.name = name
    self.subject = subject
    self.reference = reference
    self.value = value
    self.low = low
    self.high = high
    self.count = count
    self.clusters = clusters
    self.unit = unit
    self.direction = direction
    self.method = method
    self.version = version
    self.nonfinite = nonfinite
    self.confidence = confidence
  }
}
