import Runs

/// A table of a paper for LaTeX 2ε that needs no package, or `longtable` where a page cannot hold it.
struct LaTeXTable {
  let table: PaperTable

  /// - Parameter table: columns that say the same in every row are told in the caption.
  init(_ table: PaperTable) { self.table = table.withoutConstants }

  var text: String {
    LaTeXTabular(
      columns: table.columns.indices.map {
        .init(table.heading(table.columns[$0]), isText: table.isText($0))
      },
      rows: table.rows.indices.map { row in
        table.columns.indices.map { column in
          let (value, interval) = table.printed(row, column)
          return .init(value, interval: interval)
        }
      }
    ).text(
      caption: "\\caption{\(LaTeXText.escaped(table.caption))}\n\\label{tab:\(table.name)}",
      notes: table.notes.map {
        "\n\\smallskip\\noindent {\\footnotesize \(LaTeXText.escaped($0))}\n"
      }.joined(), floats: true)
  }
}
