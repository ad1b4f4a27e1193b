/// A table for LaTeX 2ε that needs no package, or `longtable` where a page cannot hold it.
///
/// Every character that LaTeX reads as more than itself is written by a command; letters of other
/// alphabets than the Latin and the Greek one, which need a package, stand as their code point.
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
    "\\caption{\(Self.escaped(table.caption))}\n\\label{tab:\(table.name)}"
  }

  private var alignment: String {
    table.columns.indices.map { table.isText($0) ? "l" : "r" }.joined()
  }

  private var heading: String { line(table.columns.map { Self.escaped(table.heading($0)) }) }

  private var rows: String {
    table.rows.indices.map { row in
      line(
        table.columns.indices.map { column in
          let (value, interval) = table.printed(row, column)
          // A bracket at the beginning of a row would be read as a length behind its `\\`.
          return "{\(Self.escaped(value))}"
            + (interval.map { " {\\scriptsize \(Self.escaped($0))}" } ?? "")
        })
    }.joined()
  }

  private var notes: String {
    table.notes.map { "\n\\smallskip\\noindent {\\footnotesize \(Self.escaped($0))}\n" }.joined()
  }

  private func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\\n" }

  /// A text as LaTeX shows it.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\textbackslash{}"
      case "{", "}", "$", "&", "#", "_", "%": result += "\\\(scalar)"
      case "^": result += "\\textasciicircum{}"
      case "~": result += "\\textasciitilde{}"
      case "<": result += "$<$"
      case ">": result += "$>$"
      case "|": result += "$|$"
      case "\"": result += "''"
      case "−": result += "$-$"
      case "×": result += "$\\times$"
      case "±": result += "$\\pm$"
      case "≥": result += "$\\geq$"
      case "≤": result += "$\\leq$"
      case "≻": result += "$\\succ$"
      case "→": result += "$\\to$"
      case "·": result += "$\\cdot$"
      case "∥": result += "$\\|$"
      case "…": result += "\\ldots{}"
      case "–": result += "--"
      case "—": result += "---"
      case "’": result += "'"
      case "“": result += "``"
      case "”": result += "''"
      case "\u{A0}": result += "~"
      case "α"..."ω", "Γ"..."Ω":
        result += greek[scalar].map { "$\\\($0)$" } ?? point(scalar)
      case "\n", "\r", "\t": result += " "
      case " "..."~": result.unicodeScalars.append(scalar)
      // Letters that every LaTeX since 2018 knows in UTF-8.
      case "\u{C0}"..."\u{17E}" where scalar.properties.isAlphabetic:
        result.unicodeScalars.append(scalar)
      default: result += point(scalar)
      }
    }
    return result
  }

  private static func point(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "[U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
  }

  private static let greek: [Unicode.Scalar: String] = [
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi",
    "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
  ]
}
