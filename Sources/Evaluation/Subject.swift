import Policy
import Runs

/// A checkpoint to be measured, loaded only while it is needed; or a policy that a server has.
public struct Subject {
  /// Holds a server against the checkpoint that it is said to serve.
  public typealias Check = (
    _ prompts: [ServedPrompt], _ reference: (name: String, model: LanguageModel)
  ) throws -> ServedRecord

  public let policy: EvaluatedPolicy
  /// β of its implicit reward β log π/π_ref; nil where its method has none.
  public let beta: Double?
  /// - Throws: `PolicyError.input` for a policy in a server, which has no weights here.
  public let load: () throws -> LanguageModel
  /// Nil for a checkpoint.
  public let served: (any ServedPolicy)?
  /// Nil where nothing is known of what a server serves.
  let check: Check?

  public init(
    policy: EvaluatedPolicy, beta: Double? = nil, load: @escaping () throws -> LanguageModel
  ) {
    self.policy = policy
    self.beta = beta
    self.load = load
    served = nil
    check = nil
  }

  public init(policy: EvaluatedPolicy, served: any ServedPolicy, check: Check?) {
    self.policy = policy
    beta = nil
    load = { throw PolicyError.input("\(served.name) \(ServerName.refusal)") }
    self.served = served
    self.check = check
  }
}
