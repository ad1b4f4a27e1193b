/// Some columns of a table for LaTeX in one way of setting them.
public struct LaTeXSetting: Sendable {
  /// How columns are set.
  struct Way: Sendable {
    let size: Size
    var wrapsHeadings = true
    /// Intervals stand below their values.
    var stacks = false
    var wrapsTexts = false

    /// From the most to the least readable.
    static let all = [
      Way(size: .normal, wrapsHeadings: false), Way(size: .normal), Way(size: .small),
      Way(size: .footnote), Way(size: .small, stacks: true), Way(size: .footnote, stacks: true),
      Way(size: .small, stacks: true, wrapsTexts: true),
      Way(size: .footnote, stacks: true, wrapsTexts: true),
    ]
  }

  enum Size: Sendable {
    case normal, small, footnote

    /// What widths at ten points are multiplied by, at most.
    var factor: Double {
      switch self {
      case .normal: 1
      case .small: 0.926
      case .footnote: 0.851
      }
    }

    /// The space on both sides of a column, in points.
    var separation: Double {
      switch self {
      case .normal: 6
      case .small: 4
      case .footnote: 3
      }
    }

    var command: String {
      switch self {
      case .normal: ""
      case .small: "\\small\\setlength{\\tabcolsep}{4pt}"
      case .footnote: "\\footnotesize\\setlength{\\tabcolsep}{3pt}"
      }
    }
  }

  /// Intervals are in `\scriptsize`.
  private static let intervalFactor = 0.816

  /// In points.
  let width: Double
  /// Chooses size and spaces; empty where they are those of the text around.
  public let size: String
  /// The argument of `tabular`.
  public let alignment: String
  /// The lines of the heading, each with its end, and the rule below; empty where no column has one.
  public let heading: String
  /// The lines of all rows, each with its end.
  public let rows: String
  /// How many lines the rows have.
  public let lineCount: Int

  init(_ table: LaTeXTabular, _ columns: [Int], _ way: Way) {
    let factor = way.size.factor
    func width(_ line: Line) -> Double {
      factor * LaTeXText.width(line.text)
        + (line.interval.map { interval in
          Self.intervalFactor * LaTeXText.width(interval)
            + (line.text.isEmpty ? 0 : factor * LaTeXText.width(" "))
        } ?? 0)
    }
    var cells = columns.map { column in table.rows.map { Self.lines($0[column], way) } }
    func widest(_ place: Int) -> Double { cells[place].joined().map(width).max() ?? 0 }
    let spaces = 2 * way.size.separation * Double(columns.count)
    // A heading takes no more width than what stands below it, unless a word of it does.
    var headings = columns.indices.map { place in
      let heading = table.columns[columns[place]].heading
      return way.wrapsHeadings
        ? Self.wrapped(heading, to: widest(place) / factor, atSpaces: true) : [heading]
    }
    func total() -> Double {
      columns.indices.reduce(spaces) {
        $0 + max(widest($1), headings[$1].map { factor * LaTeXText.width($0) }.max() ?? 0)
      }
    }
    if way.wrapsTexts {
      var open = columns.indices.filter { table.columns[columns[$0]].isText }
      while total() > LaTeXTabular.textWidth, let place = open.max(by: { widest($0) < widest($1) })
      {
        let old = widest(place)
        let aim = (old - 5) / factor
        cells[place] = table.rows.map { row in
          Self.wrapped(row[columns[place]].text, to: aim).map { Line(text: $0) }
        }
        headings[place] = Self.wrapped(
          table.columns[columns[place]].heading, to: aim, atSpaces: true)
        if widest(place) >= old { open.removeAll { $0 == place } }
      }
    }
    self.width = total()
    size = way.size.command
    alignment = columns.map { table.columns[$0].isText ? "l" : "r" }.joined()
    let headingHeight = headings.map(\.count).max() ?? 1
    let lines = (0..<headingHeight).map { line in
      // The last lines of all headings stand side by side.
      Self.line(
        headings.map { lines in
          let index = line - (headingHeight - lines.count)
          return index < 0 ? "{}" : LaTeXText.escaped(lines[index])
        }, isLast: line == headingHeight - 1)
    }.joined()
    heading = headings.joined().allSatisfy(\.isEmpty) ? "" : lines + "\\hline\n"
    let heights = table.rows.indices.map { row in cells.map { $0[row].count }.max() ?? 1 }
    rows = table.rows.indices.map { row in
      (0..<heights[row]).map { line in
        Self.line(
          cells.map { lines in line < lines[row].count ? lines[row][line].latex : "{}" },
          isLast: line == heights[row] - 1)
      }.joined()
    }.joined()
    lineCount = heights.reduce(0, +)
  }

  /// A line of a cell.
  private struct Line {
    var text = ""
    var interval: String?

    var latex: String {
      let words = text.isEmpty && interval != nil ? "" : "{\(LaTeXText.escaped(text))}"
      guard let interval else { return words }
      return (words.isEmpty ? "" : words + " ") + "{\\scriptsize \(LaTeXText.escaped(interval))}"
    }
  }

  private static func lines(_ cell: LaTeXTabular.Cell, _ way: Way) -> [Line] {
    guard way.stacks, let interval = cell.interval else {
      return [Line(text: cell.text, interval: cell.interval)]
    }
    return [Line(text: cell.text), Line(interval: interval)]
  }

  /// No page is broken within a row.
  private static func line(_ cells: [String], isLast: Bool) -> String {
    let line = cells.joined(separator: " & ")
    // Both signs would be read as belonging to the `\\\\` before them.
    return (line.hasPrefix("[") || line.hasPrefix("*") ? "{}" : "") + line
      + (isLast ? " \\\\\n" : " \\\\*\n")
  }

  /// A text in lines, which are wider than `limit` points at a size of ten only where no break is allowed.
  ///
  /// - Parameter atSpaces: breaks stand at spaces alone, not behind signs that join the parts of a name.
  static func wrapped(_ text: String, to limit: Double, atSpaces: Bool = false) -> [String] {
    var pieces: [String] = [""]
    for character in text {
      pieces[pieces.count - 1].append(character)
      if character == " " || (!atSpaces && "-=_/,;+".contains(character)) { pieces.append("") }
    }
    var lines: [String] = []
    for piece in pieces where !piece.isEmpty {
      let longer = (lines.last ?? "") + piece
      if !lines.isEmpty, LaTeXText.width(withoutLastSpaces(longer)) <= limit {
        lines[lines.count - 1] = longer
      } else {
        lines.append(piece)
      }
    }
    return lines.isEmpty ? [""] : lines.map(withoutLastSpaces)
  }

  private static func withoutLastSpaces(_ text: String) -> String {
    guard let last = text.lastIndex(where: { $0 != " " }) else { return "" }
    return String(text[...last])
  }
}
