/// Text as LaTeX 2ε shows it, without any package.
///
/// Every character that LaTeX reads as more than itself is written by a command; letters of other
/// alphabets than the Latin and the Greek one, which need a package, stand as their code point.
public enum LaTeXText {
  public static func escaped(_ text: String) -> String {
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
