/// The rows of a table for LaTeX 2ε, set so that they fit the width of a page's text, without any package.
///
/// Of the ways to set a table the first that fits is taken: as it is; with headings of several lines; in a
/// smaller size; with each interval below its value; with texts of several lines; and, where nothing
/// helps, in parts below each other, each with the first column.
public struct LaTeXTabular: Sendable {
  public struct Cell: Sendable {
    let text: String
    let interval: String?

    public init(_ text: String, interval: String? = nil) {
      self.text = text
      self.interval = interval
    }
  }

  public struct Column: Sendable {
    let heading: String
    /// Stands on the left, and may be broken into lines.
    let isText: Bool

    public init(_ heading: String, isText: Bool) {
      self.heading = heading
      self.isText = isText
    }
  }

  /// The text of `article` at ten points in one column, in points.
  static let textWidth = 345.0

  let columns: [Column]
  let rows: [[Cell]]

  /// - Parameter rows: each with a cell for every column.
  public init(columns: [Column], rows: [[Cell]]) {
    self.columns = columns
    self.rows = rows
  }

  /// The parts, one below the other; more than one only where no setting fits the width.
  public var parts: [LaTeXSetting] {
    let all = Array(columns.indices)
    let ways = LaTeXSetting.Way.all
    for way in ways {
      let setting = LaTeXSetting(self, all, way)
      if setting.width <= Self.textWidth { return [setting] }
    }
    return split(all, ways[ways.count - 1])
  }

  /// As many columns in each part as fit, the first in all of them.
  private func split(_ all: [Int], _ way: LaTeXSetting.Way) -> [LaTeXSetting] {
    var parts: [LaTeXSetting] = []
    var current = [0]
    for column in all.dropFirst() {
      let wider = LaTeXSetting(self, current + [column], way)
      if wider.width > Self.textWidth, current.count > 1 {
        parts.append(LaTeXSetting(self, current, way))
        current = [0, column]
      } else {
        current.append(column)
      }
    }
    return parts + [LaTeXSetting(self, current, way)]
  }

  // MARK: What surrounds the rows

  /// The most lines of rows that stay together; a page of ten points holds about so many.
  static let mostLinesOfPage = 40

  /// Whether a page cannot hold all rows, and ``text(caption:)`` needs the package `longtable`.
  private static func isLong(_ parts: [LaTeXSetting]) -> Bool {
    parts.reduce(0) { $0 + $1.lineCount } > mostLinesOfPage
  }

  /// The table by itself, in a group of its own.
  ///
  /// - Parameters:
  ///   - caption: commands that give caption and label, already escaped.
  ///   - notes: what follows, already escaped.
  ///   - floats: a table that a page can hold may move to where there is room.
  public func text(caption: String? = nil, notes: String = "", floats: Bool = false) -> String {
    let parts = parts
    let size = parts[0].size.isEmpty ? "" : parts[0].size + "\n"
    guard !Self.isLong(parts) else {
      return "% needs \\usepackage{longtable}\n{" + (size.isEmpty ? "\n" : size)
        + parts.indices.map { long(parts[$0], caption: $0 == 0 ? caption : nil) }.joined()
        + notes + "}\n"
    }
    let tabulars = parts.map { part in
      """
      \\begin{tabular}{\(part.alignment)}
      \\hline
      \(part.heading)\(part.rows)\\hline
      \\end{tabular}

      """
    }
    guard floats else {
      return "{\(size)\\noindent\n" + tabulars.joined(separator: "\n\\medskip\\noindent\n")
        + notes + "}\n"
    }
    return "\\begin{table}\n\\centering\n\(size)" + (caption.map { $0 + "\n" } ?? "")
      + tabulars.joined(separator: "\n\\medskip\n") + notes + "\\end{table}\n"
  }

  private func long(_ part: LaTeXSetting, caption: String?) -> String {
    """
    \\begin{longtable}{\(part.alignment)}
    \(caption.map { $0 + " \\\\\n" } ?? "")\\hline
    \(part.heading)\\endfirsthead
    \\hline
    \(part.heading)\\endhead
    \(part.rows)\\hline
    \\end{longtable}

    """
  }
}
