import Foundation
import Torch
import Training

/// Testbed A of `algorithms.md`, section 14.2: one prompt with four responses of one token, all of
/// whose expectations can be enumerated.
enum TestbedA {
  static let reference = [0.4, 0.3, 0.2, 0.1]
  static let rewards = [0.0, 1, 2, 1.5]
  /// numpy.random.default_rng(0).normal(size=4)
  static let theta = [
    0.1257302210933933, -0.1321048632913019, 0.6404226504432821, 0.10490011715303971,
  ]

  /// π*_β: the reference times e^(r / β), normalised.
  static func optimum(_ beta: Double) -> [Double] {
    let weights = zip(reference, rewards).map { $0 * exp($1 / beta) }
    return weights.map { $0 / weights.reduce(0, +) }
  }

  /// Every tuple of `count` responses, as response numbers.
  static func tuples(_ count: Int) -> [[Int]] {
    (0..<count).reduce([[]]) { tuples, _ in
      tuples.flatMap { tuple in (0..<4).map { tuple + [$0] } }
    }
  }

  /// The candidates of tuples of responses, under the policy softmax(logits).
  ///
  /// - Parameter logits: `[4]`, float64.
  static func candidates(
    _ tuples: [[Int]], logits: Tensor, preference: [Double]? = nil
  ) throws -> Candidates {
    let sizes = [tuples.count, tuples[0].count]
    let index = try Tensor.of(tuples.flatMap { $0 })
    func placed(_ perResponse: Tensor) throws -> Tensor {
      try perResponse.select(0, index).reshaped(sizes)
    }
    return try Candidates(
      policy: placed(logits.logSoftmax(0)), reference: placed(Tensor.of(reference.map { log($0) })),
      lengths: Tensor.ones(sizes, type: .float64), rewards: placed(Tensor.of(rewards)),
      preference: preference.map { try Tensor.of($0) })
  }

  /// The expected loss over all tuples of `count` responses drawn from the reference, and its
  /// gradient in the policy's logits.
  static func expectedLoss(
    _ objective: some Objective, count: Int, logits: [Double]
  ) throws -> (loss: Double, gradient: [Double]) {
    let logits = try Tensor.of(logits)
    try logits.requireGradient()
    let tuples = tuples(count)
    let weights = try Tensor.of(tuples.map { $0.reduce(1) { $0 * reference[$1] } })
    let loss = try (objective.loss(candidates(tuples, logits: logits)) * weights).sum()
    try loss.backward()
    return (try loss.item(), try numbers(logits.gradient))
  }
}
