import Runs

/// A table for LaTeX 2ε that needs no package, or `longtable` where a page cannot hold it.
struct LaTeXTable {
  let table: PaperTable

  /// The most rows of a float; a page of ten points holds about so many.
  static let mostRowsOfFloat = 40
  /// The most columns in the size of the text around.
  static let mostColumnsAtFullSize = 7

  var text: String { table.rows.count > Self.mostRowsOfFloat ? long : float }

  private var float: String {
    """
    \\begin{table}
    \\centering\(size)
    \(caption)
    \\begin{tabular}{\(alignment)}
    \\hline
    \(heading)\\hline
    \(rows)\\hline
    \\end{tabular}
    \(notes)\\end{table}

    """
  }

  private var long: String {
    """
    % needs \\usepackage{longtable}
    {\(size)
    \\begin{longtable}{\(alignment)}
    \(caption) \\\\
    \\hline
    \(heading)\\hline
    \\endfirsthead
    \\hline
    \(heading)\\hline
    \\endhead
    \(rows)\\hline
    \\end{longtable}
    \(notes)}

    """
  }

  private var size: String {
    table.columns.count > Self.mostColumnsAtFullSize
      ? "\n\\footnotesize\\setlength{\\tabcolsep}{3pt}" : ""
  }

  private var caption: String {
    "\\caption{\(LaTeXText.escaped(table.caption))}\n\\label{tab:\(table.name)}"
  }

  private var alignment: String {
    table.columns.indices.map { table.isText($0) ? "l" : "r" }.joined()
  }

  private var heading: String { line(table.columns.map { LaTeXText.escaped(table.heading($0)) }) }

  private var rows: String {
    table.rows.indices.map { row in
      line(
        table.columns.indices.map { column in
          let (value, interval) = table.printed(row, column)
          // A bracket at the beginning of a row would be read as a length behind its `\\`.
          return "{\(LaTeXText.escaped(value))}"
            + (interval.map { " {\\scriptsize \(LaTeXText.escaped($0))}" } ?? "")
        })
    }.joined()
  }

  private var notes: String {
    table.notes.map { "\n\\smallskip\\noindent {\\footnotesize \(LaTeXText.escaped($0))}\n" }
      .joined()
  }

  private func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\\n" }
}
