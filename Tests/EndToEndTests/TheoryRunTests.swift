import Foundation
import Testing

extension EndToEnd {
  /// `plumb theory` as a person starts it.
  @Suite struct TheoryRunTests {
    @Test func `every claim comes out as known, within a minute, and the page is written`() throws {
      let place = try Workplace()
      let clock = ContinuousClock()
      let start = clock.now
      let outcome = try Engine.Running(["theory", "--json", "-o", "page.html"], in: place.url)
        .finish()
      let time = clock.now - start
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(time < .seconds(60), "\(time)")
      let records = try outcome.output.split(separator: "\n").map {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
      }
      #expect(records.count >= 50)
      #expect(records.allSatisfy { $0["is_as_known"] as? Bool == true })
      let papers = Set(records.compactMap { $0["paper"] as? String })
      #expect(
        papers.isSuperset(of: ["EXO", "DPO", "INPO", "Nash-MD", "SPPO", "SPIN", "IRL", "SAIL"]))
      let page = try String(contentsOf: place.url.appending(path: "page.html"), encoding: .utf8)
      for paper in papers { #expect(page.contains("<h2>\(paper)</h2>")) }
    }

    @Test func `a folder gets a page for each paper`() throws {
      let place = try Workplace()
      let outcome = try Engine.Running(["theory", "--quiet", "-o", "theory"], in: place.url)
        .finish()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let names = try FileManager.default.contentsOfDirectory(
        atPath: place.url.appending(path: "theory").path)
      #expect(
        Set(names).isSuperset(of: [
          "index.html", "exo.html", "inpo.html", "irl.html", "sail.html", "language-models.html",
        ]))
    }

    @Test func `a page that cannot be written is refused before anything is computed`() throws {
      let place = try Workplace()
      let outcome = try Engine.Running(["theory", "-o", "missing/page.html"], in: place.url)
        .finish()
      #expect(outcome.status == 2)
      #expect(outcome.output == "")
      #expect(
        outcome.errors
          == "plumb: --output wants a page (.html), or a folder for them, in a folder that is there, "
          + "not `missing/page.html`\n")
    }
  }
}
