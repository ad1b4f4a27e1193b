import Foundation
import Testing

@testable import Report

/// Hostile text in every field, opened in a real browser.
@Suite struct BrowserTests {
  static let chromium: String? = {
    let found = Tool.find(["chromium", "chromium-browser", "google-chrome"])
    if found == nil {
      print("SKIPPED: no Chromium on the path, pages were not opened in a browser")
    }
    return found
  }()

  /// Each would set `data-hit` on the page if it ran.
  static let payloads = [
    "<script>document.documentElement.dataset.hit=1</script>",
    "</script><script>document.documentElement.dataset.hit=1</script>",
    "\"><img src=x onerror=\"document.documentElement.dataset.hit=1\">",
    "'><svg onload='document.documentElement.dataset.hit=1'>",
    "</title><body onload=document.documentElement.dataset.hit=1>",
    "</desc></svg><script>document.documentElement.dataset.hit=1</script>",
    "<!--<script>\u{2028}*/document.documentElement.dataset.hit=1//",
    "</style><iframe srcdoc='<script>parent.document.documentElement.dataset.hit=1</script>'>",
    "javascript:document.documentElement.dataset.hit=1",
    "\u{202E}gnitide\u{0}\u{1B}]0;title\u{7}<plaintext>",
  ]

  static func open(_ page: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "browser-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch {
        print("could not remove \(folder.path): \(error)")
      }
    }
    let file = folder.appending(path: "page.html")
    try Data(page.utf8).write(to: file)
    let output = try Tool.run(
      try #require(chromium),
      [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000",
        "--user-data-dir=\(folder.path)/profile", "--dump-dom", file.absoluteString,
      ])
    return String(decoding: output, as: UTF8.self)
  }

  private func hostile(_ payload: String) -> String {
    HTMLReport.render([Fixture(words: { "\(payload)\($0)\(payload)" }).input()])
  }

  static let harmless: Set<String> = [
    "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "header", "h1", "p", "code",
    "strong", "nav", "ul", "li", "a", "main", "section", "h2", "h3", "h4", "div", "table",
    "caption", "span", "thead", "tbody", "tr", "th", "td", "small", "b", "i", "em", "br", "svg",
    "path", "circle", "rect", "mark", "text", "g", "desc", "figure", "figcaption", "details",
    "summary", "label", "wbr",
    "input", "select", "option", "button", "ol", "dl", "dt", "dd", "pre", "footer", "script",
  ]

  @Test func escapingAloneLeavesOnlyOurOwnElements() {
    for payload in Self.payloads {
      let page = hostile(payload)
      for piece in page.components(separatedBy: "<").dropFirst() where !piece.hasPrefix("/") {
        let name = String(piece.prefix { $0.isLetter || $0.isNumber || $0 == "!" })
        // The script compares with "<" followed by a space; markup never does.
        if name.isEmpty, piece.hasPrefix(" ") { continue }
        #expect(Self.harmless.contains(name), "\(name) from \(payload)")
      }
      for raw in ["\u{0}", "\u{1B}", "\u{202E}", "\u{2028}"] { #expect(!page.contains(raw)) }
    }
  }

  @Test(.enabled(if: chromium != nil)) func nothingHostileRunsAndOurScriptDoes() throws {
    let input = Fixture(words: { Self.payloads.joined() + $0 + Self.payloads.joined() }).input()
    let shown = try Self.open(HTMLReport.render([input]))
    #expect(!shown.contains("data-hit"))
    #expect(!shown.contains("<img") && !shown.contains("<iframe"))
    #expect(shown.contains(">4 of 4 shown</span>"))
  }

  @Test(.enabled(if: chromium != nil)) func thePolicyHoldsWhereEscapingIsBypassed() throws {
    let page = HTMLReport.render([Fixture().input()])
    let injected = Self.payloads.joined(separator: "\n")
    let attack = page.replacing(
      "<main>", with: "<main>\(injected.prefix(while: { $0 != "\u{2028}" }))")
    #expect(attack != page)
    #expect(!(try Self.open(attack)).contains("data-hit"))
    // The same attack without the policy runs, so the check above can fail.
    let start = try #require(attack.range(of: "<meta http-equiv="))
    let end = try #require(attack.range(of: ">", range: start.upperBound..<attack.endIndex))
    var unguarded = attack
    unguarded.removeSubrange(start.lowerBound..<end.upperBound)
    #expect(try Self.open(unguarded).contains("data-hit"))
  }

  @Test(.enabled(if: chromium != nil)) func searchOrderFiltersAndTableExportWork() throws {
    var input = Fixture().input()
    // DPO-pref, seed 0: prompt-2 loses most, then prompt-0; the others gain.
    let losses = ["prompt-0": -1.0, "prompt-1": 0.5, "prompt-2": -2.0, "prompt-3": 1.0]
    for index in input.samples.indices {
      let isMethod = input.samples[index].policy == "dpo-pref-beta-0.1/seed-0/step-200"
      input.samples[index].reward = isMethod ? losses[input.samples[index].prompt] : 0
    }
    input.evaluation.measurements[0].method = "=a, \"b\""
    let driver = """
      <script>
      const root = document.documentElement.dataset;
      const set = (name, change) => {
        const control = document.querySelector("[data-" + name + "]");
        change(control);
        control.dispatchEvent(new Event("input"));
      };
      const shown = () => [...document.querySelectorAll(".sample:not([hidden]) summary code")]
        .map((code) => code.textContent).join(" ");
      set("order", (control) => { control.value = "up"; });
      root.up = shown();
      set("order", (control) => { control.value = "down"; });
      root.down = shown();
      set("worse", (control) => { control.checked = true; });
      root.worse = shown();
      set("search", (control) => { control.value = "PROMPT-2"; });
      root.search = shown();
      set("filter", (control) => { control.value = "win_rate chosen"; });
      root.rows = document.querySelectorAll("[data-table] tbody tr:not([hidden])").length;
      URL.createObjectURL = (blob) => {
        blob.text().then((text) => { root.csv = text.split("\\n").slice(0, 2).join("|"); });
        return "#";
      };
      document.querySelector("[data-save]").click();
      </script>
      """
    let page = HTMLReport.render([input])
    let policy = try #require(page.range(of: "<meta http-equiv="))
    let end = try #require(page.range(of: ">", range: policy.upperBound..<page.endIndex))
    var open = page
    open.removeSubrange(policy.lowerBound..<end.upperBound)
    let shown = try Self.open(open.replacing("</body>", with: driver + "</body>"))
    #expect(shown.contains("data-up=\"prompt-2 prompt-0 prompt-1 prompt-3\""))
    #expect(shown.contains("data-down=\"prompt-3 prompt-1 prompt-0 prompt-2\""))
    #expect(shown.contains("data-worse=\"prompt-0 prompt-2\""))
    #expect(shown.contains("data-search=\"prompt-2\""))
    // The reference, two groups, and two checkpoints of two seeds for each.
    #expect(shown.contains("data-rows=\"11\""))
    let header =
      "name,subject,reference,value,low,high,count,clusters,unit,direction,version,nonfinite,method"
    #expect(
      shown.contains(
        "data-csv=\"\(header)|reward,sft,,0,-0.28,0.28,8,4,,higher,1,0,"
          + "&quot;'=a, &quot;&quot;b&quot;&quot;&quot;\""))
  }

  @Test(.enabled(if: chromium != nil)) func legendsHideAndShowWhatTheyNameByMouseAndKeyboard()
    throws
  {
    let driver = """
      <script>
      const root = document.documentElement.dataset;
      const figure = document.querySelector("#training figure");
      const [entry, other] = figure.querySelectorAll(".legend li");
      const hidden = (name) => [...figure.querySelectorAll("g[data-s]")]
        .filter((part) => part.dataset.s === name)
        .filter((part) => getComputedStyle(part).display === "none").length;
      const state = () => [hidden(entry.dataset.s) > 0, hidden(other.dataset.s) > 0,
        entry.getAttribute("aria-checked"), entry.tabIndex].join(" ");
      root.before = state();
      entry.click();
      root.clicked = state();
      entry.dispatchEvent(new KeyboardEvent("keydown", { key: " " }));
      root.space = state();
      entry.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
      root.enter = state();
      entry.dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
      root.other = state();
      </script>
      """
    let page = HTMLReport.render([Fixture().input()])
    let policy = try #require(page.range(of: "<meta http-equiv="))
    let end = try #require(page.range(of: ">", range: policy.upperBound..<page.endIndex))
    var open = page
    open.removeSubrange(policy.lowerBound..<end.upperBound)
    let shown = try Self.open(open.replacing("</body>", with: driver + "</body>"))
    #expect(shown.contains("data-before=\"false false true 0\""))
    #expect(shown.contains("data-clicked=\"true false false 0\""))
    #expect(shown.contains("data-space=\"false false true 0\""))
    #expect(shown.contains("data-enter=\"true false false 0\""))
    #expect(shown.contains("data-other=\"true false false 0\""))
    // Without the script an entry is only a name, and everything is drawn.
    #expect(!page.contains("role=\"switch\"") && !page.contains("data-off>"))
  }

  @Test(.enabled(if: chromium != nil)) func whatIsShownIsWhatWasRecorded() throws {
    let text = "a <b>&amp;</b> \"quoted\" 'single' \u{FEFF}end"
    var input = Fixture().input()
    input.samples[0].text = text
    let shown = try Self.open(HTMLReport.render([input]))
    #expect(shown.contains("<p>a &lt;b&gt;&amp;amp;&lt;/b&gt; \"quoted\" 'single' ⟦U+FEFF⟧end</p>"))
  }
}
