/// One completion that a policy sampled in evaluation.
public struct SampleRecord: Codable, Sendable, Equatable {
  public var policy: String
  /// Identifies the prompt across policies.
  public var prompt: String
  public var dialogue: Dialogue
  /// 0 ..< samples per prompt.
  public var index: Int
  public var text: String
  public var tokens: Int
  /// The completion ended with the end token, and not at the length limit.
  public var finished: Bool
  /// Summed over the completion's tokens, in nats; nil where a server does not tell it.
  public var logProbability: Double?
  public var referenceLogProbability: Double?
  public var reward: Double?

  /// log π − log π_ref; nil where one of them is not known.
  public var logRatio: Double? {
    guard let logProbability, let referenceLogProbability else { return nil }
    return logProbability - referenceLogProbability
  }

  private enum CodingKeys: String, CodingKey {
    case policy, prompt, index, text, tokens, finished, logProbability, referenceLogProbability
    case reward
    case dialogue = "promptText"
  }

  public init(
    policy: String, prompt: String, dialogue: Dialogue, index: Int, text: String, tokens: Int,
    finished: Bool, logProbability: Double?, referenceLogProbability: Double? = nil,
    reward: Double? = nil
  ) {
    self.policy = policy
    self.prompt = prompt
    self.dialogue = dialogue
    self.index = index
    self.text = text
    self.tokens = tokens
    self.finished = finished
    self.logProbability = logProbability
    self.referenceLogProbability = referenceLogProbability
    self.reward = reward
  }
}
