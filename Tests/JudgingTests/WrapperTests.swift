import Foundation
import Runs
import Testing

@testable import Judging

@Suite struct WrapperTests {
  private let question = JudgeQuestion(
    id: "1", prompt: "Why?", candidates: ["long answer", "short"], reference: "a long one")

  /// A judge that reads its answers from a list, by repetition and order.
  private func scripted(_ answer: @escaping @Sendable (JudgeQuestion) -> Judgment) -> ScriptedJudge
  {
    ScriptedJudge(name: "scripted", answer)
  }

  @Test func `a judge that always says A is half right in both orders`() async throws {
    let judgment = try await BothOrders(ScriptedJudge.first).judge(question)
    #expect(judgment.verdict == Verdict(label: "tie", preference: 0.5))
    #expect(judgment.combination == .orders)
    #expect(judgment.parts?.map(\.preference) == [1, 1])
  }

  @Test func `a consistent judge is not changed by the orders`() async throws {
    let longer = BothOrders(LengthJudge())
    #expect(try await longer.judge(question).preference == 1)
    #expect(try await longer.judge(question.swapped).preference == 0)
    let same = JudgeQuestion(id: "2", prompt: "", candidates: ["abc", "xyz"])
    #expect(try await longer.judge(same).preference == 0.5)
    #expect(try await BothOrders(LengthJudge(prefersLonger: false)).judge(question).preference == 0)
  }

  @Test func `an order without a verdict leaves none, and is no tie`() async throws {
    let judge = scripted { question in
      question.candidates[0] == "short"
        ? Judgment(.truncated, reason: "cut")
        : Judgment(verdict: Verdict(label: "A", preference: 1))
    }
    let judgment = try await BothOrders(judge).judge(question)
    #expect(judgment.state == .truncated && judgment.preference == nil && judgment.reason == "cut")
    #expect(judgment.leaves.count == 2)
  }

  @Test func `repetitions are told apart, averaged, and need a majority`() async throws {
    let judge = scripted { question in
      switch question.repetition {
      case 0, 3: Judgment(verdict: Verdict(label: "A", preference: 1))
      case 1: Judgment(verdict: Verdict(label: "B", preference: 0))
      default: Judgment(.unparsable, reason: "?")
      }
    }
    // 1, 0 and none: two of three are enough, and their mean is a half.
    #expect(try await Repeated(judge, times: 3).judge(question).preference == 0.5)
    // 1, 0, none, 1: three of four.
    let four = try await Repeated(judge, times: 4).judge(question)
    #expect(four.preference == 2.0 / 3 && four.verdict?.label == "A")
    // 1, 0, none, 1, none, none: three of six are no majority.
    #expect(try await Repeated(judge, times: 6).judge(question).state == .unparsable)
  }

  @Test func `a jury counts votes and keeps every member's answer`() async throws {
    let sure = scripted { _ in Judgment(verdict: Verdict(label: "A", preference: 0.99)) }
    let unsure = scripted { _ in Judgment(verdict: Verdict(label: "B", preference: 0.4)) }
    let silent = scripted { _ in Judgment(.failed, reason: "gone") }
    // Two narrow votes for B against one sure vote for A: B, as the counts of wins have it.
    let jury = try await Jury([sure, unsure, unsure]).judge(question)
    #expect(jury.preference == 0)
    #expect(jury.parts?.compactMap(\.preference) == [0.99, 0.4, 0.4])
    #expect(try await Jury([sure, unsure, silent]).judge(question).preference == 0.5)
    let lost = try await Jury([sure, silent, silent]).judge(question)
    #expect(lost.state == .failed && lost.reason == "gone")
  }

  @Test func `orders that contradict each other are a tie, however sure either is`() async throws {
    // Sees A first and is sure of it, sees B first and leans to B: 0.9 and 1 − 0.8.
    let slot = scripted { question in
      let isAsked = question.candidates == self.question.candidates
      return Judgment(verdict: Verdict(label: "A", preference: isAsked ? 0.9 : 0.8))
    }
    #expect(try await BothOrders(slot).judge(question).preference == 0.5)
    // Both orders lean to the first candidate: the mean of 0.9 and 1 − 0.4.
    let steady = scripted { question in
      let isAsked = question.candidates == self.question.candidates
      return Judgment(verdict: Verdict(label: "A", preference: isAsked ? 0.9 : 0.4))
    }
    let mean = try #require(try await BothOrders(steady).judge(question).preference)
    #expect(abs(mean - 0.75) < 1e-12)
  }

  @Test func `ratings of single candidates choose between two`() async throws {
    let rater = scripted { question in
      Judgment(
        verdict: Verdict(label: "n", score: Double(question.candidates[0].count)))
    }
    #expect(try await ByRating(rater).judge(question).preference == 1)
    #expect(try await BothOrders(ByRating(rater)).judge(question.swapped).preference == 0)
    let blind = scripted { _ in Judgment(.refused, reason: "no") }
    #expect(try await ByRating(blind).judge(question).state == .refused)
  }

  /// Words of the candidate: long, answer; of the reference: a, long, one. One is common:
  /// P = 1/2, R = 1/3, F₁ = 2 · (1/6) / (5/6) = 0.4.
  @Test func `ROUGE-L is the F-measure of the longest common subsequence`() async throws {
    #expect(abs(RougeJudge.score("long answer", against: "a long one") - 0.4) < 1e-12)
    // "police kill the gunman" and "the gunman police killed" share 2 of 4 words in order against
    // "police killed the gunman" (Lin 2004, section 3.1): F₁ 3/4 and 1/2.
    let reference = "police killed the gunman"
    #expect(RougeJudge.score("police kill the gunman", against: reference) == 0.75)
    #expect(RougeJudge.score("the gunman police killed", against: reference) == 0.5)
    #expect(RougeJudge.score("", against: reference) == 0)
    #expect(RougeJudge.score("Police, KILLED — the gunman!", against: reference) == 1)
    #expect(try await RougeJudge().judge(question).preference == 1)
    var bare = question
    bare.reference = nil
    #expect(
      try await RougeJudge().judge(bare)
        == Judgment(
          .failed,
          reason:
            "no reference to compare with: rouge-l needs one, and this prompt has none"))
  }

  @Test func `usage and cost of parts add up`() async throws {
    let paid = scripted { _ in
      var judgment = Judgment(verdict: Verdict(label: "A", preference: 1))
      judgment.usage = TokenUsage(input: 10, output: 3, reasoning: 2)
      judgment.cost = 0.25
      return judgment
    }
    let judgment = try await BothOrders(Repeated(paid, times: 2)).judge(question)
    #expect(judgment.usage == TokenUsage(input: 40, output: 12, reasoning: 8))
    #expect(judgment.cost == 1)
    #expect(judgment.leaves.count == 4)
  }
}
