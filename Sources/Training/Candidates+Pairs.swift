import Foundation
import Torch

extension Candidates {
  /// d(candidate 0) − d(candidate 1), `[prompt]`; 0 where one of the two is missing.
  ///
  /// - Throws: ``TorchError`` when groups are no pairs or there is no such anchor.
  public func logRatioMargins(to anchor: Anchor = .reference) throws(TorchError) -> Tensor {
    try checkPairs()
    let ratios = try logRatios(to: anchor)
    return try (ratios.column(0) - ratios.column(1)).filled(where: counted().not(), with: 0)
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

  /// Logarithms of ``pairTargets(smoothing:)`` and of its complement, `[prompt]` each.
  ///
  /// Taken from ε itself, never from 1 − q: of an ε below 1e-8 nothing is left in float32 after that
  /// subtraction.
  func logPairTargets(
    smoothing: Double
  ) throws(TorchError) -> (chosen: Tensor, rejected: Tensor) {
    let (kept, flipped) = (log1p(-smoothing), log(smoothing))
    guard let preference else {
      func filled(_ value: Double) throws(TorchError) -> Tensor {
        try Tensor.full([policy.sizes[0]], value, type: policy.type, on: policy.device)
      }
      return (try filled(kept), try filled(flipped))
    }
    let (first, second) = (try preference.log(), try (1 - preference).log())
    return (
      try Tensor.stack([first + kept, second + flipped], 0).logSumExp(0),
      try Tensor.stack([second + kept, first + flipped], 0).logSumExp(0)
    )
  }

  /// The expectation of a pair's loss over its label, `[prompt]`; 0 where a candidate is missing.
  ///
  /// q · loss(0, 1) + (1 − q) · loss(1, 0) with q of ``pairTargets(smoothing:)``; where labels are
  /// certain, loss(0, 1) alone.
  ///
  /// - Parameter loss: takes the columns of the chosen and of the rejected candidate.
  /// - Throws: ``TorchError`` when groups are no pairs.
  func overLabels(
    smoothing: Double = 0,
    _ loss: (_ chosen: Int, _ rejected: Int) throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    try checkPairs()
    var losses = try loss(0, 1)
    if preference != nil || smoothing > 0 {
      let q = try pairTargets(smoothing: smoothing)
      losses = try q * losses + (1 - q) * loss(1, 0)
    }
    return try losses.filled(where: counted().not(), with: 0)
  }

  /// A margin less what a certain label asks of it: `size`, times what the label is worth.
  ///
  /// - Parameter margin: `[prompt]`.
  func distance(of margin: Tensor, from size: Double) throws(TorchError) -> Tensor {
    guard let stakes else { return try margin - size }
    return try margin - size * stakes
  }

  func checkPairs() throws(TorchError) {
    guard policy.sizes[1] == 2 else {
      throw .shape(operation: "pairs", expected: "[prompt, candidate 2]", found: policy.sizes)
    }
  }
}

extension Tensor {
  /// One candidate of every prompt: `[prompt, candidate]` to `[prompt]`.
  func column(_ candidate: Int) throws(TorchError) -> Tensor {
    try slice(1, candidate..<candidate + 1).squeezed(1)
  }
}
