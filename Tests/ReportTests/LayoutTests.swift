import Foundation
import Testing

@testable import Report

/// What of a page does not fit a narrow screen or a sheet of paper, as a browser lays it out.
@Suite(.enabled(if: BrowserTests.chromium != nil)) struct LayoutTests {
  /// Width of a telephone, and of what Chromium prints on a letter between its margins.
  enum Medium: String, CaseIterable {
    case screen = "420"
    case paper = "739"
  }

  /// Names every section in which something ends beyond the page and does not scroll by itself, or in
  /// whose drawings letters lie on each other; on paper nothing scrolls. Rules of the other medium are swapped, as a browser does when it prints.
  private static let driver = """
    <style>html{scrollbar-width:none}</style><script>
    if (innerWidth > 700) {
      for (const rule of document.styleSheets[0].cssRules) {
        if (!(rule instanceof CSSMediaRule)) continue;
        if (rule.media.mediaText === "print") rule.media.mediaText = "all";
        else if (rule.media.mediaText === "screen") rule.media.mediaText = "not all";
      }
    }
    const width = document.documentElement.clientWidth;
    const folded = (element) => element.closest("details:not([open])") && !element.closest("summary");
    const scrolls = (element) => {
      for (let e = element.parentElement; e !== document.body; e = e.parentElement) {
        if (getComputedStyle(e).overflowX !== "visible") return true;
      }
      return false;
    };
    const wide = new Set();
    // Letters of a drawing that lie on each other, of which a box holds a little more than the ink.
    for (const drawing of document.querySelectorAll("figure svg[role=img]")) {
      if (folded(drawing)) continue;
      const boxes = [...drawing.querySelectorAll("text")].map((text) => {
        const box = text.getBoundingClientRect();
        const rest = box.height * 0.2;
        return { text: text.textContent, left: box.left + 1, right: box.right - 1, top: box.top + rest, bottom: box.bottom - rest };
      }).filter((box) => box.right > box.left);
      for (const [place, one] of boxes.entries()) {
        for (const other of boxes.slice(place + 1)) {
          if (one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom) {
            wide.add((drawing.closest("section") || drawing).id + " " + one.text + " on " + other.text);
          }
        }
      }
    }
    for (const element of document.querySelectorAll("body *")) {
      if (element.ownerSVGElement || folded(element)) continue;
      const box = element.getBoundingClientRect();
      if (box.width > 0 && box.right > width + 1 && !scrolls(element)) {
        wide.add((element.closest("section") || element).id + " " + element.localName);
      }
    }
    parent.postMessage(width + ": " + [...wide].join(", "), "*");
    </script>
    """

  /// In a frame, because a window has a least width.
  private static func wide(_ page: String, on medium: Medium) throws -> String {
    let policy = try #require(page.range(of: "<meta http-equiv="))
    let end = try #require(page.range(of: ">", range: policy.upperBound..<page.endIndex))
    var open = page
    open.removeSubrange(policy.lowerBound..<end.upperBound)
    var source = ""
    Escaping.appendAttribute(
      open.replacing("</body>", with: driver + "</body>"), to: &source)
    let shown = try BrowserTests.open(
      """
      <!DOCTYPE html><body><script>
      addEventListener("message", (event) => { document.body.dataset.wide = event.data; });
      </script><iframe width="\(medium.rawValue)" height="900" frameborder="0" srcdoc="\(source)">
      """)
    return String(try #require(shown.firstMatch(of: /data-wide="([^"]*)"/)).1)
  }

  private static func page(_ methods: Int) -> String {
    var fixture = Fixture()
    fixture.methods = (1...methods).map { "list-temperature=0.0\($0)63-learning_rate=4.34e-3" }
    return HTMLReport.render([fixture.input()])
  }

  @Test(arguments: [1, 3, 12, 20, 63], Medium.allCases)
  func `nothing leaves the page, and no letters lie on others`(_ methods: Int, _ medium: Medium)
    throws
  {
    let wide = try Self.wide(Self.page(methods), on: medium)
    #expect(wide == "\(medium.rawValue): ")
  }

  @Test(arguments: Medium.allCases)
  func `what leaves the page is found`(_ medium: Medium) throws {
    let page = Self.page(1)
    let wider = page.replacing(
      "<section id=\"cost\">", with: "<section id=\"cost\"><p style=\"width:60rem\">wide</p>")
    #expect(wider != page)
    let found = try Self.wide(wider, on: medium)
    #expect(found == "\(medium.rawValue): cost p")
  }

  @Test func `letters on letters are found`() throws {
    let drawing =
      "<figure><svg role=\"img\" viewBox=\"0 0 99 50\"><text x=\"9\" y=\"20\">one</text>"
      + "<text x=\"9\" y=\"24\">two</text></svg></figure>"
    let page = Self.page(1)
    let worse = page.replacing("<section id=\"cost\">", with: "<section id=\"cost\">" + drawing)
    #expect(worse != page)
    #expect(try Self.wide(worse, on: .screen) == "420: cost one on two")
  }
}
