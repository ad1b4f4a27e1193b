import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct OverOptimisationAlarmTests {
  /// Trainings of 30 looks at 32 prompts. A prompt's completion wins by the training's reward with a
  /// probability that rises along the training and differs between prompts, and by the held-out one with
  /// that less `gap(look)`; the two go together for half of the prompts.
  static func trainings(
    _ count: Int, seed: UInt64, gap: (Int) -> Double
  ) throws -> [Int?] {
    var generator = SeededGenerator(seed: seed)
    return try (0..<count).map { _ in
      var alarm = try #require(OverOptimisationAlarm())
      let ease = (0..<32).map { _ in 0.2 * (generator.uniform() - 0.5) }
      for look in 1...30 {
        let level = 0.55 + 0.3 * Double(look) / 30
        alarm.look(
          ease.enumerated().map { place, ease in
            let proxy = generator.uniform()
            let other = place % 2 == 0 ? proxy : generator.uniform()
            let wins = proxy < level + ease ? 1.0 : 0
            return wins - (other < level + ease - gap(look) ? 1 : 0)
          })
      }
      return alarm.raisedAt
    }
  }

  /// The worst there is without over-optimisation: the difference is at the margin at every look. 2,000
  /// trainings, of which 5 % are 100, with a standard error of 10.
  @Test func alarmsAreFalseAtMostAsOftenAsStated() throws {
    let raised = try Self.trainings(2000, seed: 1) { _ in 0.1 }.count { $0 != nil }
    #expect(raised > 0 && raised <= 100, "\(raised) of 2000")
    let apart = try Self.trainings(500, seed: 2) { _ in 0 }.count { $0 != nil }
    #expect(apart <= 2, "\(apart) of 500")
  }

  @Test func trainingsThatTurnAreCaughtSoon() throws {
    // From look 11 on the held-out win rate falls behind by 4 points a look.
    let found = try Self.trainings(300, seed: 3) { max(0, 0.04 * Double($0 - 10)) }
    #expect(found.allSatisfy { $0 != nil })
    let delays = found.compactMap { $0 }.map { Double($0 - 10) }
    #expect(delays.count { $0 <= 0 } <= 15)
    let median = try #require(Sample.median(delays))
    #expect(median > 2 && median < 12, "\(median)")
  }

  @Test func twoLooksByHand() throws {
    var alarm = try #require(OverOptimisationAlarm(rate: 0.05, margin: 0))
    #expect(alarm.logEvidence == 0)
    alarm.look([1, -1])
    // Half of the money is in play, and becomes (1 + f)(1 − f) of it for every gambler.
    let mean = OverOptimisationAlarm.parts.reduce(0) { $0 + (1 - $1 * $1) } / 6
    #expect(isClose(alarm.logEvidence, log(0.5 * mean + 0.5), within: 1e-12))
    // Wins alone: the boldest has 1.8ⁿ of 0.18 + 1/6, a sixth of which is above 20 from n = 10 on.
    alarm.look([Double](repeating: 1, count: 12))
    #expect(alarm.raisedAt == 2)
    alarm.look([Double](repeating: -1, count: 60))
    #expect(alarm.raisedAt == 2 && alarm.logEvidence < 1)
    let before = alarm
    alarm.look([2])
    #expect(alarm == before)
    #expect(OverOptimisationAlarm(rate: 0) == nil && OverOptimisationAlarm(margin: 1) == nil)
  }
}

@Suite struct TurningPointTests {
  @Test func theCurveIsFoundWhereThePointsLieOnIt() throws {
    // α = 2, β = 0.5: the gain turns at d = 2, KL = 4, with 2.
    let curve = try #require(
      GainCurve([1.0, 2, 4, 8].map { (kl: $0, gain: 2 * $0.squareRoot() - 0.5 * $0) }))
    #expect(isClose(curve.alpha, 2, within: 1e-9) && isClose(curve.beta, 0.5, within: 1e-9))
    #expect(isClose(curve.turn, 4, within: 1e-8))
    #expect(isClose(curve.gain(at: 4), 2, within: 1e-9))
    // √KL alone never turns, and what falls from the start has turned at once.
    #expect(
      try #require(GainCurve([1.0, 4, 9].map { (kl: $0, gain: $0.squareRoot() + 0.01 * $0) })).turn
        == .infinity)
    #expect(try #require(GainCurve([1.0, 4].map { (kl: $0, gain: -$0) })).turn < 1e-12)
    #expect(GainCurve([(kl: 1, gain: 1)]) == nil)
    #expect(GainCurve([(kl: 1, gain: 1), (kl: 1, gain: 2)]) == nil)
    #expect(GainCurve([(kl: .nan, gain: 1), (kl: 1, gain: 2)]) == nil)
  }

  /// Six checkpoints of three seeds on 64 prompts around a curve that turns at `turn`.
  static func checkpoints(
    turn: Double, seed: UInt64, noise: Double = 1
  ) -> [TurningPoint.Checkpoint] {
    var generator = SeededGenerator(seed: seed)
    let beta = 1 / (2 * turn.squareRoot())
    let prompts = (0..<64).map { _ in 0.3 * generator.normal() }
    return (0..<3).flatMap { seed -> [TurningPoint.Checkpoint] in
      let luck = 0.05 * generator.normal()
      return [0.5, 1, 2, 4, 8, 12].map { kl in
        let d = kl.squareRoot()
        return TurningPoint.Checkpoint(
          seed: seed, kl: prompts.map { _ in kl * (1 + 0.1 * generator.normal()) },
          gain: prompts.map {
            d * (1 + $0 * 0.2 + luck - beta * d) + noise * 0.5 * generator.normal()
          })
      }
    }
  }

  @Test func verdictsFollowTheInterval() throws {
    let inference = Inference(resamples: 400)
    let turned = try #require(inference.turningPoint(Self.checkpoints(turn: 3, seed: 1)))
    #expect(turned.verdict == .turns)
    #expect(turned.interval.contains(3) && turned.interval.high < 12)
    #expect(turned.interval.contains(turned.turn))
    let rising = try #require(inference.turningPoint(Self.checkpoints(turn: 400, seed: 2)))
    #expect(rising.verdict == .doesNotTurn && rising.interval.low == .infinity)
    let unclear = try #require(
      inference.turningPoint(Self.checkpoints(turn: 12, seed: 3, noise: 4)))
    #expect(unclear.verdict == .notResolved && unclear.interval.high == .infinity)
    #expect(inference.turningPoint([]) == nil)
    #expect(inference.turningPoint(Array(Self.checkpoints(turn: 3, seed: 1).prefix(2))) == nil)
  }

  /// 200 worlds: the interval for other prompts and seeds holds the KL at which the reward turns.
  @Test func theIntervalHoldsTheTurn() throws {
    let inference = Inference(resamples: 200)
    let held = try (0..<200).count { world in
      try #require(
        inference.turningPoint(Self.checkpoints(turn: 4, seed: 100 + UInt64(world)))
      ).interval.contains(4)
    }
    // 0.95 of 200, less three standard errors.
    #expect(held >= 181, "\(held) of 200")
  }
}
