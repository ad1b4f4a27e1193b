import Foundation
import Testing

@testable import Report

@Suite struct AnnotationPageTests {
  private func page(_ text: String = "text", reference: String? = "good") -> String {
    AnnotationPage(
      study: String(repeating: "ab", count: 32), criteria: AnnotationPage.Criterion.usual,
      comparisons: [
        .init(
          number: 1, prompt: "\(text) prompt", answers: ["\(text) one", "\(text) two"],
          reference: reference)
      ]
    ).render()
  }

  @Test func `the page loads nothing, allows one script alone, and is the same twice`() {
    let page = page()
    for word in ["http:", "https:", "//", "url(", "@import", "src=", "unsafe-eval"] {
      // The script's comments begin with two slashes.
      let found = page.split(separator: "\n").filter {
        $0.contains(word) && !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//")
      }
      #expect(found.isEmpty, "\(word): \(found)")
    }
    #expect(page.contains("default-src 'none'"))
    #expect(page.contains("script-src 'sha256-\(PageScript.annotation.hash)'"))
    #expect(page == self.page())
    #expect(page.components(separatedBy: "<script").count == 3)
  }

  @Test func `hostile text is data, and stays what it was`() {
    for payload in BrowserTests.payloads {
      let page = page(payload)
      let body = page.components(separatedBy: "id=\"study\">")
      let data = body[1].prefix { $0 != "<" }
      #expect(body.count == 2 && data.hasPrefix("{\"study\":\"abab"), "\(payload)")
      #expect(data.hasSuffix("}]}"), "\(payload)")
      for raw in ["\u{0}", "\u{1B}", "\u{202E}", "\u{2028}"] { #expect(!page.contains(raw)) }
    }
  }

  @Test func `criteria of one's own have no meaning to explain`() {
    let own = AnnotationPage(
      study: "ab", criteria: [.init(name: "brevity")], comparisons: []
    ).render()
    #expect(!own.contains("<dl>") && own.contains("\"criteria\":[\"brevity\"]"))
    #expect(AnnotationPage.Criterion.usual.count <= AnnotationPage.Criterion.most)
  }
}
