/// Everything an evaluation of a run found; what the report is made from, beside the step journals
/// and the samples.
public struct EvaluationRecord: Codable, Sendable, Equatable {
  public var reference: String
  public var policies: [EvaluatedPolicy]
  public var measurements: [Measurement]
  public var bestOf: BestOfRecord?
  public var panels: [DensityPanel]
  /// Facts that belong beside the numbers (temperature, samples per prompt, scorer, …), in order.
  public var protocolNotes: [Note]
  /// Nil in records of early versions.
  public var identity: EvaluationIdentity?
  /// Behind intervals that are resampled, so that others ask with as many; nil for the usual number.
  public var resamples: Int?
  /// Methods at equal KL; nil without a selection.
  public var equalTerms: EqualTermsRecord?

  /// Of methods with three checkpoints or more, beside a held-out reward; nil where there is none.
  public var overOptimisation: [OverOptimisationRecord]?
  /// Of policies in servers that were held against a checkpoint; nil where there is none.
  public var served: [ServedRecord]?

  /// Of all intervals; 95 % in records from before it was kept.
  public var confidence: Double { measurements.lazy.compactMap(\.confidence).first ?? 0.95 }

  public struct Note: Codable, Sendable, Equatable {
    public var name: String
    public var value: String
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The name of the note on models whose tokens are not the reference's.
  public static let strangers = "tokens of their own"

  public init(
    reference: String, policies: [EvaluatedPolicy], measurements: [Measurement],
    bestOf: BestOfRecord?, panels: [DensityPanel], protocolNotes: [Note],
    identity: EvaluationIdentity? = nil, resamples: Int? = nil
  ) {
    self.reference = reference
    self.policies = policies
    self.measurements = measurements
    self.bestOf = bestOf
    self.panels = panels
    self.protocolNotes = protocolNotes
    self.identity = identity
    self.resamples = resamples
  }
}
