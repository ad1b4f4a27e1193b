import Runs

/// A table of words: for a terminal with columns as wide as their widest cell, or as markup.
public struct TextTable: Sendable, Equatable {
  public enum Alignment: Sendable, Equatable { case left, right }

  private let alignments: [Alignment]
  /// Where all are empty, a terminal sees no heading.
  private let heading: [String]
  private var rows: [[String]] = []

  /// - Parameter columns: heading and alignment of each.
  public init(_ columns: [(heading: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    heading = columns.map { ForeignText.printable($0.heading) }
  }

  /// Adds a row; missing cells are empty, surplus ones are not shown.
  public mutating func append(_ cells: [String]) {
    let filled = cells + Array(repeating: "", count: max(0, alignments.count - cells.count))
    rows.append(filled.prefix(alignments.count).map { ForeignText.printable($0) })
  }

  /// Heading and rows, without trailing spaces.
  public var lines: [String] {
    let all = (heading.allSatisfy(\.isEmpty) ? [] : [heading]) + rows
    let widths = alignments.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { cells in
      let padded = cells.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - cells[column].count)
        return alignments[column] == .left ? cells[column] + padding : padding + cells[column]
      }
      let line = padded.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// A table of GitHub's Markdown.
  public var markdown: [String] {
    [
      MarkdownText.row(heading.map(MarkdownText.escaped)),
      MarkdownText.rule(isText: alignments.map { $0 == .left }),
    ] + rows.map { MarkdownText.row($0.map(MarkdownText.escaped)) }
  }

  /// The rows as LaTeX sets them in the width of a page; an interval joins the value on its left.
  public var latex: [String] {
    let isInterval = heading.indices.map { $0 > 0 && heading[$0] == "interval" }
    let kept = heading.indices.filter { !isInterval[$0] }
    func interval(_ column: Int, of cells: [String]) -> String? {
      let next = column + 1
      return next < cells.count && isInterval[next] && !cells[next].isEmpty ? cells[next] : nil
    }
    let table = LaTeXTabular(
      columns: kept.map { column in
        let heads = [heading[column], interval(column, of: heading).map { "[\($0)]" }]
        return .init(
          heads.compactMap(\.self).joined(separator: " "), isText: alignments[column] == .left)
      },
      rows: rows.map { cells in
        kept.map { .init(cells[$0], interval: interval($0, of: cells)) }
      })
    return table.text().split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }
}
