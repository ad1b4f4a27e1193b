import Runs
import Testing

@Suite struct CSVTextTests {
  @Test func `cells are quoted where they have to be`() {
    #expect(CSVText.row(["a", "b,c", "d\"e", "f\ng"]) == "a,\"b,c\",\"d\"\"e\",\"f\ng\"\r\n")
  }

  /// Names come from files of others, and tables are opened in spreadsheets.
  @Test(arguments: [
    "=1+1", "=HYPERLINK(\"x\")", "@SUM(A1)", "+cmd", "-cmd|' /C calc'!A0", "\t=1", "-2+3", "-1!A1",
    "+2%", " =1+1", "\u{A0}@SUM(A1)", "\u{200B}=1", "\u{FF1D}1+1", "\u{FF0B}cmd", "\n=1",
  ])
  func `what a spreadsheet would carry out is a text`(name: String) {
    #expect(CSVText.escaped(name).drop { $0 == "\"" }.hasPrefix("'"), "\(CSVText.escaped(name))")
  }

  @Test(arguments: ["-1.5", "+2", "-inf", "-.5", "-2e-3", "-", "", "dpo-rw", "1e-3", "–"])
  func `numbers and plain names stay`(text: String) {
    #expect(CSVText.escaped(text) == text)
  }
}
