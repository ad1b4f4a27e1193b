import TestSupport
import Testing
import Torch
import Training

@Suite struct BestOfMTests {
  @Test func `the loss is the sum over the tokens of the highest reward`() throws {
    let group = try Candidates(
      policy: matrix([[-6, -8, -9], [-1, -2, -3]], gradient: true),
      lengths: matrix([[2, 4, 3], [1, 1, 1]]), rewards: matrix([[0, 5, 1], [3, 2, 1]]))
    let loss = try BestOfM().loss(group)
    try loss.sum().backward()
    #expect(try numbers(loss) == [8, 1])
    #expect(try numbers(group.policy.gradient) == [0, -1, 0, -1, 0, 0])
  }

  /// Divided by the step's tokens: 4 and 1, or 2½ for a tie of 2 and 3.
  @Test func `a prompt weighs as many tokens as its loss is a sum over`() {
    #expect(BestOfM().weight(lengths: [2, 4, 3], rewards: [0, 5, 1]) == 4)
    #expect(BestOfM().weight(lengths: [1, 1, 1], rewards: [3, 2, 1]) == 1)
    #expect(BestOfM().weight(lengths: [2, 4, 3], rewards: [5, 1, 5]) == 2.5)
    #expect(
      BestOfM(normalisation: .mean).weight(lengths: [2, 4, 3], rewards: [0, 5, 1]) == 1)
  }

  @Test func `the mean over tokens is an option`() throws {
    let group = try Candidates(
      policy: matrix([[-6, -8, -9]], gradient: true), lengths: matrix([[2, 4, 3]]),
      rewards: matrix([[0, 5, 1]]))
    let (loss, gradient) = try lossAndGradient(BestOfM(normalisation: .mean), group)
    #expect(loss == 2 && gradient == [0, -0.25, 0])
    try expectPromises(of: BestOfM(normalisation: .mean))
    #expect(
      try readObjective("method: best-of-m\nnormalisation: tokens").mistakes == [
        "recipe.yaml:2:16: normalisation is \"tokens\"; it must be one of sum, mean"
      ])
  }

  @Test func `ties share`() throws {
    let group = try Candidates(
      policy: matrix([[-6, -8, -9]], gradient: true), lengths: matrix([[2, 4, 3]]),
      rewards: matrix([[5, 1, 5]]))
    let (loss, gradient) = try lossAndGradient(BestOfM(), group)
    #expect(loss == 7.5 && gradient == [-0.5, 0, -0.5])
    try group.policy.clearGradient()
    let mean = try lossAndGradient(BestOfM(normalisation: .mean), group)
    #expect(mean.loss == 3)
    expectClose(mean.gradient, [-0.25, 0, -1.0 / 6], within: 1e-15)
  }

  @Test func `it can hold on to the reference`() throws {
    let group = try Candidates(
      policy: matrix([[-6, -8, -9]], gradient: true), reference: matrix([[-7, -8, -7]]),
      lengths: matrix([[2, 4, 3]]), rewards: matrix([[0, 5, 1]]))
    let (loss, gradient) = try lossAndGradient(BestOfM(klWeight: 0.3), group)
    // 8, and 0.3 times the mean of ½ (1, 0, 4).
    expectClose(loss, 8.25, within: 1e-15)
    expectClose(gradient, [0.1, -1, -0.2], within: 1e-15)
    try expectPromises(of: BestOfM(klWeight: 0.3))
    #expect(BestOfM(klWeight: 0.3).needs == [.rewards, .reference])
  }

  @Test func `an absent candidate is never chosen`() throws {
    let group = try Candidates(
      policy: matrix([[-6, -8, .nan]], gradient: true), lengths: matrix([[2, 4, 0]]),
      rewards: matrix([[-5, -7, 0]]), valid: Tensor.of([true, true, false], [1, 3]))
    let (loss, gradient) = try lossAndGradient(BestOfM(), group)
    #expect(loss == 6 && gradient == [-1, 0, 0])
  }
}
