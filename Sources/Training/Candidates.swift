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
  /// Scored tokens.
  public let lengths: Tensor
  /// r(x, y), constant.
  public let rewards: Tensor?
  /// Probability that candidate 0 beats candidate 1, in [0, 1], constant; `[prompt]`. Where it is
  /// missing, pairs are labelled by their order: candidate 0 is chosen, candidate 1 rejected.
  public let preference: Tensor?
  /// Which places hold a candidate.
  public let valid: Tensor

  /// Checks the shapes. Everything but `policy` is converted to its type and cut off from
  /// gradients.
  ///
  /// - Parameters:
  ///   - policy: float32 or float64.
  ///   - valid: boolean; all places when missing.
  /// - Throws: ``TorchError/shape(operation:expected:found:)`` naming the part whose shape differs
  ///   from the policy's, ``TorchError/failed(operation:reason:)`` for a wrong element type.
  public init(
    policy: Tensor, reference: Tensor? = nil, previous: Tensor? = nil, lengths: Tensor,
    rewards: Tensor? = nil, preference: Tensor? = nil, valid: Tensor? = nil
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
    func constant(
      _ part: Tensor?, _ name: String, perPrompt: Bool = false
    ) throws(TorchError) -> Tensor? {
      guard let part else { return nil }
      let wanted = perPrompt ? [sizes[0]] : sizes
      guard part.sizes == wanted else {
        let axes =
          perPrompt ? "[prompt \(sizes[0])]" : "[prompt \(sizes[0]), candidate \(sizes[1])]"
        throw .shape(operation: "candidates: \(name)", expected: axes, found: part.sizes)
      }
      return try part.detached().converted(to: policy.type)
    }
    self.policy = policy
    self.reference = try constant(reference, "reference")
    self.previous = try constant(previous, "previous")
    self.lengths = try constant(lengths, "lengths") ?? lengths
    self.rewards = try constant(rewards, "rewards")
    self.preference = try constant(preference, "preference", perPrompt: true)
    if let valid {
      guard valid.type == .bool else {
        throw .failed(
          operation: "candidates: valid", reason: "expected bool, found \(valid.type)")
      }
      _ = try constant(valid, "valid")
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
    if rewards != nil { offered.insert(.rewards) }
    if policy.sizes[1] == 2 { offered.insert(.pairs) }
    return offered
  }
}

extension Candidates {
  /// d = log π(y|x) − log π_ref(y|x), with the policy's gradient; 0 where there is no candidate.
  ///
  /// - Throws: ``TorchError`` when there is no reference.
  public func logRatios() throws(TorchError) -> Tensor {
    guard let reference else {
      throw Candidates.missing("reference log-probabilities", "score the candidates with it first")
    }
    return try (policy - reference).filled(where: valid.not(), with: 0)
  }

  /// The rewards, 0 where there is no candidate.
  ///
  /// - Throws: ``TorchError`` when there are none.
  public func givenRewards() throws(TorchError) -> Tensor {
    guard let rewards else {
      throw Candidates.missing("rewards", "score the candidates with a reward first")
    }
    return try rewards.filled(where: valid.not(), with: 0)
  }

  /// d(candidate 0) − d(candidate 1), `[prompt]`; 0 where one of the two is missing.
  ///
  /// - Throws: ``TorchError`` when groups are no pairs or there is no reference.
  public func logRatioMargins() throws(TorchError) -> Tensor {
    guard policy.sizes[1] == 2 else {
      throw .shape(operation: "pairs", expected: "[prompt, candidate 2]", found: policy.sizes)
    }
    let ratios = try logRatios()
    let margins = try ratios.slice(1, 0..<1) - ratios.slice(1, 1..<2)
    return try margins.squeezed(1).filled(where: counted().not(), with: 0)
  }

  /// Probability that candidate 0 is labelled the better one, `[prompt]`, when each label is
  /// flipped with probability `smoothing`.
  ///
  /// p (1 − ε) + (1 − p) ε, where p is ``preference``, or 1 without it.
  public func pairTargets(smoothing: Double) throws(TorchError) -> Tensor {
    guard let preference else {
      return try Tensor.full(
        [policy.sizes[0]], 1 - smoothing, type: policy.type, on: policy.device)
    }
    return try preference * (1 - 2 * smoothing) + smoothing
  }

  /// Prompts with at least `smallest` candidates, `[prompt]`.
  public func counted(atLeast smallest: Int = 2) throws(TorchError) -> Tensor {
    try valid.converted(to: policy.type).sum(1) .> (Double(smallest) - 0.5)
  }

  /// log softmax of scores over each prompt's candidates; 0 where there is no candidate, and in
  /// groups of fewer than two. No element is ever infinite on the way, so gradients stay numbers.
  public func logShares(_ scores: Tensor) throws(TorchError) -> Tensor {
    let lone = try counted().not().unsqueezed(1)
    let open = try scores.filled(where: valid.not(), with: -Double.infinity)
    return try open.filled(where: lone, with: 0).logSoftmax(1)
      .filled(where: valid.not(), with: 0).filled(where: lone, with: 0)
  }

  private static func missing(_ what: String, _ advice: String) -> TorchError {
    .failed(operation: "candidates", reason: "no \(what); \(advice)")
  }
}
