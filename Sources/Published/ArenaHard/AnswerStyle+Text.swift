import Foundation
import Statistics

extension AnswerStyle {
  /// The style of a text: markup as Arena-Hard counts it, length in words.
  ///
  /// Headers are lines that begin with one to six `#` and a space, list items those that begin with
  /// `-`, `*`, `+` or a number and a point, bold parts stand between `**` or `__` on one line; code
  /// blocks are left out.
  ///
  /// Source: Arena-Hard's `utils/add_markdown_info.py`.
  /// Differs: words stand for tokens, of which only the ratio matters.
  public init(text: String) {
    let plain = Self.withoutCode(text)
    self.init(
      tokens: text.split(whereSeparator: \.isWhitespace).count,
      headers: Self.count("^#{1,6}\\s", plain),
      lists: Self.count("^\\s*(?:\\d+\\.|[-*+])\\s", plain),
      bolds: Self.count("\\*\\*[^*\\n]+\\*\\*", plain) + Self.count("__[^_\\n]+__", plain))
  }

  private static func withoutCode(_ text: String) -> String {
    let parts = text.components(separatedBy: "```")
    var plain = ""
    // An odd part lies between two fences; a last fence without a partner opens nothing.
    for (index, part) in parts.enumerated() where index % 2 == 0 || index == parts.count - 1 {
      plain += part
    }
    return plain
  }

  private static func count(_ pattern: String, _ text: String) -> Int {
    guard
      let expression = try? NSRegularExpression(pattern: pattern, options: .anchorsMatchLines)
    else { preconditionFailure("the pattern \(pattern) is ours") }
    return expression.numberOfMatches(in: text, range: NSRange(text.startIndex..., in: text))
  }
}
