import TestSupport
import Testing

@testable import Training

/// Golden numbers of `algorithms.md`, sections 12.1 to 12.3.
@Suite struct AdvantageTests {
  static let rewards = [-0.1, -0.05, 0.2, 1]
  static let values = [0.3, 0.4, 0.5, 0.6]

  @Test func `generalised advantages and returns are the golden ones`() {
    let found = GeneralisedAdvantage.estimate(
      rewards: Self.rewards, values: Self.values, gamma: 1, lambda: 0.95)
    // δ = (0, .05, .3, .4) from the end: .4, .3 + .95 · .4, .05 + .95 · .68, 0 + .95 · .696.
    expectClose(found.advantages, [0.6612, 0.696, 0.68, 0.4], within: 1e-12)
    expectClose(found.returns, [0.9612, 1.096, 1.18, 1], within: 1e-12)
  }

  @Test func `without values, λ = 1 gives what is still to come`() {
    let found = GeneralisedAdvantage.estimate(
      rewards: Self.rewards, values: [0, 0, 0, 0], gamma: 1, lambda: 1)
    expectClose(found.advantages, [1.05, 1.15, 1.2, 1], within: 1e-12)
    #expect(found.returns == found.advantages)
  }

  @Test func `λ = 0 gives the one-step error, and γ discounts the next value`() {
    let found = GeneralisedAdvantage.estimate(
      rewards: Self.rewards, values: Self.values, gamma: 0.5, lambda: 0)
    expectClose(found.advantages, [-0.2, -0.2, 0, 0.4], within: 1e-12)
  }

  @Test func `an episode without tokens has no advantages`() {
    let found = GeneralisedAdvantage.estimate(rewards: [], values: [], gamma: 1, lambda: 1)
    #expect(found.advantages.isEmpty && found.returns.isEmpty)
  }

  @Test func `whitening is the golden one, and equal numbers become 0`() {
    expectClose(
      Whitening.whitened([0.6612, 0.696, 0.68, 0.4]),
      [0.427282, 0.713783, 0.582058, -1.723122])
    #expect(Whitening.whitened([3.25, 3.25, 3.25]) == [0, 0, 0])
    #expect(Whitening.whitened([7]) == [0])
    #expect(Whitening.whitened([]) == [])
    // The mean .3 stays where it was.
    let kept = Whitening.whitened([0.1, 0.3, 0.5], keepsMean: true)
    expectClose(kept.reduce(0, +) / 3, 0.3, within: 1e-12)
    expectClose(kept[2] - kept[0], 2 * (1.5).squareRoot(), within: 1e-6)
  }

  @Test func `the baseline of a sample is the mean of the others`() {
    expectClose(
      LeaveOneOut.advantages([1, 0, 0, 1]), [0.666667, -0.666667, -0.666667, 0.666667])
    #expect(LeaveOneOut.advantages([2, 2, 2]) == [0, 0, 0])
    // k / (k − 1) times the distance from the mean of all.
    expectClose(LeaveOneOut.advantages([5, 1, 3]), [3, -3, 0], within: 1e-12)
  }

  @Test func `a group is normalised by its deviation, or only centred`() {
    // ½ / (√⅓ + 1e-4)
    expectClose(
      GroupNormalised.advantages([1, 0, 0, 1], scales: true),
      [0.865875, -0.865875, -0.865875, 0.865875])
    #expect(GroupNormalised.advantages([1, 0, 0, 1], scales: false) == [0.5, -0.5, -0.5, 0.5])
    #expect(GroupNormalised.advantages([4, 4], scales: true) == [0, 0])
  }

  @Test func `the score comes with the last token, the divergence with each`() {
    let episode = Episode(old: [-1, -2, -3], reference: [-1.5, -1, -3], reward: 4)
    #expect(episode.logRatios == [0.5, -1, 0])
    #expect(episode.shapedRewards(kl: 0.1) == [-0.05, 0.1, 4])
    #expect(episode.shapedReturn(kl: 0.1) == 4.05)
    #expect(episode.shapedReturn(kl: 0) == 4)
  }
}
