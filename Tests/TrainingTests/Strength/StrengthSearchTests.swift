import Foundation
import Testing

@testable import Training

/// Searches over strengths whose KL is a known function.
@Suite struct StrengthSearchTests {
  private static func rule(
    target: Double = 5, start: Double = 0.1, falls: Bool = true, trials: Int = 6,
    range: ClosedRange<Double> = 1e-5...1e3
  ) -> StrengthSearch {
    StrengthSearch(
      target: target, tolerance: 0.1, start: start, falls: falls, range: range, trials: trials)
  }

  /// Every trial of a search.
  private static func trials(
    _ rule: StrengthSearch, kl: (Double) -> Double?
  ) -> [StrengthSearch.Trial] {
    var trials: [StrengthSearch.Trial] = []
    while let value = rule.next(after: trials) {
      trials.append(StrengthSearch.Trial(value, kl: kl(value)))
    }
    return trials
  }

  /// KL = c / β is a line of slope −1 on both logarithms, so that the second trial is the target
  /// where it lies within a factor of ten.
  @Test func aPowerLawIsFoundByTheSecondTraining() {
    let rule = Self.rule()
    let found = Self.trials(rule) { 1.5 / $0 }
    #expect(found.map(\.value) == [0.1, 0.3])
    #expect(rule.isReached(by: found))
  }

  /// A KL that saturates at 12 nats, as a trained policy's does, from starts that are wrong by up to a
  /// factor of 30 either way.
  @Test(arguments: [0.01, 0.03, 0.1, 0.3, 1, 3, 9])
  func aSaturatingKLIsFoundInSix(start: Double) {
    let rule = Self.rule(start: start)
    let found = Self.trials(rule) { 12 / (1 + pow($0 / 0.2, 1.3)) }
    #expect(rule.isReached(by: found), "\(found)")
    #expect(found.count <= 6)
  }

  /// The guess that KL falls is wrong: the third trial goes the other way.
  @Test func aWrongGuessIsCorrected() {
    let rule = Self.rule(start: 1e-4, falls: true)
    let found = Self.trials(rule) { 2e4 * $0 }
    #expect(rule.isReached(by: found), "\(found)")
    #expect(found[1].value < found[0].value)
    #expect(found[2].value > found[0].value)
  }

  /// KL rises to 6 nats at 0.01 and falls again: both crossings of 5 are answers, and one is found.
  @Test func aKLThatTurnsIsSearchedWhereItCrosses() {
    let rule = Self.rule(start: 1, falls: true)
    let found = Self.trials(rule) { 6 * exp(-pow(log($0 / 0.01), 2) / 8) }
    #expect(rule.isReached(by: found), "\(found)")
  }

  @Test func whatCannotBeReachedEndsWithTheNearest() {
    let rule = Self.rule(start: 0.1, trials: 6)
    let found = Self.trials(rule) { 2 / (1 + $0) }
    #expect(found.count == 6)
    #expect(!rule.isReached(by: found))
    #expect(rule.nearest(of: found)?.value == found.map(\.value).min())
    // Inside a range it ends at the range's end.
    let narrow = Self.rule(start: 0.1, range: 0.05...0.2)
    let inside = Self.trials(narrow) { 2 / (1 + $0) }
    #expect(inside.map(\.value).contains(0.05))
    #expect(inside.allSatisfy { (0.05...0.2).contains($0.value) })
  }

  /// A training that did not stay finite is too strong.
  @Test func aFailedTrainingIsTooStrong() {
    let rule = Self.rule(start: 0.1, falls: false)
    let found = Self.trials(rule) { $0 >= 0.1 ? nil : 1000 * $0 }
    #expect(found[0].kl == nil)
    #expect(found[1].value == 0.01)
    #expect(rule.isReached(by: found), "\(found)")
    let none = Self.trials(rule) { _ in nil }
    #expect(rule.nearest(of: none) == nil)
    #expect(none.count == 6)
  }

  @Test func turnsAreToldBeyondTheTolerance() {
    let rule = Self.rule()
    func turns(_ kls: [Double]) -> Bool {
      rule.turns(
        in: kls.enumerated().map { StrengthSearch.Trial(Double($0.offset + 1), kl: $0.element) })
    }
    #expect(turns([1, 3, 2]))
    #expect(turns([3, 1, 2]))
    #expect(!turns([1, 2, 3]))
    #expect(!turns([1, 2, 1.95]))
    #expect(!turns([1, 2]))
  }

  /// No value is trained twice, and each has three digits.
  @Test func valuesHaveThreeDigitsAndComeOnce() {
    let rule = Self.rule(start: 0.123, trials: 20)
    // Never near 5: a step from 1 to 40 at 0.2.
    let found = Self.trials(rule) { $0 < 0.2 ? 40 : 1 }
    #expect(Set(found.map(\.value)).count == found.count)
    #expect(found.dropFirst().allSatisfy { Double(StrengthSearch.text($0.value)) == $0.value })
  }
}
