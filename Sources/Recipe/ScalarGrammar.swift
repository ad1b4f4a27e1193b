/// What counts as a number in a recipe.
///
/// Narrower than YAML 1.1, whose octal `010`, sexagesimal `1:30`, `1_000` and `yes` surprise:
/// decimal digits, one sign, one point, one exponent. What is not a number is text.
enum ScalarGrammar {
  static func integer(_ text: String) -> Int? {
    guard let shape = Shape(text), shape.isInteger else { return nil }
    return Int(text)
  }

  /// A finite number; `1e400` and `.inf` are none.
  static func number(_ text: String) -> Double? {
    guard Shape(text) != nil, let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// Whether a plain scalar is neither a number nor a truth value.
  static func isText(_ text: String) -> Bool {
    Shape(text) == nil && text != "true" && text != "false"
  }

  private struct Shape {
    let isInteger: Bool

    init?(_ text: String) {
      var rest = Substring(text).utf8
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
      let whole = Shape.digits(&rest)
      if whole.count > 1, whole.first == UInt8(ascii: "0") { return nil }
      var fraction = 0
      var isInteger = true
      if rest.first == UInt8(ascii: ".") {
        rest.removeFirst()
        fraction = Shape.digits(&rest).count
        isInteger = false
      }
      guard whole.count + fraction > 0 else { return nil }
      if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
        rest.removeFirst()
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
          rest.removeFirst()
        }
        guard !Shape.digits(&rest).isEmpty else { return nil }
        isInteger = false
      }
      guard rest.isEmpty else { return nil }
      self.isInteger = isInteger
    }

    private static func digits(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
      let run = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest.removeFirst(run.count)
      return run
    }
  }
}
