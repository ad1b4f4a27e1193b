import Foundation
import Torch
import Training

/// Testbed B of `algorithms.md`, section 14.2: the responses of testbed A, and a preference between
/// them that no reward explains. Rows beat columns.
enum TestbedB {
  static let wins = [
    [0.5, 0.9, 0.2, 0.6], [0.1, 0.5, 0.8, 0.7], [0.8, 0.2, 0.5, 0.4], [0.4, 0.3, 0.6, 0.5],
  ]

  /// P(y ≻ π) of every response.
  static func winRates(against policy: [Double]) -> [Double] {
    wins.map { row in zip(row, policy).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// All ordered pairs of responses drawn from `sampler`, which is the previous round's policy as
  /// well, with the probability that the first wins as their label.
  static func pairs(_ logits: Tensor, from sampler: [Double]) throws -> Candidates {
    let pairs = TestbedA.tuples(2)
    let index = try Tensor.of(pairs.flatMap { $0 })
    func placed(_ perResponse: Tensor) throws -> Tensor {
      try perResponse.select(0, index).reshaped([16, 2])
    }
    return try Candidates(
      policy: placed(logits.logSoftmax(0)),
      reference: placed(Tensor.of(TestbedA.reference.map { log($0) })),
      previous: placed(Tensor.of(sampler.map { log($0) })),
      lengths: Tensor.ones([16, 2], type: .float64),
      winRates: placed(Tensor.of(winRates(against: sampler))),
      preference: Tensor.of(pairs.map { wins[$0[0]][$0[1]] }))
  }

  /// The probability of each of those pairs.
  static func weights(_ sampler: [Double]) throws -> Tensor {
    try Tensor.of(TestbedA.tuples(2).map { sampler[$0[0]] * sampler[$0[1]] })
  }
}
