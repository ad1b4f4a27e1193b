import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct ConfidenceSequenceTests {
  @Test func wealthIsTheFormulas() throws {
    // Four points: m = 1/8, 3/8, 5/8, 7/8. After wins alone K⁺ = mean over f of (1 + f(1 − m)/m)ⁿ
    // over 2, K⁻ of (1 − f)ⁿ; m is rejected once their sum over 2 reaches 20.
    var sequence = try #require(ConfidenceSequence(points: 4))
    func mixture(_ mean: Double, _ wins: Int) -> Double {
      let parts = ConfidenceSequence.parts
      let up = parts.map { pow(1 + $0 * (1 - mean) / mean, Double(wins)) }.reduce(0, +)
      let down = parts.map { pow(1 - $0, Double(wins)) }.reduce(0, +)
      return (up + down) / Double(2 * parts.count)
    }
    for wins in 1...40 {
      sequence.add(1)
      let first = [0.125, 0.375, 0.625, 0.875].firstIndex { mixture($0, wins) < 20 } ?? 4
      let interval = try #require(sequence.interval)
      #expect(interval.low == Double(first) / 4 && interval.high == 1)
    }
    #expect(sequence.count == 40)
  }

  @Test func itCoversAtEveryMoment() throws {
    // 200 runs of 300 values of mean .3; at most 5 % may ever lose it: 10, standard deviation 3.1.
    var generator = SeededGenerator(seed: 12)
    var lost = 0
    for _ in 0..<200 {
      var sequence = try #require(ConfidenceSequence(points: 100))
      var isLost = false
      for _ in 0..<300 {
        sequence.add(generator.uniform() < 0.3 ? 1 : 0)
        if sequence.interval?.contains(0.3) != true { isLost = true }
      }
      if isLost { lost += 1 }
    }
    #expect(lost <= 17, "\(lost)")
  }

  @Test func edgesAreDefined() throws {
    #expect(ConfidenceSequence(confidence: 1) == nil)
    #expect(ConfidenceSequence(points: 1) == nil)
    var sequence = try #require(ConfidenceSequence(points: 10))
    #expect(sequence.interval == Interval(0, 1))
    let taken = [-0.1, 1.1, .nan].map { sequence.add($0) }
    #expect(taken == [false, false, false] && sequence.count == 0)
  }
}

@Suite struct StoppingRuleTests {
  @Test func underTheNullItRarelyStopsHoweverOftenOneLooks() throws {
    // 400 runs of 805 looks at fair verdicts, ties among them; at most 5 % may stop: 20, standard
    // deviation 4.4. Looking with a fixed-size interval stops in nearly half of them.
    var generator = SeededGenerator(seed: 6)
    var stopped = 0
    for _ in 0..<400 {
      var rule = try #require(StoppingRule())
      for _ in 0..<805 where rule.decision == nil {
        let draw = generator.uniform()
        rule.add(draw < 0.4 ? 0 : draw < 0.6 ? 0.5 : 1)
      }
      if rule.decision != nil { stopped += 1 }
    }
    #expect(stopped <= 30, "\(stopped)")
  }

  @Test func aTrueSixtyPercentSavesHalfOfTheCalls() throws {
    var generator = SeededGenerator(seed: 6)
    var looks: [Double] = []
    for _ in 0..<200 {
      var rule = try #require(StoppingRule())
      while rule.decision == nil, rule.count < 805 { rule.add(generator.uniform() < 0.6 ? 1 : 0) }
      looks.append(Double(rule.count))
      #expect(rule.decision != .below)
    }
    let mean = try #require(Sample.mean(looks))
    #expect(mean < 805 / 2, "\(mean)")
  }

  @Test func equalSidesAreFoundWithinTheMargin() throws {
    var generator = SeededGenerator(seed: 9)
    var rule = try #require(StoppingRule(margin: 0.1))
    while rule.decision == nil, rule.count < 4000 { rule.add(generator.uniform() < 0.5 ? 1 : 0) }
    #expect(rule.decision == .equivalent)
    let count = rule.count
    rule.add(1)
    #expect(rule.count == count)
    #expect(StoppingRule(margin: 0.5) == nil && StoppingRule(margin: 0) == nil)
  }

  @Test func shareOfLooksHoldsWheneverOneStops() throws {
    // Six wins: an exact interval of fixed size excludes one half, this one does not yet.
    let rows = [[Double]](repeating: [1], count: 6)
    let fixed = try #require(Inference().share(rows)?.interval)
    let looked = try #require(Inference().share(lookedAt: rows))
    #expect(fixed.low > 0.5)
    #expect(try #require(looked.interval).low < 0.5)
    #expect(looked.value == 1 && looked.basis?.method == .betting && looked.clusters == 6)
  }
}

@Suite struct DesignTests {
  @Test func pairingNarrowsTheDifference() {
    // sd .4 and .3, ρ = .5: √(.16 + .09 − .12).
    #expect(
      isClose(
        PairedDesign.standardDeviation(0.4, 0.3, correlation: 0.5), 0.13.squareRoot(),
        within: 1e-15))
    #expect(PairedDesign.standardDeviation(0.4, 0.4, correlation: 1) == 0)
    #expect(PairedDesign.standardDeviation(-1, 0.3, correlation: 0) == nil)
    #expect(PairedDesign.standardDeviation(1, 1, correlation: 2) == nil)
    #expect(isClose(PairedDesign.correlation([1, 2, 3], [2, 4, 6]), 1, within: 1e-15))
    #expect(isClose(PairedDesign.correlation([1, 2, 3], [1, 0, 1]), 0, within: 1e-15))
    #expect(PairedDesign.correlation([1, 2], [1, 1]) == nil)
  }

  @Test func swappingWinsExactlyWhereTheOrderMattersMore() throws {
    // Means .5 and .5 (no spread), halves of the differences ±.5: the order is everything.
    let biased = try #require(SwapDesign([(1, 0), (1, 0), (0, 1), (1, 0)]))
    #expect(biased.betweenPrompts == 0 && biased.withinPrompts == 0.25)
    #expect(biased.errorWithoutSwap == nil)
    // A judge without order effect: more prompts are better.
    let fair = try #require(SwapDesign([(1, 1), (0, 0), (1, 1), (0, 0)]))
    #expect(fair.withinPrompts < fair.betweenPrompts)
    // Variance 1/3 over 4 prompts against 1/3 over 8.
    #expect(isClose(fair.errorWithoutSwap, 0.5.squareRoot(), within: 1e-15))
    #expect(SwapDesign([(1, 0)]) == nil)
  }
}

@Suite struct MersenneTwisterTests {
  @Test func theReferenceSeedGivesTheReferenceNumbers() {
    // The authors' own test: seed array 0x123, 0x234, 0x345, 0x456.
    var generator = MersenneTwister(words: [0x123, 0x234, 0x345, 0x456])
    let first = (0..<5).map { _ in generator.next() }
    #expect(first == [1_067_595_299, 955_945_823, 477_289_528, 4_107_218_783, 4_228_976_476])
    // The thousandth number, past the first refill.
    for _ in 5..<999 { _ = generator.next() }
    #expect(generator.next() == 3_460_025_646)
  }

  @Test func bytesAreReadAsOneWholeNumber() {
    var bytes = MersenneTwister(bigEndian: [0x00, 0x01, 0x02, 0x03, 0x04, 0x05])
    var words = MersenneTwister(words: [0x0203_0405, 0x01])
    #expect(bytes.next() == words.next())
    var none = MersenneTwister(bigEndian: [UInt8]())
    var zero = MersenneTwister(words: [0])
    #expect(none.next() == zero.next())
  }
}
