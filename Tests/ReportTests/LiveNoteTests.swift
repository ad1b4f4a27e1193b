import Runs
import Testing

@testable import Report

@Suite struct LiveNoteTests {
  private func note(renewal: Int?) -> LiveNote {
    LiveNote(
      place: "stage 2 of 3, about 1:30 left", work: "dpo <1> 5/9",
      parts: [
        .init(name: "sft", share: 1), .init(name: "dpo <1>", share: 0.559),
        .init(name: "evaluation", share: 0),
      ], time: "2026-01-02T03:04:05Z", renewal: renewal, command: "plumb run 'a b.yaml'")
  }

  private func page(_ input: ReportInput, _ live: LiveNote?) -> String {
    var options = ReportOptions()
    options.live = live
    return HTMLReport.render([input], options: options)
  }

  @Test func `a page of a run that is on says so and renews itself without a script`() {
    let page = page(Fixture().input(), note(renewal: 15))
    #expect(page.contains("<meta http-equiv=\"refresh\" content=\"15\">"))
    #expect(page.contains("<strong>The run is on:</strong> stage 2 of 3, about 1:30 left."))
    #expect(page.contains("As of 2026-01-02T03:04:05Z."))
    #expect(page.contains("<li class=\"done\">✓ sft</li>"))
    #expect(page.contains("<li class=\"now\">▸ dpo &lt;1&gt; 55\u{A0}%</li>"))
    #expect(page.contains("<li class=\"open\">· evaluation</li>"))
    #expect(page.contains("<progress max=\"100\" value=\"51\">"))
    #expect(!page.contains("the same records give the same bytes"))
  }

  @Test func `a page of a run that stopped does not renew itself and says how to go on`() {
    let page = page(Fixture().input(), note(renewal: nil))
    #expect(!page.contains("http-equiv=\"refresh\""))
    #expect(page.contains("The run has stopped before its end."))
    #expect(
      page.contains("<code>plumb run &#39;a b.yaml&#39;</code>")
        || page.contains("plumb run 'a b.yaml'"))
  }

  @Test func `nothing of it is in a finished page`() {
    let page = page(Fixture().input(), nil)
    #expect(page == HTMLReport.render([Fixture().input()]))
    for trace in ["refresh", "class=\"live\"", ".live{", "The run is on"] {
      #expect(!page.contains(trace), "\(trace)")
    }
    #expect(
      page.contains("from the records of the run alone; the same records give the same bytes."))
  }

  @Test func `before anything is measured the page shows what training reported`() {
    var input = Fixture().input()
    input.evaluation = EvaluationRecord(
      reference: "", policies: [], measurements: [], bestOf: nil, panels: [], protocolNotes: [])
    input.samples = []
    let page = page(input, note(renewal: 15))
    #expect(page.contains("<section id=\"training\">"))
    #expect(!page.contains("This run evaluates the reference policy"))
    #expect(!page.contains("<section id=\"wins\">"))
  }
}
