import Foundation
import Torch
import Training

/// Every group of candidates that can be drawn, with its probability: an expectation over samples as
/// a sum.
public struct Population: Sendable {
  public let world: World
  /// Response numbers, `[group][candidate]`.
  public let groups: [[Int]]
  /// The probability of each group.
  public let weights: [Double]
  /// P(first ≻ second) of each group, where groups are labelled pairs.
  public var preference: [Double]?
  /// What the label of each pair is worth; see ``Candidates/stakes``.
  public var stakes: [Double]?
  /// Whom win rates are against, where it is not the previous round's policy.
  public var opponents: [Double]?
  /// The previous round's policy π_t, where there is one; win rates are against it.
  public var previous: [Double]?

  public init(
    _ world: World, groups: [[Int]], weights: [Double], preference: [Double]? = nil,
    previous: [Double]? = nil
  ) {
    self.world = world
    self.groups = groups
    self.weights = weights
    self.preference = preference
    self.previous = previous
  }

  /// The expected loss of an objective for the policy softmax(logits), and its gradient there.
  ///
  /// - Throws: ``TorchError``, as the objective does where it needs more than is offered.
  public func expected(
    _ objective: some Objective, at logits: [Double]
  ) throws(TorchError) -> Slope {
    let parameters = try Tensor.of(logits)
    try parameters.requireGradient()
    let losses = try objective.loss(candidates(policy: parameters.logSoftmax(0)))
    let loss = try (losses * Tensor.of(weights)).sum()
    try loss.backward()
    return Slope(
      value: try loss.item(),
      gradient: try parameters.gradient?.values() ?? logits.map { _ in 0 })
  }

  /// The losses of single groups.
  public func losses(_ objective: some Objective, at logits: [Double]) throws(TorchError)
    -> [Double]
  {
    try objective.loss(candidates(policy: Tensor.of(logits).logSoftmax(0))).values()
  }

  /// The groups as objectives see them.
  ///
  /// - Parameter policy: log π of every response, `[response]`.
  public func candidates(policy: Tensor) throws(TorchError) -> Candidates {
    let sizes = [groups.count, groups.first?.count ?? 0]
    let index = try Tensor.of(groups.flatMap { $0 })
    func placed(_ numbers: Tensor) throws(TorchError) -> Tensor {
      try numbers.select(0, index).reshaped(sizes)
    }
    func placed(_ numbers: [Double]?) throws(TorchError) -> Tensor? {
      guard let numbers else { return nil }
      return try placed(Tensor.of(numbers))
    }
    let labels: Tensor? = if let preference { try Tensor.of(preference) } else { nil }
    let worth: Tensor? = if let stakes { try Tensor.of(stakes) } else { nil }
    return try Candidates(
      policy: placed(policy), reference: placed(world.logReference),
      previous: placed(previous.map { $0.map { log($0) } }),
      lengths: placed(Tensor.of(world.lengths.map(Double.init))), rewards: placed(world.rewards),
      winRates: placed((opponents ?? previous).map(world.winRates(against:))), preference: labels,
      stakes: worth)
  }
}

/// A value and its gradient.
public struct Slope: Equatable, Sendable {
  public var value: Double
  public var gradient: [Double]

  public init(value: Double, gradient: [Double]) {
    self.value = value
    self.gradient = gradient
  }
}
