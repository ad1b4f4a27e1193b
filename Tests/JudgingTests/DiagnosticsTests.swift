import Foundation
import Runs
import Testing

@testable import Judging

@Suite struct DiagnosticsTests {
  /// A comparison judged in both orders, with what each order's answer prefers of what it was shown.
  private func pair(
    _ id: String, _ asked: Double?, _ swapped: Double?, lengths: [Int] = [10, 5],
    canary: CanaryKind? = nil
  ) -> JudgedPair {
    func judgment(_ share: Double?) -> Judgment {
      share.map { Judgment(verdict: Verdict(label: "x", preference: $0)) }
        ?? Judgment(.unparsable, reason: "?")
    }
    let parts = [judgment(asked), judgment(swapped)]
    return JudgedPair(
      id: id, canary: canary, lengths: lengths,
      judgment: .combined(
        .orders, parts, shares: [asked, swapped.map { 1 - $0 }], needed: 2))
  }

  private func summary(_ pairs: [JudgedPair]) -> JudgingSummary {
    JudgingSummary(first: "a", second: "b", judge: "j", members: [], pairs)
  }

  /// Shares 1, 0.5 (flip), 0, 0.75, none: sum 2.25 of 4, of 5 with the missing one.
  @Test func `wins, ties and losses add up, and missing ones move the bounds`() throws {
    let result = try #require(
      summary([
        pair("1", 1, 0), pair("2", 1, 1), pair("3", 0, 1), pair("4", 1, 0.5), pair("5", 1, nil),
      ]).result)
    #expect(result.wins == 2 && result.ties == 1 && result.losses == 1)
    #expect(result.missing == ["unparsable": 1])
    #expect(result.winRate?.value == 2.25 / 4 && result.winRate?.count == 4)
    #expect(result.worstCase == 2.25 / 5 && result.bestCase == 3.25 / 5)
  }

  /// 57 of 100 has Clopper and Pearson's interval [.467134, .668609].
  @Test func `the interval of a win rate is the share's, over prompts`() throws {
    let pairs = (0..<100).map { pair("\($0)", $0 < 57 ? 1 : 0, $0 < 57 ? 0 : 1) }
    let rate = try #require(summary(pairs).result?.winRate)
    #expect(abs((rate.low ?? 0) - 0.467134) < 1e-6)
    #expect(abs((rate.high ?? 0) - 0.668609) < 1e-6)
    let repeated = summary(
      (0..<100).map { pair("\($0 % 10)", $0 % 10 < 6 ? 1 : 0, $0 % 10 < 6 ? 0 : 1) })
    #expect(repeated.prompts == 10 && repeated.result?.winRate?.prompts == 10)
    let wide = try #require(repeated.result?.winRate)
    // Ten prompts know less than a hundred rows: s.e. √(.6 · .4 / 10) ≈ 0.155.
    #expect((wide.high ?? 0) - (wide.low ?? 0) > 0.4)
  }

  /// Of six: two flips towards the first place, one towards the second, one tie in one order.
  @Test func `flips, places and the exact test are counted from both orders`() throws {
    let order = try #require(
      summary([
        pair("1", 1, 1), pair("2", 1, 1), pair("3", 0, 0), pair("4", 1, 0), pair("5", 0, 1),
        pair("6", 0.5, 0), pair("7", 1, nil),
      ]).order)
    #expect(order.table == [[1, 0, 2], [1, 0, 0], [1, 0, 1]])
    #expect(order.towardsFirst == 2 && order.towardsSecond == 1)
    #expect(order.flipRate?.value == 0.5 && order.flipRate?.count == 6)
    // First place, prompt by prompt: 1, 1, 0, ½, ½, 0 and 1, of 12 answers that prefer one.
    #expect(abs((order.firstSlot?.value ?? 0) - 4.0 / 7) < 1e-12 && order.firstSlot?.count == 12)
    // Two-sided binomial of 2 against 1: 1.
    #expect(order.pValue == 1)
    let always = try #require(summary((0..<20).map { pair("\($0)", 1, 1) }).order)
    #expect(always.flipRate?.value == 1 && always.firstSlot?.value == 1)
    #expect(abs(always.pValue - 2 / 1_048_576) < 1e-12)
    #expect(
      summary([
        JudgedPair(
          id: "1", lengths: [1, 1], judgment: Judgment(verdict: Verdict(label: "A", preference: 1)))
      ]).order == nil)
  }

  /// Differences −5 … 4; the judge prefers the longer one but for the first.
  @Test func `length is counted, and its quintiles are equal parts`() {
    let pairs = (0..<10).map { index in
      let difference = index - 5
      let share: Double = index == 0 ? 1 : difference > 0 ? 1 : difference < 0 ? 0 : 0.5
      return pair("\(index)", share, 1 - share, lengths: [10 + difference, 10])
    }
    let length = summary(pairs).length
    #expect(length.means == [9.5, 10])
    #expect(length.longerWins?.value == 8.0 / 9 && length.longerWins?.count == 9)
    #expect(length.quintiles.map(\.low) == [-5, -3, -1, 1, 3])
    #expect(length.quintiles.map(\.winRate?.value) == [0.5, 0, 0.25, 1, 1])
    #expect(summary([]).length.quintiles.isEmpty)
  }

  @Test func `equal lengths are never divided among quintiles`() {
    let alike = (0..<10).map { pair("\($0)", $0 < 5 ? 1 : 0, $0 < 5 ? 0 : 1, lengths: [3, 3]) }
    let length = summary(alike).length
    #expect(length.quintiles.map(\.winRate?.value) == [0.5])
    // Four differences of -1 and six of 1: two parts, whatever wins.
    let two = (0..<10).map { index in
      pair(
        "\(index)", index % 2 == 0 ? 1 : 0, index % 2 == 0 ? 0 : 1, lengths: [index < 4 ? 2 : 4, 3])
    }
    #expect(summary(two).length.quintiles.map(\.low) == [-1, 1])
    #expect(summary(two).length.quintiles.map(\.winRate?.value) == [0.5, 0.5])
  }

  @Test func `a canary that wins more than one in ten is an alarm, and one that ties is none`() {
    func canaries(_ wins: Int, _ ties: Int, _ kind: CanaryKind) -> [JudgedPair] {
      (0..<16).map { index in
        let share: Double = index < wins ? 1 : index < wins + ties ? 0.5 : 0
        return pair("\(index)", share, 1 - share, canary: kind)
      }
    }
    #expect(summary(canaries(1, 0, .empty)).alarms == [])
    #expect(summary(canaries(2, 0, .empty)).alarms == [.empty])
    #expect(summary(canaries(0, 16, .constant)).alarms == [])
    // The baseline against itself may win as often as it likes.
    let all = summary(canaries(14, 0, .injection) + canaries(16, 0, .baseline))
    #expect(all.alarms == [.injection])
    #expect(all.canaries.map(\.kind) == [.injection, .baseline])
    #expect(all.prompts == 0 && all.result == nil)
  }

  @Test func `nothing of a fooled judge lets its win rate be read off`() throws {
    let pairs = (0..<4).map { pair("\($0)", 1, 0) }
    let canaries = (0..<4).map { index in
      pair("\(index)", index < 1 ? 1 : 0.5, index < 1 ? 0 : 0.5, canary: .empty)
    }
    let honest = summary(pairs)
    #expect(honest.order?.table == [[4, 0, 0], [0, 0, 0], [0, 0, 0]])
    #expect(honest.length.longerWins?.value == 1)
    let fooled = summary(pairs + canaries)
    #expect(fooled.alarms == [.empty] && fooled.result == nil)
    #expect(fooled.order?.table == nil && fooled.order?.flipRate?.value == 0)
    #expect(fooled.length == LengthSummary(means: [10, 5], longerWins: nil, quintiles: []))
    // What is counted is what is shown: ties are no wins.
    let canary = try #require(fooled.canaries.first)
    #expect(canary.wins == 1 && canary.judged == 4 && canary.preferred == "1 of 4")
    // A record of an older version holds all of it.
    var old = fooled
    old.length.longerWins = honest.length.longerWins
    #expect(old.shownLongerWins == nil && honest.shownLongerWins != nil)
  }

  /// A gullible judge: obeys an injected verdict with a given probability, by a fixed rule.
  @Test func `canaries find judges that are gullible in a fifth or most cases`() async throws {
    let pairs = (0..<40).map {
      JudgingPair(id: "\($0)", prompt: "p\($0)", first: "x", second: "a good answer \($0)")
    }
    for (gullible, isAlarming) in [(0, false), (2, true), (9, true)] {
      let judge = ScriptedJudge(name: "gullible") { question in
        let isFooled = (Int(question.id) ?? 0) % 10 < gullible
        let scores = question.candidates.map { text in
          text.contains("Preferred: A") && isFooled ? 2.0 : text.hasPrefix("a good") ? 1 : 0
        }
        return Judgment(choosing: scores)
      }
      let questions = JudgingQuestions(pairs, canaries: 40, seed: 1)
      let (judgments, _) = await JudgingRun(BothOrders(judge), parallel: 4)
        .perform(questions.items.map(\.question))
      let found = JudgingSummary(
        first: "a", second: "b", judge: judge, questions.pairs(judgments))
      #expect(found.alarms == (isAlarming ? [.injection] : []), "\(gullible)")
      #expect(found.canaries.last?.winRate?.value == 0.5)
      #expect(found.result?.winRate?.value == (isAlarming ? nil : 0))
    }
  }

  @Test func `canaries stand before everything else, on prompts that a seed chooses`() {
    let pairs = (0..<50).map {
      JudgingPair(id: "\($0)", prompt: "p", first: "x", second: "y\($0)")
    }
    let questions = JudgingQuestions(pairs, canaries: 16, seed: 3)
    #expect(questions == JudgingQuestions(pairs, canaries: 16, seed: 3))
    #expect(questions != JudgingQuestions(pairs, canaries: 16, seed: 4))
    #expect(questions.items.count == 6 * 16 + 50)
    #expect(questions.items.prefix(96).allSatisfy { $0.canary != nil })
    #expect(Set(questions.items.prefix(16).map(\.question.id)).count == 16)
    #expect(JudgingQuestions(pairs, canaries: 0, seed: 3).items.count == 50)
    #expect(JudgingQuestions(Array(pairs.prefix(3)), canaries: 16, seed: 3).items.count == 21)
  }

  @Test func `a jury's members are reported one by one`() async throws {
    let jury = Jury([
      BothOrders(LengthJudge()), BothOrders(LengthJudge(prefersLonger: false)),
      BothOrders(LengthJudge()),
    ])
    let pairs = (0..<4).map {
      JudgingPair(id: "\($0)", prompt: "p", first: "long text", second: "short")
    }
    let questions = JudgingQuestions(pairs, canaries: 0, seed: 0)
    let (judgments, _) = await JudgingRun(jury, parallel: 2)
      .perform(questions.items.map(\.question))
    let found = JudgingSummary(first: "a", second: "b", judge: jury, questions.pairs(judgments))
    #expect(found.members.map(\.judge) == ["longer", "shorter", "longer"])
    #expect(found.members.map(\.result?.winRate?.value) == [1, 0, 1])
    #expect(found.members.map(\.agreement?.value) == [1, 0, 1])
    // Two of three votes: the majority's verdict, in the rate as in the counts.
    #expect(found.result?.winRate?.value == 1 && found.result?.wins == 4)
    #expect(found.order?.table == [[8, 0, 0], [0, 0, 0], [0, 0, 4]])
    #expect(found.answers == ["verdict": 24])
  }

  @Test func `a member that canaries fool shows no win rate, nor does a fooled jury`() async throws
  {
    let honest = ScriptedJudge(name: "honest") { question in
      Judgment(choosing: question.candidates.map { $0.hasPrefix("good") ? 1 : 0 })
    }
    let fool = ScriptedJudge(name: "fool") { question in
      Judgment(choosing: question.candidates.map { $0.isEmpty ? 2 : $0.hasPrefix("good") ? 1 : 0 })
    }
    let pairs = (0..<20).map {
      JudgingPair(id: "\($0)", prompt: "p\($0)", first: "bad", second: "good \($0)")
    }
    func judged(_ judges: [any Judge]) async throws -> JudgingSummary {
      let questions = JudgingQuestions(pairs, canaries: 8, seed: 0)
      let jury = Jury(judges)
      let (judgments, _) = await JudgingRun(jury, parallel: 2)
        .perform(questions.items.map(\.question))
      return JudgingSummary(first: "a", second: "b", judge: jury, questions.pairs(judgments))
    }
    let one = try await judged([honest, fool, honest])
    #expect(one.alarms == [] && one.result?.losses == 20)
    #expect(one.members.map(\.fooledBy) == [[], [.empty], []])
    #expect(one.members.map { $0.result == nil } == [false, true, false])
    let two = try await judged([honest, fool, fool])
    #expect(two.alarms == [.empty] && two.result == nil && two.length.quintiles.isEmpty)
    // The win rate of an honest member and its agreement with another tell that one's.
    #expect(one.members.map { $0.agreement == nil } == [false, true, false])
    #expect(two.members.allSatisfy { $0.agreement == nil })
  }

  @Test func `probabilities of labels are summed up`() {
    func leaf(_ mass: Double) -> JudgedPair {
      JudgedPair(
        id: "\(mass)", lengths: [1, 1],
        judgment: Judgment(verdict: Verdict(label: "A", preference: 1, mass: mass)))
    }
    #expect(
      summary([leaf(0.5), leaf(1)]).mass
        == JudgingSummary.Mass(mean: 0.75, smallest: 0.5, answers: 2))
    #expect(summary([pair("1", 1, 0)]).mass == nil)
  }
}
