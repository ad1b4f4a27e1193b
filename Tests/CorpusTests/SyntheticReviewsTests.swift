import Foundation
import Testing

@testable import Corpus

@Suite struct SyntheticReviewsTests {
  @Test func rewardEqualsTheLogOddsOfTheGeneratorsOwnChoices() {
    for index in 0..<2000 {
      let review = SyntheticReviews.review(index, seed: 3)
      #expect(abs(SyntheticReviews.reward(of: review.text) - review.logOdds) < 1e-12)
    }
  }

  /// P(w | +) / P(w | −) must be exp(s), which needs equal normalisers: Σ exp(s/2) = Σ exp(−s/2).
  @Test func strengthsAreSymmetricInEveryKind() {
    for kind in ReviewLexicon.Kind.allCases {
      let strengths = ReviewLexicon.words(kind).map(\.strength)
      #expect(strengths.sorted() == strengths.map { -$0 }.sorted())
    }
  }

  @Test func opinionWordsAppearNowhereElse() {
    let opinions = ReviewLexicon.Kind.allCases.flatMap(ReviewLexicon.words).map(\.text)
    #expect(Set(opinions).count == opinions.count)
    let neutral =
      ReviewLexicon.aspects + ReviewLexicon.genres + ReviewLexicon.people + ReviewLexicon.times
      + ReviewLexicon.places + ReviewLexicon.crafts
    let frame = "i saw this with my and watched a picked the was to me it is an found"
    let words = neutral.flatMap { $0.split(separator: " ") } + frame.split(separator: " ")
    for word in words {
      #expect(ReviewLexicon.strengths[String(word)] == nil)
      #expect(!ReviewLexicon.negators.contains(String(word)))
    }
  }

  /// With equal priors the share of positive reviews at log-odds r is 1 / (1 + exp(−r)).
  @Test func labelsAreCalibrated() {
    var sums: [Int: (count: Double, positive: Double, expected: Double)] = [:]
    for row in SyntheticReviews.generate(count: 20_000, seed: 11) {
      let reward = SyntheticReviews.reward(of: row.text)
      let bin = Int((reward / 2).rounded())
      var sum = sums[bin] ?? (0, 0, 0)
      sum.count += 1
      sum.positive += Double(row.label)
      sum.expected += 1 / (1 + exp(-reward))
      sums[bin] = sum
    }
    #expect(sums.count > 5)
    for (bin, sum) in sums where sum.count > 200 {
      let share = sum.expected / sum.count
      let deviation = max((share * (1 - share) * sum.count).squareRoot(), 1)
      #expect(abs(sum.positive - sum.expected) < 4 * deviation, "bin \(bin)")
    }
  }

  @Test(arguments: [
    ("", 0.0), ("the acting was superb.", 2), ("the acting was not superb.", -2),
    ("it was never very dull, really bad", 1 - 1.5), ("NOT GOOD", -1), ("not, good", 1),
    ("not the good", 1), ("unknown wörds \u{0} 😀 superb", 2), ("superbly", 0),
    ("not not good", -1),
  ])
  func anyTextHasAReward(text: String, reward: Double) {
    #expect(SyntheticReviews.reward(of: text) == reward)
  }

  @Test func seriesDependOnTheSeedAndBeginAlike() {
    let long = SyntheticReviews.generate(count: 50, seed: 1)
    #expect(SyntheticReviews.generate(count: 20, seed: 1) == Array(long.prefix(20)))
    #expect(SyntheticReviews.generate(count: 50, seed: 2).map(\.text) != long.map(\.text))
    #expect(Set(SyntheticReviews.generate(count: 3000, seed: 5).map(\.text)).count > 2990)
  }

  @Test func promptsHoldNoOpinion() {
    let prompts = SyntheticReviews.prompts(count: 500, seed: 1)
    #expect(prompts.allSatisfy { SyntheticReviews.reward(of: $0.dialogue.words) == 0 })
    #expect(Set(prompts.map(\.dialogue)).count > 300)
  }
}
