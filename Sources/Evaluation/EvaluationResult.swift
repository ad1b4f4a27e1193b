import Runs

/// What an evaluation found, as it goes into a run's records.
public struct EvaluationResult: Sendable {
  public var record: EvaluationRecord
  /// Completions of the reference and of final checkpoints.
  public var samples: [SampleRecord]
  /// One entry per phase; times of an interrupted evaluation are those of all its parts.
  public var costs: [PhaseCost]
  /// Of every policy on every prompt, the reference first.
  public var values: [PolicyValues]
  /// Rewards of the completions compared with as chosen, `[prompt][completion]`; empty without.
  public var chosen: [[Double]]

  public init(
    record: EvaluationRecord, samples: [SampleRecord], costs: [PhaseCost],
    values: [PolicyValues] = [], chosen: [[Double]] = []
  ) {
    self.chosen = chosen
    self.record = record
    self.samples = samples
    self.costs = costs
    self.values = values
  }
}

/// How an evaluation ended.
public enum EvaluationOutcome: Sendable {
  case finished(EvaluationResult)
  /// Asked to stop; all whole chunks are kept, and the same call goes on from there.
  case interrupted
}

/// Where an evaluation is.
public struct EvaluationProgress: Sendable, Equatable {
  public var policy: String
  /// `samples`, `best-of`, `density`, or an examination.
  public var work: String
  /// Chunks.
  public var done: Int
  public var total: Int
  /// How much of everything is done, 0 to 1.
  public var share: Double
  /// How much of everything was there from before.
  public var found: Double
}
