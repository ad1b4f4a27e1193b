import Foundation
import Runs
import Statistics
import Testing

@testable import Judging

@Suite struct CorrectedRateTests {
  private func pair(_ number: Int, _ share: Double?) -> JudgedPair {
    JudgedPair(
      id: "\(number)", prompt: "p\(number)", answers: ["a", "b"], lengths: [2, 1],
      judgment: share.map { Judgment(verdict: Verdict(label: "", preference: $0)) }
        ?? Judgment(.unparsable, reason: "?"))
  }

  private func record(_ labels: [CalibrationRecord.Label]) -> CalibrationRecord {
    CalibrationRecord(
      version: "1", judge: JudgeIdentity(name: "j", facts: ["template": "t", "parser": "2"]),
      raters: 1, table: [], agreement: nil, kappa: nil, gwet: nil, order: nil, longerWins: nil,
      longerWinsByPeople: nil, labels: labels)
  }

  private func label(_ content: String, people: Double, judge: Double) -> CalibrationRecord.Label {
    CalibrationRecord.Label(
      content: content, prompt: content, people: people, majority: people, judge: judge, excess: 1)
  }

  /// A judge that says 1 for all of 40; people say 1 to half of the 20 that they saw.
  @Test func `labels of these comparisons correct by prediction, whichever answer stands first`()
    throws
  {
    let pairs = (0..<40).map { pair($0, $0 % 4 == 0 ? 0 : 1) }
    // Half of the labels name the answers in the other order.
    let labels = (0..<20).map { number in
      let people: Double = number % 2 == 0 ? 1 : 0
      return number % 3 == 0
        ? label("p\(number):b:a", people: 1 - people, judge: 0)
        : label("p\(number):a:b", people: people, judge: 1)
    }
    let found = try #require(CorrectedRate.of(pairs, by: record(labels), sha256: "h"))
    func shares(_ numbers: Range<Int>) -> [Double] { numbers.map { $0 % 4 == 0 ? 0 : 1 } }
    // Prompts are taken in the order of their ids, which does not change the estimate.
    let expected = try #require(
      PredictionPowered(
        human: (0..<20).map { $0 % 2 == 0 ? 1 : 0 }, judge: shares(0..<20),
        unlabelled: shares(20..<40)))
    #expect(found.way == .labels && found.labels == 20 && found.calibration == "h")
    #expect(
      found.words.contains("prediction-powered") == (found.power != 0)
        && found.words.contains("the judge adds nothing (λ = 0)") == (found.power == 0))
    #expect(abs(found.rate.value - expected.estimate.value) < 1e-12)
    #expect(abs((found.rate.low ?? 0) - (expected.estimate.interval?.low ?? 1)) < 1e-12)
    // A canary is no comparison of the two, and what has no verdict is in no mean.
    var more = pairs + [pair(50, nil)]
    more.append(
      JudgedPair(
        id: "0", prompt: "p0", answers: ["c", "b"], canary: .empty, lengths: [0, 1],
        judgment: Judgment(verdict: Verdict(label: "", preference: 1))))
    #expect(CorrectedRate.of(more, by: record(labels), sha256: "h") == found)
  }

  @Test func `where everything is labelled people say it all`() throws {
    let pairs = (0..<12).map { pair($0, 1) }
    let labels = (0..<12).map { label("p\($0):a:b", people: $0 < 3 ? 1 : 0, judge: 1) }
    let found = try #require(CorrectedRate.of(pairs, by: record(labels), sha256: ""))
    #expect(found.rate.value == 0.25 && found.power == 0)
  }

  /// 80 of 100 judged wins; right on 18 of 20: (0.8 + 0.9 − 1)/(0.9 + 0.9 − 1) = 0.875.
  @Test func `labels of other comparisons correct by error rates, either side alike`() throws {
    let pairs = (0..<100).map { pair($0, $0 < 80 ? 1 : 0) }
    let labels = (0..<20).map { number -> CalibrationRecord.Label in
      let people: Double = number % 2 == 0 ? 1 : 0
      return label("q\(number):a:b", people: people, judge: number < 18 ? people : 1 - people)
    }
    let found = try #require(CorrectedRate.of(pairs, by: record(labels), sha256: ""))
    #expect(found.way == .rates && found.labels == 20 && found.power == nil)
    #expect(abs(found.rate.value - 0.875) < 1e-12)
    #expect(CorrectedRate.of(pairs, by: record(Array(labels.prefix(9))), sha256: "") == nil)
    #expect(CorrectedRate.of([], by: record(labels), sha256: "") == nil)
  }

  @Test func `a judge is known by its facts, and told what differs`() {
    let one = JudgeIdentity(name: "a", facts: ["0.template": "t", "0.model": "m"])
    let renamed = JudgeIdentity(name: "b", facts: one.facts)
    #expect(one.sha256 == renamed.sha256 && one.differences(from: renamed).isEmpty)
    var other = one
    other.facts["0.template"] = "t "
    other.facts["1.template"] = "u"
    #expect(other.differences(from: one) == ["judge's template"])
    #expect(one.sha256 != other.sha256)
    #expect(other.values("template") == ["t ", "u"])
  }

  // MARK: Null rows and families

  @Test func `null rows are what rules without merit win on the same comparisons`() {
    func of(_ id: String, _ lengths: [Int], _ share: Double?) -> JudgedPair {
      JudgedPair(
        id: id, lengths: lengths,
        judgment: share.map { Judgment(verdict: Verdict(label: "", preference: $0)) }
          ?? Judgment(.refused, reason: "no"))
    }
    let constant = (0..<4).map { number in
      JudgedPair(
        id: "\(number)", canary: .constant, lengths: [5, 9],
        judgment: Judgment(verdict: Verdict(label: "", preference: number == 0 ? 1 : 0)))
    }
    let summary = JudgingSummary(
      first: "a", second: "b", judge: "j", members: [],
      constant + [
        of("1", [9, 5], 1), of("2", [9, 5], 0), of("3", [5, 9], 1), of("4", [5, 5], 0.5),
        // Without a verdict it is in none of the rows.
        of("5", [9, 5], nil),
      ])
    let rows = summary.nulls ?? []
    #expect(rows.map(\.kind) == [.longer, .shorter, .random, .constant])
    // (1 + 1 + 0 + ½)/4 and its complement.
    #expect(rows[0].winRate?.value == 0.625 && rows[1].winRate?.value == 0.375)
    #expect(rows[0].winRate?.count == 4 && rows[2].winRate?.count == 4)
    #expect(rows[3].winRate?.value == 0.25 && rows[3].winRate?.count == 4)
  }

  @Test func `families are known by words of names`() {
    for (name, family) in [
      ("Qwen/Qwen2.5-7B-Instruct", "Qwen"), ("gpt-4o-mini", "GPT"),
      ("meta-llama/Llama-3.1-8B", "Llama"),
      ("claude-sonnet-4", "Claude"), ("Phi-3.5", "Phi"), ("SmolLM2-135M", "SmolLM"),
      ("google/gemma-2-9b", "Gemini"), ("phi", "Phi"),
    ] {
      #expect(ModelLine.family(of: name) == family)
    }
    for name in ["exo-rw", "longer", "philosophy", "model.json", ""] {
      #expect(ModelLine.family(of: name) == nil, "\(name)")
    }
  }

  /// The judge of the candidate's family prefers it in all of four, the other in one: 0.75 apart.
  @Test func `a judge of the family is marked, and held against one of another`() throws {
    let pairs = (0..<4).map { number -> JudgedPair in
      let parts = [1, number == 0 ? 1.0 : 0].map {
        Judgment(verdict: Verdict(label: "", preference: $0))
      }
      return JudgedPair(
        id: "\(number)", lengths: [1, 1],
        judgment: .combined(.jury, parts, shares: [0.5], needed: 1))
    }
    let summary = JudgingSummary(
      first: "qwen2.5-sft", second: "pythia-sft", judge: "jury of 2", members: ["Qwen3", "gpt-4o"],
      pairs)
    let found = try #require(summary.selfPreference)
    #expect(found.count == 1 && found[0].judge == "Qwen3" && found[0].system == "qwen2.5-sft")
    #expect(found[0].other == "gpt-4o" && found[0].excess?.value == 0.75)
    // As the second system the same liking counts for it.
    let turned = JudgingSummary(
      first: "pythia-sft", second: "qwen2.5-sft", judge: "j", members: ["Qwen3", "gpt-4o"], pairs)
    #expect(turned.selfPreference?.first?.excess?.value == -0.75)
    let lone = JudgingSummary(first: "qwen-x", second: "b", judge: "Qwen3", members: [], [])
    #expect(
      lone.selfPreference == [SelfPreference(judge: "Qwen3", system: "qwen-x", family: "Qwen")])
    let none = JudgingSummary(first: "a", second: "b", judge: "Qwen3", members: [], pairs)
    #expect(none.selfPreference == nil)
  }
}
