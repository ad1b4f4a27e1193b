import Foundation
import TestSupport
import Testing
import Torch

@testable import Training

/// Value, gradient and limits of the two clipped losses; golden numbers of section 12.1.
@Suite struct ClippedLossTests {
  /// Losses and gradients of single actions.
  private func measure(
    _ surrogate: ClippedSurrogate, _ actions: [(advantage: Double, ratio: Double)]
  ) throws -> (losses: [Double], gradient: [Double]) {
    let logRatios = try Tensor.of(actions.map { log($0.ratio) })
    try logRatios.requireGradient()
    let losses = try surrogate.losses(logRatios, Tensor.of(actions.map(\.advantage)))
    try losses.sum().backward()
    return (try numbers(losses), try numbers(logRatios.gradient))
  }

  @Test func `the policy loss is the golden one`() throws {
    let found = try measure(
      ClippedSurrogate(.token, clip: 0.2), [(1, 0.7), (1, 1.3), (-1, 0.7), (-1, 1.3)])
    expectClose(found.losses, [-0.7, -1.2, 0.8, 1.3], within: 1e-12)
    // d/d log ρ of −A ρ is −A ρ; where the clipped side decides there is none.
    expectClose(found.gradient, [-0.7, 0, 0, 1.3], within: 1e-12)
  }

  @Test func `at a ratio of 1 the gradient is that of the score function`() throws {
    let found = try measure(ClippedSurrogate(.token, clip: 0.2), [(2, 1), (-0.5, 1), (0, 1)])
    expectClose(found.losses, [-2, 0.5, 0], within: 1e-12)
    expectClose(found.gradient, [-2, 0.5, 0], within: 1e-12)
  }

  @Test func `a dual clip bounds the loss of bad actions alone`() throws {
    let found = try measure(
      ClippedSurrogate(.token, clip: 0.2, dualClip: 2),
      [(-1, 3), (-1, 1.5), (-1, 0.5), (1, 3)])
    expectClose(found.losses, [2, 1.5, 0.8, -1.2], within: 1e-12)
    expectClose(found.gradient, [0, 1.5, 0, 0], within: 1e-12)
  }

  @Test func `a stray token stays finite`() throws {
    let logRatios = try Tensor.of([800.0, -800])
    try logRatios.requireGradient()
    let losses = try ClippedSurrogate(.token, clip: 0.2)
      .losses(logRatios, Tensor.of([-1.0, 1]))
    try losses.sum().backward()
    // e²⁰, and −e⁻²⁰.
    expectClose(try numbers(losses), [485_165_195.409790, 0], within: 1e-5)
    #expect(try numbers(logRatios.gradient) == [0, 0])
  }

  @Test func `clipped are the actions for which the clipped side decides`() throws {
    let surrogate = ClippedSurrogate(.token, clip: 0.2)
    let logRatios = try Tensor.of([0.7, 1.3, 0.7, 1.3, 1, 1.3].map { log($0) })
    let found: [Bool] = try surrogate.isClipped(logRatios, Tensor.of([1.0, 1, -1, -1, 1, 0]))
      .values()
    #expect(found == [false, true, true, false, false, false])
  }

  @Test func `the value loss is the golden one`() throws {
    let values = try Tensor.of([0.5, 0.9])
    let losses = try ClippedValueLoss.losses(
      values, old: Tensor.of([0.3, 0.4]), returns: Tensor.of([1, 0.2]), clip: 0.2)
    expectClose(try losses.mean().item(), 0.185, within: 1e-12)
    // ½ max(.25, .25) and ½ max(.49, .16).
    expectClose(try numbers(losses), [0.125, 0.245], within: 1e-12)
  }

  @Test func `a value that has moved far towards its return has no gradient`() throws {
    let values = try Tensor.of([0.8, 0.8, 0.35])
    try values.requireGradient()
    // Clipped to .5; the third is within reach.
    let (old, returns) = (try Tensor.of([0.3, 0.3, 0.3]), try Tensor.of([1, 0.2, 1.0]))
    try ClippedValueLoss.losses(values, old: old, returns: returns, clip: 0.2).sum().backward()
    expectClose(try numbers(values.gradient), [0, 0.6, -0.65], within: 1e-12)
    try values.clearGradient()
    try ClippedValueLoss.losses(values, old: old, returns: returns, clip: nil).sum().backward()
    expectClose(try numbers(values.gradient), [-0.2, 0.6, -0.65], within: 1e-12)
  }

  @Test func `returns of another shape are refused`() throws {
    let values = try Tensor.of([0.5, 0.9])
    #expect(
      message {
        _ = try ClippedValueLoss.losses(
          values, old: values, returns: Tensor.of([1.0]), clip: 0.2)
      } == "value loss: expected numbers of [2], found [1]")
  }
}
