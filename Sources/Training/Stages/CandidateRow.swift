import Runs

/// A prompt with the completions that a policy drew for it, and their rewards.
public struct CandidateRow: Codable, Sendable, Equatable, SpelledAsBefore {
  public struct Candidate: Codable, Sendable, Equatable {
    public var tokens: [Int]
    public var text: String
    /// The policy ended it itself.
    public var isFinished: Bool
    /// log μ(y|x) of the sampled ids at the sampling temperature, in nats; nil where a server does not
    /// tell it.
    public var logProbability: Double?
    public var reward: Double?
  }

  public var id: String
  public var prompt: Dialogue
  public var promptTokens: [Int]
  public var candidates: [Candidate]
}
