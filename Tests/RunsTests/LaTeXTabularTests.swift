import TestSupport
import Testing

@testable import Runs

@Suite struct LaTeXTabularTests {
  private static func table(
    columns: Int, rows: Int, name: String = "dpo-pref", heading: String = "Win rate (%)"
  ) -> LaTeXTabular {
    LaTeXTabular(
      columns: [.init("Policy", isText: true)]
        + (0..<columns).map { _ in .init(heading, isText: false) },
      rows: (0..<rows).map { row in
        [.init("\(name)-\(row)")]
          + (0..<columns).map { _ in .init("−12.34", interval: "[−13.30, −11.22]") }
      })
  }

  @Test func `headings are broken first, then letters become smaller, then intervals go below`() {
    func setting(_ columns: Int) -> (size: String, lines: Int, heading: Int) {
      let parts = Self.table(columns: columns, rows: 2).parts
      return (
        parts[0].size, parts[0].lineCount, parts[0].heading.split(separator: "\n").count
      )
    }
    // The rule below the heading counts.
    #expect(setting(1) == ("", 2, 2))
    #expect(setting(3) == ("\\small\\setlength{\\tabcolsep}{4pt}", 2, 2))
    // Below each other a column is as wide as its interval.
    #expect(setting(4) == ("\\small\\setlength{\\tabcolsep}{4pt}", 4, 2))
  }

  @Test func `what no setting makes fit comes in parts with the first column in each`() {
    let parts = Self.table(columns: 12, rows: 2).parts
    #expect(parts.count > 1)
    for part in parts {
      #expect(part.width <= LaTeXTabular.textWidth)
      #expect(part.rows.contains("{dpo-pref-1}"))
    }
    let columns = parts.reduce(0) { $0 + $1.alignment.filter { $0 == "r" }.count }
    #expect(columns == 12)
  }

  @Test func `texts are broken at spaces and behind the signs in names`() {
    #expect(LaTeXSetting.wrapped("aa bb cc", to: LaTeXText.width("aa bb")) == ["aa bb", "cc"])
    #expect(LaTeXSetting.wrapped("dpo-beta=0.1", to: 25) == ["dpo-", "beta=", "0.1"])
    #expect(LaTeXSetting.wrapped("dpo-beta 0.1", to: 25, atSpaces: true) == ["dpo-beta", "0.1"])
    #expect(LaTeXSetting.wrapped("", to: 25) == [""])
    // A word that has no place to break stays whole.
    #expect(LaTeXSetting.wrapped("abcdefghijkl", to: 10) == ["abcdefghijkl"])
  }

  @Test func `more lines than a page holds need longtable`() {
    let most = LaTeXTabular.mostLinesOfPage
    #expect(!Self.table(columns: 1, rows: most).text().contains("longtable"))
    #expect(
      Self.table(columns: 1, rows: most + 1).text().hasPrefix("% needs \\usepackage{longtable}"))
    // Each row is of two lines.
    #expect(Self.table(columns: 4, rows: most / 2 + 1).text().contains("\\begin{longtable}"))
  }

  /// Sums of widths in `cmr10.tfm`: H 7.50, e 4.44, l 2.78 twice, o 5.00; digits 5.00 each.
  @Test func `widths are those of the face`() {
    #expect(abs(LaTeXText.width("Hello") - 22.5) < 1e-9)
    #expect(LaTeXText.width("123") == 15)
  }

  /// The widths are LaTeX's own word, where it is installed.
  @Test(arguments: [1, 2, 3, 4, 5, 8, 13])
  func `LaTeX finds no line too wide`(columns: Int) throws {
    for rows in [3, 8, 20, 63] {
      for name in ["dpo-pref", "online-dpo-beta=0.1-learning_rate=1e-4"] {
        let table = Self.table(columns: columns, rows: rows, name: name)
        #expect(try Typesetter.overfull(table.text()).isEmpty)
        #expect(
          try Typesetter.overfull(table.text(caption: "\\caption{All}", floats: true)).isEmpty)
      }
    }
    // The check itself sees what is too wide.
    guard Typesetter.program != nil else { return }
    #expect(try !Typesetter.overfull("\\noindent\\hbox to 350pt{}").isEmpty)
  }
}
