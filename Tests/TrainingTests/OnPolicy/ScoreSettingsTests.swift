import TestSupport
import Testing

@testable import Training

@Suite struct ScoreSettingsTests {
  @Test func `a missing end takes the score's place or lowers it`() {
    let scale = RewardScale()
    let fixed = ScoreSettings(missingEnd: .score(-1))
    #expect(fixed.score(of: 4, isFinished: false, scale: scale) == -1)
    #expect(fixed.score(of: 4, isFinished: true, scale: scale) == 4)
    let lowered = ScoreSettings(missingEnd: .penalty(1.5))
    #expect(lowered.score(of: 4, isFinished: false, scale: scale) == 2.5)
    #expect(ScoreSettings().score(of: 4, isFinished: false, scale: scale) == 4)
  }

  @Test func `rewards are normalised, then clipped, then marked`() throws {
    // Mean 2, biased deviation 2.
    let rewards = [0.0, 0, 4, 4]
    let centred = try RewardScale(of: rewards, .centre)
    #expect(centred == RewardScale(shift: 2))
    let standardised = try RewardScale(of: rewards, .standardise)
    #expect(standardised == RewardScale(shift: 2, deviation: 2))
    #expect(try RewardScale(of: rewards, .off) == RewardScale())
    let settings = ScoreSettings(clip: 1.5, missingEnd: .penalty(1))
    #expect(settings.score(of: 4, isFinished: true, scale: standardised) == 1)
    #expect(settings.score(of: 8, isFinished: true, scale: standardised) == 1.5)
    #expect(settings.score(of: -8, isFinished: false, scale: standardised) == -2.5)
  }

  @Test func `equal rewards have no deviation to divide by`() {
    #expect(
      message { _ = try RewardScale(of: [3, 3, 3], .standardise) }
        == "normalise_reward: all 3 completions of the reference have the reward 3.0, which has no "
        + "deviation to divide by; use centre")
  }

  @Test func `β follows the divergence, a fifth at most for each horizon`() {
    var control = KLControl(KLControl.Settings(coefficient: 0.1, target: 6, horizon: 1000))
    // 12 / 6 − 1 = 1 is cut to 0.2: 0.1 · (1 + 0.2 · 0.1).
    control.follow(divergence: 12, episodes: 100)
    expectClose(control.coefficient, 0.102, within: 1e-12)
    // 5.4 / 6 − 1 = −0.1.
    control.follow(divergence: 5.4, episodes: 100)
    expectClose(control.coefficient, 0.102 * 0.99, within: 1e-12)
    control.follow(divergence: 6, episodes: 100)
    expectClose(control.coefficient, 0.102 * 0.99, within: 1e-12)
    var fixed = KLControl(KLControl.Settings(coefficient: 0.1))
    fixed.follow(divergence: 100, episodes: 100)
    #expect(fixed.coefficient == 0.1)
  }
}
