import Runs
import Testing

@testable import Report

@Suite struct TheoryPageTests {
  private func record(
    paper: String = "EXO", claim: String = "Theorem 3.2", verdict: String = "confirmed",
    isAsKnown: Bool = true, found: [Double?] = [0.25], origin: String = "paper"
  ) -> TheoryRecord {
    TheoryRecord(
      paper: paper, source: "Ji et al. 2024", claim: claim, statement: "K → ∞ & more.",
      origin: origin, verdict: verdict, isAsKnown: isAsKnown,
      findings: [
        .init(
          name: "gradient <1>", role: "known", relation: "=", exact: [0.25], found: found,
          tolerance: 1e-6, reason: "a reason", holds: true)
      ],
      curves: [
        .init(name: "EXO-rw", x: "K", y: "error", points: [[2, 0.5], [4, 0.25], [8, 0.125]])
      ])
  }

  @Test func `a paper has a section, and its numbers stand side by side`() {
    let page = TheoryPage.render([record(), record(claim: "Theorem 3.3"), record(paper: "DPO")])
    #expect(page.contains("<a href=\"#paper-2\">DPO</a>"))
    #expect(page.components(separatedBy: "<section ").count == 3)
    #expect(page.contains("<td class=\"n\">0.250000</td><td>=</td>"))
    #expect(page.contains("3 confirmed, 0 that do not hold as stated"))
    #expect(page.contains("EXO-rw ends at 0.125"))
    #expect(TheoryPage.render([record()]) == TheoryPage.render([record()]))
  }

  @Test func `a folder has a page for each paper, and one that leads to them`() throws {
    let pages = TheoryPage.folder([
      record(), record(paper: "PPO, RLOO & Co"),
      record(paper: "PPO, RLOO & Co", claim: "Lemma <1>", verdict: "does not hold as stated"),
    ])
    #expect(pages.map(\.name) == ["index.html", "exo.html", "ppo-rloo-co.html"])
    let index = try #require(pages.first).page
    #expect(index.contains("<a href=\"ppo-rloo-co.html\">PPO, RLOO &amp; Co</a>"))
    #expect(index.contains("Lemma &lt;1&gt;"))
    #expect(index.contains("2 confirmed, 1 that do not hold as stated"))
    #expect(pages[1].page.contains("Claims of EXO, examined exactly"))
    #expect(pages[2].page.contains("1 confirmed, 1 that do not hold as stated"))
    #expect(!pages[1].page.contains("RLOO"))
  }

  @Test func `texts are escaped, and what is not finite is said`() {
    let page = TheoryPage.render([record(claim: "<script>alert(1)</script>", found: [nil])])
    #expect(!page.contains("<script>alert"))
    #expect(page.contains("gradient &lt;1&gt;"))
    #expect(page.contains("not finite"))
  }

  @Test func `what came out other than known stands at the top`() {
    let page = TheoryPage.render([
      record(verdict: "does not hold as stated", isAsKnown: false, origin: "practice")
    ])
    #expect(page.contains("1 claim came out other than known:"))
    #expect(page.contains("EXO, Theorem 3.2"))
    #expect(page.contains("the paper does not say so"))
    #expect(TheoryPage.render([]).contains("There is no claim to report on."))
  }
}
