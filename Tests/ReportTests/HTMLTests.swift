import Testing

@testable import Report

@Suite struct HTMLTests {
  @Test func textCannotBecomeMarkup() {
    let cell: HTML = "<td>\(text: "<b>&\"'</b>")</td>"
    #expect(cell.source == "<td>&lt;b&gt;&amp;\"'&lt;/b&gt;</td>")
  }

  @Test func namesMayBreakAtTheirSettingsAndNotWithinANumber() {
    let name: HTML = "\(name: "a-b_c=<4e-3>")"
    #expect(name.source == "a-b_<wbr>c=<wbr>&lt;4e<span class=\"ex\">-3</span>&gt;")
  }

  @Test func attributesCannotBeLeft() {
    let cell: HTML = "<td title=\"\(attribute: "\" onclick='x`y\n\t<>&")\">"
    #expect(
      cell.source == "<td title=\"&quot; onclick=&#39;x&#96;y&#10;&#9;&lt;&gt;&amp;\">")
  }

  @Test func jsonCannotEndItsScript() {
    let value = JSONValue.object([
      ("a</script>", .array([.string("<!--\u{2028}\"\\&'/\u{1F600}\u{7}"), .null, .integer(-3)])),
      ("n", .array([.number(0.1), .number(.nan), .number(nil), .number(1e-9)])),
    ])
    let block: HTML = "\(json: value)"
    #expect(
      block.source
        == #"{"a\u003c\u002fscript\u003e":["\u003c!--\u2028\"\\\u0026\u0027\u002f😀\u0007","#
        + #"null,-3],"n":[0.1,null,null,1e-09]}"#)
  }

  @Test func charactersOutsideThePlaneOfSixteenBitsAreEscapedInJSONAsPairs() {
    let block: HTML = "\(json: .string("\u{E0041}"))"
    #expect(block.source == #""\udb40\udc41""#)
  }

  @Test func controlsAndDirectionMarksAreShown() {
    let shown: HTML = "\(text: "a\u{0}b\u{1B}[2J\u{7F}\u{85}\u{202E}x\u{2066}\u{2028}\r\n\tz")"
    #expect(shown.source == "a␀b␛[2J␡⟦U+0085⟧⟦U+202E⟧x⟦U+2066⟧⟦U+2028⟧␍\n\tz")
    let named: HTML = "\(attribute: "\u{FEFF}\u{200F}")"
    #expect(named.source == "⟦U+FEFF⟧⟦U+200F⟧")
  }

  @Test func ordinaryScriptsPassUnchanged() {
    let shown: HTML = "\(text: "שלום, 你好, e\u{301}, \u{1F469}\u{200D}\u{1F680}")"
    #expect(shown.source == "שלום, 你好, e\u{301}, \u{1F469}\u{200D}\u{1F680}")
  }

  @Test func piecesJoinWithTheirSeparator() {
    #expect(HTML(["a", "b", "c"], separator: ", ").source == "a, b, c")
    #expect(HTML([]).source == "")
  }
}
