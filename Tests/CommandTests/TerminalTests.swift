import Testing

@testable import Command

@Suite struct TerminalTests {
  private func terminal(
    _ environment: [String: String], isInteractive: Bool = true, refusesColor: Bool = false
  ) -> Terminal {
    Terminal(
      isInteractive: isInteractive, measuredWidth: nil, environment: environment,
      refusesColor: refusesColor)
  }

  @Test func `colour is shown on a terminal and not in a file`() {
    #expect(terminal([:]).usesColor)
    #expect(!terminal([:], isInteractive: false).usesColor)
  }

  @Test func `NO_COLOR counts when it is not empty`() {
    #expect(!terminal(["NO_COLOR": "1"]).usesColor)
    #expect(!terminal(["NO_COLOR": "0"]).usesColor)
    #expect(terminal(["NO_COLOR": ""]).usesColor)
  }

  @Test func `CLICOLOR_FORCE colours a file, but not against NO_COLOR or --no-color`() {
    #expect(terminal(["CLICOLOR_FORCE": "1"], isInteractive: false).usesColor)
    #expect(!terminal(["CLICOLOR_FORCE": "0"], isInteractive: false).usesColor)
    #expect(!terminal(["CLICOLOR_FORCE": "1", "NO_COLOR": "1"]).usesColor)
    #expect(!terminal(["CLICOLOR_FORCE": "1"], refusesColor: true).usesColor)
  }

  @Test func `a dumb terminal gets no colour and no rewritten lines`() {
    let dumb = terminal(["TERM": "dumb"])
    #expect(dumb.isInteractive && !dumb.usesColor && !dumb.canRewriteLine)
    #expect(terminal(["TERM": "xterm"]).canRewriteLine)
    #expect(!terminal(["CLICOLOR_FORCE": "1"], isInteractive: false).canRewriteLine)
  }

  @Test func `the width is stated, measured or 80`() {
    let wide = { (environment: [String: String], measured: Int?) in
      Terminal(isInteractive: true, measuredWidth: measured, environment: environment).width
    }
    #expect(wide(["COLUMNS": "120"], 100) == 120)
    #expect(wide(["COLUMNS": "x"], 100) == 100)
    #expect(wide(["COLUMNS": "0"], 0) == 80)
    #expect(wide([:], nil) == 80)
  }

  @Test func `a closed descriptor is no terminal`() {
    let nowhere = Terminal(descriptor: 987, environment: [:])
    #expect(!nowhere.isInteractive && nowhere.width == 80)
  }

  @Test func `styles vanish without colour`() {
    #expect(terminal([:]).styled("x", .bold) == "\u{1B}[1mx\u{1B}[0m")
    #expect(terminal(["NO_COLOR": "1"]).styled("x", .bold) == "x")
  }

  @Test func `control characters of foreign text become symbols`() {
    let hostile = "a\u{1B}]0;title\u{07}b\r\n\tc\u{7F}\u{9B}2J\u{202E}d"
    #expect(ForeignText.printable(hostile) == "a␛]0;title␇b␍␊␉c␡\u{FFFD}2J\u{FFFD}d")
    #expect(ForeignText.printable("a\n\tb\r", keepingLines: true) == "a\n\tb␍")
    #expect(ForeignText.printable("grüße 北京 😀 e\u{301}") == "grüße 北京 😀 e\u{301}")
  }

  @Test func `quoted text is cut to sixty characters`() {
    #expect(ForeignText.quoted(String(repeating: "é", count: 60)).count == 62)
    #expect(
      ForeignText.quoted(String(repeating: "é", count: 61))
        == "`\(String(repeating: "é", count: 60))…`")
  }
}
