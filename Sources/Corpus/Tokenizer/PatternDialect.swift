/// Rewrites an Oniguruma pattern for PCRE2.
///
/// The two differ in `\s` (PCRE2 adds U+180E), `\w` (PCRE2 10.42 leaves out marks and
/// connectors), `\h` (a hexadecimal digit here, a blank there), and in class arithmetic, which
/// PCRE2 lacks and which is refused.
enum PatternDialect {
  /// What `\w` is in Oniguruma: Unicode's word characters, and of Latin-1 the small digits and fractions.
  private static let word =
    #"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{B2}\x{B3}\x{B9}\x{BC}-\x{BE}"#

  static func translate(_ source: String) throws(PatternError) -> String {
    var result = ""
    var inClass = false
    var classStart = false
    var scalars = Array(source.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      let atClassStart = classStart
      classStart = false
      switch scalar {
      case "\\":
        guard let next = scalars.popFirst() else {
          throw PatternError(problem: "the pattern ends in a backslash")
        }
        result += try escape(next, inClass: inClass)
      case "[" where !inClass:
        (inClass, classStart) = (true, true)
        result += "["
        if scalars.first == "^" {
          scalars.removeFirst()
          result += "^"
        }
      case "[":
        guard scalars.first == ":" else {
          throw PatternError(problem: "a class inside a class is not supported")
        }
        result += "["
        while let inner = scalars.popFirst() {
          result.unicodeScalars.append(inner)
          if inner == "]" { break }
        }
      case "]" where inClass:
        inClass = atClassStart
        result += atClassStart ? #"\]"# : "]"
      case "&" where inClass && scalars.first == "&":
        throw PatternError(problem: "the intersection of classes (&&) is not supported")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func escape(
    _ letter: Unicode.Scalar, inClass: Bool
  ) throws(PatternError) -> String {
    switch letter {
    case "s": return #"\p{White_Space}"#
    case "S": return #"\P{White_Space}"#
    case "w": return inClass ? word : "[\(word)]"
    case "h": return inClass ? "0-9a-fA-F" : "[0-9a-fA-F]"
    case "W" where !inClass: return "[^\(word)]"
    case "H" where !inClass: return "[^0-9a-fA-F]"
    case "W", "H":
      throw PatternError(problem: "\\\(letter) inside a class is not supported")
    case "C", "g", "k", "K", "G", "X", "R", "y", "Y", "O", "N":
      throw PatternError(problem: "\\\(letter) is not supported")
    default: return "\\\(letter)"
    }
  }
}
