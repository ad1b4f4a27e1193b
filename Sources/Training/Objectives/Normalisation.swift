/// How the log-probability of a completion is made of those of its tokens.
public enum Normalisation: String, CaseIterable, Sendable {
  /// The log-probability of the whole completion, in nats.
  case sum
  /// Its mean over scored tokens, in nats per token.
  case mean
}
