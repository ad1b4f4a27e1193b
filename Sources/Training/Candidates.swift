import Torch

/// The candidates of a batch of prompts, as an objective sees them: numbers per candidate, never
/// tokens and never logits.
///
/// Axes are `[prompt, candidate]`. Groups may hold fewer candidates than the axis is long; the
/// places left over are not ``valid``, and whatever their numbers are has no effect.
public struct Candidates {
  /// log π(y|x), summed over scored tokens, in nats; `[prompt, candidate]`, with gradient.
  public let policy: Tensor
  /// log π_ref(y|x), summed, constant.
  public let reference: Tensor?
  /// log π_t(y|x) of the previous round's policy, summed, constant.
  public let previous: Tensor?
  /// log μ(y|x) of the policy that drew the candidates, as it drew them, summed, constant.
  public let sampler: Tensor?
  /// Scored tokens.
  public let lengths: Tensor
  /// r(x, y), constant.
  public let rewards: Tensor?
  /// P̂(y ≻ π_t | x): the estimated probability that a candidate beats a completion of the previous
  /// round's policy, in [0, 1], constant. A comparison with itself counts ½. Of a mixture μ of
  /// opponents P̂(y ≻ μ) − P̂(π_t ≻ μ) + ½, which may lie outside.
  public let winRates: Tensor?
  /// Probability that candidate 0 beats candidate 1, in [0, 1], constant; `[prompt]`. Where it is
  /// missing, pairs are labelled by their order: candidate 0 is chosen, candidate 1 rejected.
  public let preference: Tensor?
  /// What a pair's label is worth, constant; `[prompt]`. 1 without them: the two were compared with each
  /// other. 2 where both were compared with an opponent of their own: the difference of two independent
  /// candidates' win rates against it is, in the mean, half of what a comparison of the two tells.
  /// Objectives with a target for the margin read it, others do not.
  public let stakes: Tensor?
  /// Whether a completion is wanted; of unpaired rows, boolean.
  public let isDesirable: Tensor?
  /// log π(y'|x) − log π_ref(y'|x) of completions y' that answer another prompt of the step,
  /// constant; `[mismatch]`, of any positive number.
  public let mismatched: Tensor?
  /// log π(x), summed over the tokens of the prompt but its first, in nats, with gradient, and their
  /// number; `[prompt]`.
  public let prompts: (logProbability: Tensor, lengths: Tensor)?
  /// Which places hold a candidate.
  public let valid: Tensor

  /// Checks the shapes. Everything but `policy` and the prompts' log-probabilities is converted to the
  /// policy's type, booleans excepted, and cut off from gradients.
  ///
  /// - Parameters:
  ///   - policy: float32 or float64.
  ///   - valid: boolean; all places when missing.
  /// - Throws: ``TorchError/shape(operation:expected:found:)`` naming the part whose shape differs
  ///   from the policy's, ``TorchError/failed(operation:reason:)`` for a wrong element type.
  public init(
    policy: Tensor, reference: Tensor? = nil, previous: Tensor? = nil, sampler: Tensor? = nil,
    lengths: Tensor, rewards: Tensor? = nil, winRates: Tensor? = nil, preference: Tensor? = nil,
    stakes: Tensor? = nil, isDesirable: Tensor? = nil, mismatched: Tensor? = nil,
    prompts: (logProbability: Tensor, lengths: Tensor)? = nil, valid: Tensor? = nil
  ) throws(TorchError) {
    let sizes = policy.sizes
    guard sizes.count == 2, sizes[0] > 0, sizes[1] > 0 else {
      throw .shape(operation: "candidates: policy", expected: "[prompt, candidate]", found: sizes)
    }
    guard policy.type == .float32 || policy.type == .float64 else {
      throw .failed(
        operation: "candidates: policy", reason: "expected float32 or float64, found \(policy.type)"
      )
    }
    func constant(_ part: Tensor?, _ name: String) throws(TorchError) -> Tensor? {
      guard let part else { return nil }
      guard part.sizes == sizes else {
        let axes = "[prompt \(sizes[0]), candidate \(sizes[1])]"
        throw .shape(operation: "candidates: \(name)", expected: axes, found: part.sizes)
      }
      return try part.detached().converted(to: policy.type)
    }
    func flags(_ part: Tensor?, _ name: String) throws(TorchError) -> Tensor? {
      guard let part else { return nil }
      guard part.type == .bool else {
        throw .failed(
          operation: "candidates: \(name)", reason: "expected bool, found \(part.type)")
      }
      _ = try constant(part, name)
      return part
    }
    self.policy = policy
    self.reference = try constant(reference, "reference")
    self.previous = try constant(previous, "previous")
    self.sampler = try constant(sampler, "sampler")
    self.lengths = try constant(lengths, "lengths") ?? lengths
    self.rewards = try constant(rewards, "rewards")
    self.winRates = try constant(winRates, "win rates")
    if let preference, preference.sizes != [sizes[0]] {
      throw .shape(
        operation: "candidates: preference", expected: "[prompt \(sizes[0])]",
        found: preference.sizes)
    }
    self.preference = try preference?.detached().converted(to: policy.type)
    if let stakes, stakes.sizes != [sizes[0]] {
      throw .shape(
        operation: "candidates: stakes", expected: "[prompt \(sizes[0])]", found: stakes.sizes)
    }
    self.stakes = try stakes?.detached().converted(to: policy.type)
    self.isDesirable = try flags(isDesirable, "labels")
    if let mismatched, mismatched.rank != 1 || mismatched.count == 0 {
      throw .shape(
        operation: "candidates: mismatched", expected: "[mismatch]", found: mismatched.sizes)
    }
    self.mismatched = try mismatched?.detached().converted(to: policy.type)
    if let prompts {
      for part in [prompts.logProbability, prompts.lengths] where part.sizes != [sizes[0]] {
        throw .shape(
          operation: "candidates: prompts", expected: "[prompt \(sizes[0])]", found: part.sizes)
      }
      self.prompts = (
        try prompts.logProbability.converted(to: policy.type),
        try prompts.lengths.detached().converted(to: policy.type)
      )
    } else {
      self.prompts = nil
    }
    if let valid = try flags(valid, "valid") {
      self.valid = valid
    } else {
      self.valid = try Tensor.full(sizes, 1, type: .bool, on: policy.device)
    }
  }

  /// What these candidates can serve; see ``Objective/needs``.
  public var offered: ObjectiveNeeds {
    var offered: ObjectiveNeeds = []
    if reference != nil { offered.insert(.reference) }
    if previous != nil { offered.insert(.previous) }
    if sampler != nil { offered.insert(.sampler) }
    if rewards != nil { offered.insert(.rewards) }
    if winRates != nil { offered.insert(.winRates) }
    if isDesirable != nil { offered.insert(.labels) }
    if mismatched != nil { offered.insert(.mismatches) }
    if prompts != nil { offered.insert(.prompts) }
    if policy.sizes[1] == 2 { offered.insert(.pairs) }
    return offered
  }
}
