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
    // Nor the orders' table.
    #expect(!page.contains("first ↓ second →"))
    // Nor filters' counts of who wins, which other pages have.
    func full(_ report: JudgingReport) -> String {
      JudgePage.render(report, spending: nil, comparisons: comparisons())
    }
    let counted = /value="(win|loss|tie)">[^<]*<b>/
    #expect(full(report()).contains(counted))
    #expect(!full(report(canaries: true)).contains(counted))
    // What it said of each comparison is shown, and counts for nothing; of canaries it is the evidence.
    let withheld = full(report(canaries: true))
    #expect(!withheld.contains("value=\"win\">"))
    #expect(
      withheld.contains("This judge is withheld: what it said is shown, and none of it counts."))
    #expect(withheld.contains("<b>not counted</b>") && !withheld.contains("preference for new"))
    #expect(
      !withheld.contains("<b>new wins</b>") && withheld.contains("<b>constant: canary wins</b>"))
    #expect(full(report()).contains("<b>new wins</b>") && !full(report()).contains("withheld"))
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

  // MARK: Every comparison

  /// One comparison of each fate, all texts passed through `words`.
  private func comparisons(
    _ words: (String) -> String = { $0 }, texts hasTexts: Bool = true
  ) -> JudgedComparison {
    func reply(_ share: Double?, _ text: String) -> Judgment {
      var judgment =
        share.map { Judgment(verdict: Verdict(label: $0 == 1 ? "A" : "B", preference: $0)) }
        ?? Judgment(.unparsable, reason: words("no verdict on the last line"))
      judgment.reply = words(text)
      judgment.model = words("m")
      return judgment
    }
    let fates: [(Double?, Double?)] = [(1, 0), (0, 1), (1, 1), (1, nil), (1, 0)]
    var all: [JudgedText] = []
    let pairs = fates.enumerated().map { number, shares in
      let found = ["prompt \(number)", "own \(number)", "other \(number)", "gold"].map {
        JudgedText(words($0))
      }
      all += found
      let parts = [reply(shares.0, "asked \(number)"), reply(shares.1, "swapped \(number)")]
      var mixed = [parts[0].preference, parts[1].preference.map { 1 - $0 }]
      if shares == (1, 1) { mixed = [0.5, 0.5] }
      return JudgedPair(
        id: words("\(number)"), prompt: found[0].sha256,
        answers: [found[1].sha256, found[2].sha256], reference: found[3].sha256,
        canary: number == 4 ? .constant : nil, lengths: [5, 7],
        judgment: .combined(.orders, parts, shares: mixed, needed: 2))
    }
    let content = pairs[0].content ?? ""
    return JudgedComparison(
      names: [words("new"), words("old")], pairs: pairs, texts: hasTexts ? all : nil,
      people: [content: 0])
  }

  @Test func `every comparison can be read: prompt, answers, both replies, state, and why`() {
    let page = JudgePage.render(report(), spending: nil, comparisons: comparisons())
    for text in [
      ">prompt 0</div>", "<h4>new</h4><p>own 0</p>", "<h4>old</h4><p>other 0</p>",
      "<h4>Reference</h4><p>gold</p>", "<h4>A is new, B is old</h4><small>verdict A · m</small>",
      "<p>asked 0</p>", "<h4>A is old, B is new</h4><small>verdict B · m</small>",
      "<p>swapped 0</p>", "unparsable · no verdict on the last line · m",
      // The judge says new with certainty and people old: as far apart as can be.
      "data-d=\"1.0,-2\" data-k=\"win disputed\"", "data-k=\"loss\"", "data-k=\"tie flipped\"",
      "data-k=\"unparsable\"", "data-k=\"canary\"", "<b>constant: canary wins</b>",
      "value=\"flipped\">flipped by the order <b>1</b>", "checked>all <b>5</b>",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(!page.contains("value=\"refused\">"))
    #expect(JudgePage.render(report(), spending: nil, comparisons: comparisons()) == page)
  }

  @Test func `without texts hashes stand for them, and replies remain`() {
    let page = JudgePage.render(
      report(), spending: nil, comparisons: comparisons(texts: false))
    #expect(page.contains("left out; SHA-256 <code>\(SHA256.hex(of: "own 0"))</code>"))
    #expect(
      !page.contains("own 0") && !page.contains("prompt 0") && page.contains("<p>asked 0</p>"))
    #expect(page.contains("Texts were left out when this was judged"))
  }

  @Test func `hostile texts stay texts in every place`() {
    for payload in BrowserTests.payloads {
      let page = JudgePage.render(
        report(), spending: nil, comparisons: comparisons { "\(payload)\($0)\(payload)" })
      for piece in page.components(separatedBy: "<").dropFirst() where !piece.hasPrefix("/") {
        let name = String(piece.prefix { $0.isLetter || $0.isNumber || $0 == "!" })
        if name.isEmpty, piece.hasPrefix(" ") { continue }
        #expect(
          BrowserTests.harmless.union(["fieldset", "legend"]).contains(name),
          "\(name) from \(payload)")
      }
      for raw in ["\u{0}", "\u{1B}", "\u{202E}", "\u{2028}"] { #expect(!page.contains(raw)) }
    }
  }

  @Test(.enabled(if: BrowserTests.chromium != nil))
  func
    `the filters work without a script, nothing hostile runs, and all of many are there`()
    throws
  {
    let hostile = BrowserTests.payloads.joined()
    let shown = try BrowserTests.open(
      JudgePage.render(report(), spending: nil, comparisons: comparisons { hostile + $0 }))
    #expect(!shown.contains("data-hit") && !shown.contains("<img") && !shown.contains("<iframe"))
    #expect(shown.contains(">5 of 5 shown</span>"))
    var many = comparisons()
    let five = many.pairs
    many.pairs = (0..<400).flatMap { _ in five }
    let whole = try BrowserTests.open(
      JudgePage.render(report(), spending: nil, comparisons: many))
    #expect(whole.contains(">2000 of 2000 shown</span>"))
    // What the style alone hides where "flipped" is chosen: heights are asked of the browser.
    let small = JudgePage.render(report(), spending: nil, comparisons: comparisons())
      .replacing("value=\"flipped\">", with: "value=\"flipped\" checked>")
      .replacing("value=\"\" checked>", with: "value=\"\">")
    let pattern = "'sha256-\(PageScript.report.hash)'"
    let probe = """
      <script>document.documentElement.dataset.seen=[...document.querySelectorAll('.sample')]\
      .map((e)=>e.offsetHeight>0?1:0).join('')</script></body>
      """
    let bare = small.replacing(pattern, with: "'unsafe-inline'")
      .replacing("<script>\(PageScript.report.source.source)</script>", with: "")
      .replacing("</body>", with: probe)
    #expect(try BrowserTests.open(bare).contains("data-seen=\"00100\""))
  }
}
