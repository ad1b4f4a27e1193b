import Foundation
import Runs
import Testing

@testable import Report

@Suite struct HTMLReportTests {
  @Test func theSameRecordsGiveTheSameBytes() {
    let first = HTMLReport.render([Fixture().input(), Fixture().input(name: "second")])
    let again = HTMLReport.render([Fixture().input(), Fixture().input(name: "second")])
    #expect(first == again)
    #expect(Fixture(prompts: 5).input().samples.count != Fixture().input().samples.count)
    #expect(HTMLReport.render([Fixture(prompts: 5).input()]) != first)
  }

  @Test func thePolicyForbidsEverythingButItsOwnStyleAndScript() throws {
    let page = HTMLReport.render([Fixture().input()])
    let policy =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
      + "form-action 'none'; script-src 'sha256-\(PageScript.report.hash)'"
    #expect(
      page.contains("<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">"))
    #expect(page.components(separatedBy: "<script>").count == 2)
  }

  @Test func theHashIsThatOfTheScriptInThePage() throws {
    let page = HTMLReport.render([Fixture().input()])
    let start = try #require(page.range(of: "<script>")?.upperBound)
    let end = try #require(page.range(of: "</script>", range: start..<page.endIndex)?.lowerBound)
    let digest = try Tool.run(
      "/usr/bin/env", ["sha256sum"], input: Data(page[start..<end].utf8))
    let hex = String(decoding: digest.prefix(64), as: UTF8.self)
    let bytes = stride(from: 0, to: 64, by: 2).compactMap { offset -> UInt8? in
      UInt8(hex.dropFirst(offset).prefix(2), radix: 16)
    }
    #expect(bytes.count == 32)
    #expect(Data(bytes).base64EncodedString() == PageScript.report.hash)
  }

  @Test func thePageRefersToNothingOutsideItself() {
    let page = HTMLReport.render([Fixture().input(), Fixture().input(name: "second")])
    for forbidden in ["http:", "https:", "url(", "@import", " src=", "<link", "<iframe", "<base"] {
      #expect(!page.contains(forbidden), "\(forbidden)")
    }
    let targets = page.components(separatedBy: "href=\"").dropFirst().map { $0.first }
    #expect(targets.allSatisfy { $0 == "#" })
  }

  @Test func everyLinkAndLabelHasItsTargetAndIdsAreUnique() {
    let page = HTMLReport.render([Fixture().input(), Fixture().input(name: "second")])
    func values(_ attribute: String) -> [String] {
      page.components(separatedBy: " \(attribute)=\"").dropFirst().map {
        String($0.prefix { $0 != "\"" })
      }
    }
    let ids = values("id")
    #expect(Set(ids).count == ids.count)
    for target in values("href").map({ String($0.dropFirst()) }) {
      #expect(ids.contains(target), "\(target)")
    }
    for label in values("aria-labelledby").flatMap({ $0.split(separator: " ") }) {
      #expect(ids.contains(String(label)), "\(label)")
    }
  }

  @Test func noNumberInADrawingIsBroken() {
    let page = HTMLReport.render([Fixture().input()])
      .replacing(PageScript.report.source.source, with: "")
    for broken in ["NaN", "nan ", "inf ", "Optional("] {
      #expect(!page.contains(broken), "\(broken)")
    }
  }

  @Test func withoutTextsNoTextIsThere() {
    let input = Fixture().input()
    let page = HTMLReport.render([input], options: ReportOptions(omitTexts: true))
    let with = HTMLReport.render([input])
    for sample in input.samples where sample.policy == "sft" {
      #expect(with.contains(sample.text))
      #expect(!page.contains(sample.text))
      #expect(!page.contains(sample.dialogue.words))
    }
    #expect(page.contains("prompt-3"))
    #expect(page.contains("Texts were left out when this page was made"))
  }

  @Test func whatIsLeftOutIsCounted() {
    let input = Fixture(prompts: 6).input()
    let page = HTMLReport.render(
      [input], options: ReportOptions(maximumSamples: 2, maximumTextLength: 10))
    #expect(page.contains("2 prompts of 6; 4 left out to keep this page small"))
    #expect(page.components(separatedBy: "<details class=\"sample\"").count == 3)
    #expect(page.contains(" more characters are not shown</em>"))
  }

  @Test func theTitleCanBeGiven() {
    let page = HTMLReport.render([], options: ReportOptions(title: "A <title>"))
    #expect(page.contains("<title>A &lt;title&gt;</title>"))
    #expect(page.contains("There is no run to report on."))
  }

  @Test func severalRunsAreComparedFirst() throws {
    var other = Fixture().input(name: "second")
    other.evaluation.protocolNotes[0].value = "1.0"
    let page = HTMLReport.render([Fixture().input(), other])
    #expect(page.contains("<section id=\"comparison\">"))
    #expect(page.contains("Where the evaluation protocols differ."))
    #expect(page.contains("<tr><th scope=\"row\">temperature</th><td>0.8</td><td>1.0</td></tr>"))
    #expect(page.contains("<section id=\"r1-results\">"))
    #expect(page.contains("<section id=\"r2-methods\">"))
  }
}
