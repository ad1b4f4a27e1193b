import Policy
import Runs

/// A checkpoint to be measured, loaded only while it is needed.
public struct Subject {
  public let policy: EvaluatedPolicy
  /// β of its implicit reward β log π/π_ref; nil where its method has none.
  public let beta: Double?
  public let load: () throws -> LanguageModel

  public init(
    policy: EvaluatedPolicy, beta: Double? = nil, load: @escaping () throws -> LanguageModel
  ) {
    self.policy = policy
    self.beta = beta
    self.load = load
  }
}
