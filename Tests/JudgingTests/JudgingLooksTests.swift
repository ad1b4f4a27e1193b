import Foundation
import Runs
import Testing

@testable import Judging

/// Judging that stops as soon as it is decided.
@Suite struct JudgingLooksTests {
  private func pairs(_ count: Int, rowsEach: Int = 1) -> [JudgingPair] {
    (0..<count * rowsEach).map {
      JudgingPair(
        id: "\($0 / rowsEach)", prompt: .text("p \($0 / rowsEach)"), first: "a", second: "b")
    }
  }

  private func settings(margin: Double? = nil) -> JudgingSettings {
    var settings = JudgingSettings(judges: ["longer"])
    settings.stop = JudgingStop(margin: margin)
    return settings
  }

  private func verdict(_ share: Double) -> Judgment {
    Judgment(verdict: Verdict(label: "x", preference: share))
  }

  @Test func `prompts are asked in random order, rows of one prompt together, canaries first`()
    throws
  {
    let pairs = pairs(30, rowsEach: 2)
    let questions = JudgingQuestions(pairs, canaries: 2, seed: 3, stop: JudgingStop())
    let plain = JudgingQuestions(pairs, canaries: 2, seed: 3)
    let canaries = 2 * CanaryKind.allCases.count
    #expect(questions.items[..<canaries].allSatisfy { $0.canary != nil && $0.look == nil })
    // The same canaries as without stopping, and the same questions in another order.
    #expect(questions.items[..<canaries] == plain.items[..<canaries])
    let ids = questions.items[canaries...].map(\.question.id)
    #expect(ids.sorted() == plain.items[canaries...].map(\.question.id).sorted())
    #expect(ids != plain.items[canaries...].map(\.question.id))
    for place in stride(from: canaries, to: questions.items.count, by: 2) {
      let (one, two) = (questions.items[place], questions.items[place + 1])
      #expect(one.look == (place - canaries) / 2 + 1 && two.look == one.look)
      #expect(one.question.id == two.question.id)
    }
    // Records keep the order of the files, and say when each was asked.
    let records = questions.pairs(
      [Judgment?](repeating: verdict(1), count: questions.items.count))
    #expect(records.filter { $0.canary == nil }.map(\.id) == pairs.map(\.id))
    #expect(Set(records.compactMap(\.look)) == Set(1...30))
  }

  @Test func `it is decided by whole prompts in their order, whatever is answered first`() throws {
    let questions = JudgingQuestions(pairs(40), canaries: 0, seed: 1, stop: JudgingStop())
    var known = [Judgment?](repeating: verdict(1), count: 40)
    known[5] = nil
    var looks = try #require(JudgingLooks(questions, settings()))
    let early = looks.isDecided(by: known)
    #expect(!early)
    #expect(looks.record.judged == 5 && looks.seen(known).compactMap(\.self).count == 5)
    known[5] = verdict(1)
    let late = looks.isDecided(by: known)
    #expect(late)
    let record = looks.record
    #expect(record.decision == .above && record.prompts == 40 && (6..<20).contains(record.judged))
    #expect(looks.seen(known).compactMap(\.self).count == record.judged)
    // Answered one by one it ends at the same place.
    var other = try #require(JudgingLooks(questions, settings()))
    var some = [Judgment?](repeating: nil, count: 40)
    for place in 0..<40 where !other.isDecided(by: some) { some[place] = verdict(1) }
    #expect(other.record == record)
    #expect(record.words == "\(record.judged) of 40 prompts, then decided: above 50 %")
    #expect(JudgingLooks(questions, JudgingSettings(judges: ["longer"])) == nil)
  }

  @Test func `what has no verdict decides nothing`() throws {
    let questions = JudgingQuestions(pairs(30), canaries: 0, seed: 1, stop: JudgingStop())
    var looks = try #require(JudgingLooks(questions, settings(margin: 0.1)))
    let known = [Judgment?](repeating: Judgment(.refused, reason: "no"), count: 30)
    let isDecided = looks.isDecided(by: known)
    #expect(!isDecided)
    #expect(looks.record == .init(prompts: 30, judged: 30, decision: nil, margin: 0.1))
    #expect(looks.record.words == "30 of 30 prompts, not decided")
  }

  @Test func `the interval is the one that holds whenever one stops`() throws {
    let questions = JudgingQuestions(pairs(40), canaries: 0, seed: 1, stop: JudgingStop())
    let all = questions.pairs([Judgment?](repeating: verdict(1), count: 40))
    let summary = JudgingSummary(first: "a", second: "b", judge: "j", members: [], all)
    let rate = try #require(summary.result?.winRate)
    #expect(rate.basis?.contains("betting, valid whenever one stops") == true)
    let low = try #require(rate.low)
    #expect(rate.value == 1 && (0.5..<0.95).contains(low))
  }

  @Test func `a session stops asking, and the same questions end at the same place again`()
    async throws
  {
    try await Fixtures.withFolder { folder in
      let pairs = (0..<200).map {
        JudgingPair(id: "\($0)", prompt: .text("p \($0)"), first: "long text", second: "text")
      }
      let settings = settings()
      let questions = JudgingQuestions(pairs, canaries: 0, seed: 0, stop: settings.stop)
      func judged() async throws -> ([Judgment?], JudgingLooks) {
        let session = try await JudgingSession(
          JudgeAssembly(settings, environment: [:]),
          ledger: folder.appending(path: "ledger.jsonl"), cache: nil)
        var looks = JudgingLooks(questions, settings)
        let (judgments, stop) = try await session.perform(
          questions.items.map(\.question), looks: &looks)
        #expect(stop == nil)
        return (judgments, try #require(looks))
      }
      let (first, looks) = try await judged()
      #expect(looks.record.decision == .above && looks.record.judged < 30)
      #expect(first.compactMap(\.self).count == looks.record.judged)
      let (second, again) = try await judged()
      #expect(second == first && again.record == looks.record)
    }
  }
}
