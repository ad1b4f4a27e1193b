import Runs

/// A table for LaTeX 2ε that needs no package.
struct LaTeXTable {
  let table: PaperTable

  var text: String {
    let alignment = table.columns.indices.map { table.isText($0) ? "l" : "r" }.joined()
    var text = "\\begin{table}\n\\centering\n\\caption{\(LaTeXText.escaped(table.caption))}\n"
    text += "\\label{tab:\(table.name)}\n\\begin{tabular}{\(alignment)}\n\\hline\n"
    text += line(table.columns.map { LaTeXText.escaped(table.heading($0)) }) + "\\hline\n"
    for row in table.rows.indices {
      text += line(
        table.columns.indices.map { column in
          let (value, interval) = table.printed(row, column)
          // A bracket at the beginning of a row would be read as a length behind its `\\`.
          return "{\(LaTeXText.escaped(value))}"
            + (interval.map { " {\\scriptsize \(LaTeXText.escaped($0))}" } ?? "")
        })
    }
    text += "\\hline\n\\end{tabular}\n"
    for note in table.notes {
      text += "\n\\smallskip\\noindent {\\footnotesize \(LaTeXText.escaped(note))}\n"
    }
    return text + "\\end{table}\n"
  }

  private func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\\n" }
}
