/// A table of plain text for a terminal: columns as wide as their widest cell.
public struct TextTable: Sendable, Equatable {
  public enum Alignment: Sendable, Equatable { case left, right }

  private let alignments: [Alignment]
  private var rows: [[String]]

  /// - Parameter columns: heading and alignment of each.
  public init(_ columns: [(heading: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.heading)]
  }

  /// Adds a row; missing cells are empty, surplus ones are not shown.
  public mutating func append(_ cells: [String]) {
    let filled = cells + Array(repeating: "", count: max(0, alignments.count - cells.count))
    rows.append(filled.prefix(alignments.count).map { ForeignText.printable($0) })
  }

  /// Heading and rows, without trailing spaces.
  public var lines: [String] {
    let widths = alignments.indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { cells in
      let padded = cells.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - cells[column].count)
        return alignments[column] == .left ? cells[column] + padding : padding + cells[column]
      }
      let line = padded.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
