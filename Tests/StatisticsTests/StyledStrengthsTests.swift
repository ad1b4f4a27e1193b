import Foundation
import TestSupport
import Testing

@testable import Statistics

/// Bradley–Terry strengths at equal length and markup.
@Suite struct StyledStrengthsTests {
  /// Of the congruence x ← 1103515245·x + 12345 mod 2³¹ from 7, as x/2³¹.
  private struct Congruence {
    var state = 7
    mutating func draw() -> Double {
      state = (state * 1_103_515_245 + 12_345) % (1 << 31)
      return Double(state) / Double(1 << 31)
    }
  }

  /// Four systems, all pairs on 40 prompts: the first feature helps, the second harms.
  private var battles: [Battle] {
    var numbers = Congruence()
    let truth = [0.8, 0.3, -0.2, -0.9]
    var battles: [Battle] = []
    for prompt in 0..<40 {
      for one in 0..<4 {
        for other in one + 1..<4 {
          let style = (0..<4).map { _ in 2 * numbers.draw() - 1 }
          let logit = truth[one] - truth[other] + 1.2 * style[0] - 0.5 * style[1]
          var score = numbers.draw() < 1 / (1 + exp(-logit)) ? 1.0 : 0
          if numbers.draw() < 0.15 { score = 0.5 }
          battles.append(
            Battle(first: one, second: other, score: score, cluster: prompt, style: style))
        }
      }
    }
    return battles
  }

  /// Expected: scipy.optimize.minimize (BFGS) of Σ log(1 + e^z) − y·z on the same rows, the styles
  /// divided by their root mean squares, the last system's strength 0 and all then centred; Newton's method
  /// in numpy gives the same six digits.
  @Test func `strengths and coefficients are those of an independent fit`() throws {
    let fit = try #require(StyledStrengths(battles, players: 4))
    #expect(fit.prior == 0)
    for (found, expected) in zip(
      fit.strengths + fit.coefficients,
      [0.616374, 0.0786, -0.330849, -0.364125, 0.679168, -0.315099, -0.316854, 0.170509])
    {
      #expect(isClose(found, expected, within: 1e-6))
    }
  }

  @Test func `who is named first, and the order of rows, change nothing`() throws {
    let turned = battles.reversed().map {
      Battle(
        first: $0.second, second: $0.first, score: 1 - $0.score, cluster: $0.cluster,
        style: $0.style.map { -$0 })
    }
    let one = try #require(StrengthRanking.atEqualStyle(battles, players: 4, resamples: 50))
    let other = try #require(StrengthRanking.atEqualStyle(turned, players: 4, resamples: 50))
    for (first, second) in zip(one.ranking.strengths, other.ranking.strengths) {
      #expect(isClose(first.value, second.value, within: 1e-9))
      let (own, its) = (try #require(first.interval), try #require(second.interval))
      #expect(isClose(own.low, its.low, within: 1e-9) && isClose(own.high, its.high, within: 1e-9))
      #expect(own.low < first.value && first.value < own.high)
    }
    #expect(one.coefficients[0].interval.map { $0.low > 0 } == true)
  }

  @Test func `without style it is Bradley and Terry's, and what style tells alone has no fit`()
    throws
  {
    let none = battles.map { battle in
      var one = battle
      one.style = [0, 0, 0, 0]
      return one
    }
    #expect(StyledStrengths(none, players: 4) == nil)
    // Each verdict once with its style and once with the opposite one: style explains nothing.
    let both = battles.flatMap { battle in
      var opposite = battle
      opposite.style = battle.style.map { -$0 }
      return [battle, opposite]
    }
    let fit = try #require(BradleyTerry(battles, players: 4))
    let styled = try #require(StyledStrengths(both, players: 4))
    for (one, other) in zip(fit.strengths, styled.strengths) {
      #expect(isClose(one, other, within: 1e-9))
    }
    #expect(styled.coefficients.allSatisfy { abs($0) < 1e-9 })
    // Who is longer wins, always.
    let told = battles.map { battle in
      var one = battle
      one.score = battle.style[0] > 0 ? 1 : 0
      return one
    }
    #expect(StyledStrengths(told, players: 4) == nil)
    // One battle alone has a list, and was won with it: no coefficient is large enough.
    let single = battles.indices.map { place in
      var one = battles[place]
      one.style[2] = place == 5 ? 1 : 0
      if place == 5 { one.score = 1 }
      return one
    }
    #expect(StyledStrengths(single, players: 4) == nil)
    // Each system has a style of its own: it cannot be told from strength.
    let own = battles.map { battle in
      var one = battle
      one.style = [Double(battle.first - battle.second), 0, 0, 0]
      return one
    }
    #expect(StyledStrengths(own, players: 4) == nil)
  }
}
