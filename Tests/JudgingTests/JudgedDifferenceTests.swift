import Foundation
import Runs
import Testing

@testable import Judging

/// Judged systems that share an opponent, held against each other.
@Suite struct JudgedDifferenceTests {
  private func pairs(_ shares: [Double?]) -> [JudgedPair] {
    shares.enumerated().map { number, share in
      JudgedPair(
        id: "\(number)", lengths: [1, 1],
        judgment: share.map { Judgment(verdict: Verdict(label: "", preference: $0)) }
          ?? Judgment(.unparsable, reason: "?"))
    }
  }

  private func canary(_ share: Double) -> JudgedPair {
    JudgedPair(
      id: "0", canary: .empty, lengths: [0, 1],
      judgment: Judgment(verdict: Verdict(label: "", preference: share)))
  }

  @Test func `only verdicts about the same prompts against the same opponent are compared`() throws
  {
    let found = JudgedDifference.all(of: [
      JudgedSystem(name: "exo", opponent: "sft", pairs: pairs([1, 1, 0.5, nil])),
      JudgedSystem(name: "exo", opponent: "chosen", pairs: pairs([1, 1, 1, 1])),
      JudgedSystem(name: "dpo", opponent: "sft", pairs: [canary(1)] + pairs([0, 0.5, 0.5, 1])),
    ])
    // Of three common prompts: (1 + ½ + 0)/3. The one without a verdict and the canary do not count.
    #expect(found.count == 1)
    let one = try #require(found.first)
    #expect([one.first, one.second, one.opponent] == ["exo", "dpo", "sft"])
    #expect(one.difference.value == 0.5 && one.difference.prompts == 3)
    // Two differ: 2/2² of all patterns of signs.
    #expect(one.pValue == 0.5 && one.correctedPValue == 0.5)
    #expect(one.verdict.hasPrefix("not resolved; "))
    var unknown = one
    unknown.promptsNeeded = nil
    #expect(unknown.verdict == "not resolved" && unknown.unresolved == "not resolved")
    unknown.difference.low = 0.1
    #expect(unknown.unresolved == nil && unknown.verdict == "exo is preferred")
    let text = try JSONEncoder().encode(one)
    #expect(try JSONDecoder().decode(JudgedDifference.self, from: text) == one)
  }

  @Test func `policies of one name are its seeds`() throws {
    let found = JudgedDifference.all(of: [
      JudgedSystem(name: "exo", opponent: "sft", pairs: pairs([1, 1, 0, 1, 1])),
      JudgedSystem(name: "exo", opponent: "sft", pairs: pairs([1, 0, 1, 1, 1])),
      JudgedSystem(name: "dpo", opponent: "sft", pairs: pairs([0, 0, 0, 1, 0])),
    ])
    // (0.8 + 0.8)/2 − 0.2.
    #expect(found.count == 1)
    #expect(abs(try #require(found.first).difference.value - 0.6) < 1e-12)
    #expect(try #require(found.first).promptsNeeded == nil)
    #expect(JudgedDifference.all(of: []).isEmpty)
  }
}
