import Foundation
import Policy
import Testing

@testable import Training

/// Oracles that are wrong now and then, and oracles that do not agree.
@Suite struct NoisyOracleTests {
  /// 4,000 pairs of different lengths.
  private static let questions = (0..<4000).map { index in
    PreferenceQuestion(
      prompt: "prompt \(index): ", first: String(repeating: "a", count: 1 + index % 7),
      second: String(repeating: "b", count: 9 + index % 5))
  }
  private static var longer: RewardOracle {
    RewardOracle(LengthReward(isLongerBetter: true), temperature: 0)
  }
  private static var shorter: RewardOracle {
    RewardOracle(LengthReward(isLongerBetter: false), temperature: 0)
  }

  private static func turned(_ question: PreferenceQuestion) -> PreferenceQuestion {
    PreferenceQuestion(
      prompt: question.prompt, first: question.second, second: question.first)
  }

  /// 10 % of 4,000 with a standard deviation of 19.
  @Test func aShareOfTheAnswersIsTurnedRound() throws {
    let oracle = FlippedOracle(Self.longer, share: 0.1, seed: 3)
    let answers = try oracle.preferences(Self.questions)
    // The second is always longer.
    let flipped = answers.count { $0 == 1 }
    #expect(abs(flipped - 400) < 4 * 19, "\(flipped)")
    #expect(answers.allSatisfy { $0 == 0 || $0 == 1 })
    // The notes tell which.
    let noted = Self.questions.map { oracle.note(on: $0) == "flipped" }
    #expect(noted == answers.map { $0 == 1 })
    // Another seed turns others round.
    let other = try FlippedOracle(Self.longer, share: 0.1, seed: 4).preferences(Self.questions)
    #expect(other != answers)
    #expect(
      try FlippedOracle(Self.longer, share: 0, seed: 3).preferences(Self.questions).allSatisfy {
        $0 == 0
      })
  }

  @Test func bothOrdersAreOneQuestion() throws {
    let mixed = MixedOracle(
      [
        .init(name: "long", weight: 1, oracle: FlippedOracle(Self.longer, share: 0.2, seed: 1)),
        .init(name: "short", weight: 1, oracle: Self.shorter),
      ], seed: 7)
    let ahead = try mixed.preferences(Self.questions).map { try #require($0) }
    let back = try mixed.preferences(Self.questions.map(Self.turned)).map { try #require($0) }
    #expect(zip(ahead, back).allSatisfy { $0 + $1 == 1 })
    #expect(Self.questions.map(mixed.note) == Self.questions.map(Self.turned).map(mixed.note))
  }

  /// Weights 3 and 1: three quarters of 4,000 with a standard deviation of 27.
  @Test func everyQuestionGoesToOneMemberByItsWeight() throws {
    final class Counting: PreferenceOracle {
      let name = "counting"
      let answer: Double
      var asked = 0
      init(_ answer: Double) { self.answer = answer }
      func preferences(_ questions: [PreferenceQuestion]) -> [Double?] {
        asked += questions.count
        return questions.map { _ in answer }
      }
    }
    let (often, seldom) = (Counting(0.9), Counting(0.2))
    let mixed = MixedOracle(
      [
        .init(name: "often", weight: 3, oracle: often),
        .init(name: "seldom", weight: 1, oracle: seldom),
      ], seed: 0)
    let answers = try mixed.preferences(Self.questions)
    #expect(often.asked + seldom.asked == 4000)
    #expect(abs(often.asked - 3000) < 4 * 28, "\(often.asked)")
    #expect(
      zip(Self.questions, answers).allSatisfy {
        mixed.note(on: $0) == ($1 == 0.9 ? "often" : "seldom")
      })
  }

  @Test func whatHasNoAnswerHasNoneFlipped() throws {
    struct Silent: PreferenceOracle {
      let name = "silent"
      func preferences(_ questions: [PreferenceQuestion]) -> [Double?] {
        questions.map { _ in nil }
      }
      func mainReason() -> String? { "nobody is there" }
    }
    let oracle = FlippedOracle(
      MixedOracle([.init(name: "a", weight: 1, oracle: Silent())], seed: 0), share: 0.4, seed: 0)
    #expect(try oracle.preferences(Self.questions).allSatisfy { $0 == nil })
    #expect(try oracle.mainReason() == "nobody is there")
  }

  /// A half-wrong oracle's mean answer: (1 − ε) P + ε (1 − P).
  @Test func theMeanAnswerIsTheMixtureOfPAndItsOpposite() throws {
    let base = RewardOracle(LengthReward(isLongerBetter: true), temperature: 5)
    let sure = try base.preferences(Self.questions).compactMap(\.self)
    let noisy = try FlippedOracle(base, share: 0.3, seed: 5).preferences(Self.questions)
      .compactMap(\.self)
    let expected = sure.map { 0.7 * $0 + 0.3 * (1 - $0) }.reduce(0, +) / 4000
    #expect(abs(noisy.reduce(0, +) / 4000 - expected) < 0.02)
  }
}
