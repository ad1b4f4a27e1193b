import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct BettingTestTests {
  @Test func theFirstBetIsTheFormulas() throws {
    // s = 1: √(2 ln 40/(¼ · 1 · ln 2)) = 6.52, capped at ¾/½ = 1.5; log(1 + 1.5 · ½).
    var test = try #require(BettingTest())
    let wasTaken = test.add(1)
    #expect(wasTaken)
    #expect(isClose(test.logUpper, log(1.75), within: 1e-15))
    #expect(isClose(test.logLower, log(0.25), within: 1e-15))
    // Wins alone: 1.75^n/2 ≥ 20 at n = 7 (1.75⁶ = 28.7, 1.75⁷ = 50.3).
    while !test.isDecided { test.add(1) }
    #expect(test.count == 7)
    #expect(test.isAbove == true)
  }

  @Test func underTheNullItRarelyStopsHoweverOftenOneLooks() throws {
    // 400 runs of 805 looks at fair coins; at most 5 % may stop: 20, standard deviation 4.4.
    var generator = SeededGenerator(seed: 6)
    var stopped = 0
    for _ in 0..<400 {
      var test = try #require(BettingTest())
      for _ in 0..<805 where !test.isDecided { test.add(generator.uniform() < 0.5 ? 0 : 1) }
      if test.isDecided { stopped += 1 }
    }
    #expect(stopped <= 30, "\(stopped)")
  }

  @Test func aSixtyPercentWinRateStopsNearTheKnownMedian() throws {
    // evaluation.md 4.13: median ≈ 433, 98 % within 2000.
    var generator = SeededGenerator(seed: 6)
    var stops: [Double] = []
    for _ in 0..<300 {
      var test = try #require(BettingTest())
      while !test.isDecided, test.count < 2000 { test.add(generator.uniform() < 0.6 ? 1 : 0) }
      stops.append(Double(test.count))
    }
    #expect(isClose(Sample.median(stops), 433, within: 60))
    #expect(stops.count { $0 < 2000 } >= 285)
  }

  @Test func valuesOutsideTheRangeAreRefused() throws {
    var test = try #require(BettingTest())
    let above = test.add(1.1)
    let undefined = test.add(.nan)
    #expect(!above && !undefined)
    #expect(test.count == 0)
    #expect(BettingTest(mean: 0) == nil)
    #expect(BettingTest(significance: 1) == nil)
    #expect(test.isAbove == nil)
  }
}

@Suite struct ConfidenceSequenceTests {
  @Test func itInvertsTheTest() throws {
    var sequence = try #require(ConfidenceSequence(points: 200))
    var test = try #require(BettingTest(mean: 0.5025))
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<600 {
      let value = generator.uniform() < 0.65 ? 1.0 : 0
      sequence.add(value)
      test.add(value)
      let interval = try #require(sequence.interval)
      #expect(interval.contains(0.5025) == !(test.isDecided || interval.low > 0.5025))
    }
    let interval = try #require(sequence.interval)
    #expect(interval.contains(0.65))
    #expect(interval.low > 0.5 && interval.high < 0.8)
    #expect(sequence.count == 600)
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
    let below = sequence.add(-0.1)
    #expect(!below)
  }
}

@Suite struct SequentialRatioTests {
  @Test func boundsAndStepsAreWalds() throws {
    // log(.6/.5) = .18232 a win, log(.4/.5) = −.22314 a loss; bounds log 16 = 2.7726 and
    // log(.2/.95) = −1.5581.
    var test = try #require(SequentialRatio(null: 0.5, alternative: 0.6))
    for _ in 0..<15 { test.add(1) }
    #expect(test.count == 15)
    #expect(isClose(test.logRatio, 15 * log(1.2), within: 1e-12))
    #expect(test.decision == nil)
    test.add(1)
    #expect(test.decision == .alternative)
    let afterwards = test.add(1)
    #expect(!afterwards)
    var other = try #require(SequentialRatio(null: 0.5, alternative: 0.6))
    for _ in 0..<7 { other.add(0) }
    #expect(other.decision == .null)
    #expect(other.count == 7)
  }

  @Test func impossibleHypothesesGiveNil() {
    #expect(SequentialRatio(null: 0.5, alternative: 0.5) == nil)
    #expect(SequentialRatio(null: 0, alternative: 0.5) == nil)
    #expect(SequentialRatio(null: 0.5, alternative: 0.6, falsePositives: 0.5) == nil)
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
    #expect(biased.swapIsBetter)
    #expect(biased.errorWithSwap(calls: 8) == 0)
    #expect(isClose(biased.errorWithoutSwap(calls: 8), (0.25 / 8).squareRoot(), within: 1e-15))
    // A judge without order effect: more prompts are better.
    let fair = try #require(SwapDesign([(1, 1), (0, 0), (1, 1), (0, 0)]))
    #expect(!fair.swapIsBetter)
    // Variance 1/3 over 4 prompts against 1/3 over 8.
    #expect(isClose(fair.errorWithSwap(calls: 8), (1 / 12.0).squareRoot(), within: 1e-15))
    #expect(isClose(fair.errorWithoutSwap(calls: 8), (1 / 24.0).squareRoot(), within: 1e-15))
    #expect(SwapDesign([(1, 0)]) == nil)
    #expect(fair.errorWithSwap(calls: 1) == nil)
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
