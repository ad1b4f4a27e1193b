import Runs
import Statistics
import Testing

@testable import Judging

@Suite struct RepeatSummaryTests {
  /// Two repetitions in both orders, each order's answers for what it showed first.
  private func pair(_ id: String, _ asked: [Double?], _ swapped: [Double?]) -> JudgedPair {
    func repeated(_ shares: [Double?]) -> Judgment {
      let parts = shares.map { share in
        share.map { Judgment(verdict: Verdict(label: "", preference: $0)) }
          ?? Judgment(.empty, reason: "")
      }
      return .combined(.repetitions, parts, shares: shares, needed: 2)
    }
    let parts = [repeated(asked), repeated(swapped)]
    return JudgedPair(
      id: id, lengths: [1, 1],
      judgment: .combined(
        .orders, parts, shares: [parts[0].preference, parts[1].preference.map { 1 - $0 }],
        needed: 2))
  }

  @Test func `won every time and at least once are counted over comparisons`() throws {
    let pairs = [
      pair("1", [1, 1], [0, 0]),  // both times won
      pair("2", [1, 0], [0, 1]),  // once
      pair("3", [1, 0], [1, 1]),  // the orders contradict each other the first time: never
      pair("4", [0, 0], [1, 1]),  // never
      pair("5", [1, nil], [0, 0]),  // no verdict the second time: left out
    ]
    let summary = JudgingSummary(first: "a", second: "b", judge: "j", members: [], pairs)
    let repeats = try #require(summary.repeats)
    #expect(repeats.times == 2)
    #expect(repeats.always?.value == 0.25 && repeats.always?.count == 4)
    #expect(repeats.once?.value == 0.5)
  }

  /// Repetitions that contradict each other make a tie of their order, and are answers all the same.
  @Test func `the first place counts every answer, and the test every comparison`() throws {
    let order = try #require(
      OrderSummary(
        [
          pair("1", [1, 1], [1, 1]), pair("2", [1, 0], [1, 1]), pair("3", [1, 0], [1, 1]),
          pair("4", [1, 0], [0, 1]), pair("5", [1, 1], [1, 0]), pair("6", [1, nil], [1, 1]),
        ], Inference()))
    #expect(order.firstSlot?.count == 23)
    #expect(abs((order.firstSlot?.value ?? 0) - 18.0 / 23) < 0.02)
    // Five lean to the first place, none to the second.
    #expect(order.pValue == 0.0625)
    #expect(order.towardsFirst == 1)
  }

  @Test func `what was asked once has no repetitions`() {
    let one = JudgedPair(
      id: "1", lengths: [1, 1], judgment: Judgment(verdict: Verdict(label: "", preference: 1)))
    let summary = JudgingSummary(first: "a", second: "b", judge: "j", members: [], [one])
    #expect(summary.repeats == nil)
  }

  @Test func `a checklist is part of the question, and its absence changes no key`() throws {
    let judge = JudgeIdentity(name: "j", facts: ["a": "b"])
    let plain = JudgeQuestion(id: "1", prompt: "p", candidates: ["x", "y"])
    var other = plain
    other.checklist = "- short"
    #expect(try judge.key(of: plain) != judge.key(of: other))
    // SHA-256 of {"candidates":["x","y"],"judge":{"a":"b"},"prompt":"p","repetition":0}.
    let json = #"{"candidates":["x","y"],"judge":{"a":"b"},"prompt":"p","repetition":0}"#
    #expect(try judge.key(of: plain) == SHA256.hex(of: json))
  }
}
