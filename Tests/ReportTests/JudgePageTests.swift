import Foundation
import Runs
import Testing

@testable import Judging
@testable import Report

@Suite struct JudgePageTests {
  /// Ten prompts in both orders by a judge that prefers the first place in every other pair, and
  /// gives no verdict on the last.
  private func report(
    first: String = "new", canaries: Bool = false, asked: Int? = nil
  ) -> JudgingReport {
    func verdict(_ share: Double) -> Judgment {
      Judgment(verdict: Verdict(label: share == 1 ? "A" : "B", preference: share))
    }
    var pairs = (0..<10).map { number -> JudgedPair in
      let swapped = number % 2 == 0 ? verdict(1) : verdict(0)
      let parts =
        number == 9 ? [verdict(1), Judgment(.refused, reason: "declines")] : [verdict(1), swapped]
      return JudgedPair(
        id: "\(number)", lengths: [number * 10, 50],
        judgment: .combined(
          .orders, parts, shares: [parts[0].preference, parts[1].preference.map { 1 - $0 }],
          needed: 2))
    }
    if canaries {
      pairs += (0..<4).map {
        JudgedPair(id: "\($0)", canary: .injection, lengths: [9, 50], judgment: verdict(1))
      }
    }
    let summary = JudgingSummary(
      first: first, second: "old", judge: "m", members: [], pairs)
    return JudgingReport(
      judge: JudgeIdentity(
        name: "m", facts: ["kind": "chat", "template": "---\n<b>{{first}}</b>"]),
      template: "summary", asksBothOrders: true,
      comparisons: [
        JudgingReport.Comparison(
          summary: summary, asked: asked ?? pairs.count, judged: pairs.count,
          file: "judgments.jsonl")
      ])
  }

  @Test func `the page holds win rate, flips, orders, lengths, answers and bounds`() {
    let page = JudgePage.render(report(), spending: nil)
    // Four decided wins and five flips of nine: 6.5 of 9; of ten with the missing one, 65 to 75 %.
    #expect(page.contains("new wins 72.2\u{A0}% of 9 comparisons with old."))
    #expect(page.contains("<td class=\"n\">4, 5, 0</td><td class=\"n\">1</td>"))
    #expect(page.contains("<td class=\"n\">65.0–75.0</td>"))
    // Of the flips all five preferred the first place: two-sided 2 · 2⁻⁵.
    #expect(page.contains("5 preferred the first place both times and 0 the second"))
    #expect(page.contains("so uneven a split has probability 0.062"))
    #expect(page.contains("<tr><th scope=\"row\">wins</th><td class=\"n\">4</td>"))
    #expect(page.contains("Answers: 19 verdict, 1 refused."))
    #expect(page.contains("Mean lengths: 45.0 and 50.0"))
    #expect(page.components(separatedBy: " to ").count > 5)
    #expect(JudgePage.render(report(), spending: nil) == page)
  }

  @Test func `texts are escaped, the template is shown as it is`() {
    let page = JudgePage.render(report(first: "<script>alert(1)</script>"), spending: nil)
    #expect(!page.contains("<script>alert"))
    #expect(page.contains("<pre>---\n&lt;b&gt;{{first}}&lt;/b&gt;</pre>"))
    #expect(page.contains("<dt>kind</dt><dd>chat</dd>"))
  }

  @Test func `a judge that prefers canaries is not believed, and an unfinished judging says so`() {
    let page = JudgePage.render(report(canaries: true, asked: 20), spending: nil)
    #expect(
      page.contains("The judge prefers canaries (injection) to real outputs: its win rate is not"))
    #expect(!page.contains("72.2") && !page.contains("4, 5, 0") && !page.contains("65.0–75.0"))
    #expect(
      page.contains(
        "<tr><th scope=\"row\">✗ injection</th><td class=\"n\">4 of 4</td><td class=\"n\">0</td></tr>"
      ))
    // Neither the orders' table nor what the longer one wins.
    #expect(!page.contains("first ↓ second →") && !page.contains("55.6"))
    #expect(page.contains("Judging stopped before its end: 14 of 20 comparisons are judged."))
  }

  @Test func `what was spent is told, and nothing where nobody was asked`() {
    var spent = Spending()
    #expect(!JudgePage.render(report(), spending: spent).contains("sent to servers"))
    spent.requests = 21
    spent.repeated = 1
    spent.usage = TokenUsage(input: 4000, output: 300)
    spent.cost = 0.0125
    let page = JudgePage.render(report(), spending: spent)
    #expect(
      page.contains("21 requests sent to servers, 1 of them again, 0 maybe billed twice; 0 answers")
    )
    #expect(page.contains("4000 input and 300 output tokens, cost $0.0125."))
    let none = JudgingReport(
      judge: JudgeIdentity(name: "m", facts: [:]), template: "x", asksBothOrders: true,
      comparisons: [])
    #expect(JudgePage.render(none, spending: nil).contains("There is no judgment to report on."))
  }
}
