/// How results are printed: the values of `--format` that commands share.
public enum OutputFormat: String, Sendable, CaseIterable {
  /// For a person at a terminal.
  case text
  /// Records, an object a line, with all digits.
  case json
  /// The tables and sentences of ``text`` as Markdown.
  case markdown
  /// The same for LaTeX 2ε, without any package.
  case latex
  /// The records of ``json`` as one table of RFC 4180.
  case csv

  /// Whether results are records instead of words.
  public var isForPrograms: Bool { self == .json || self == .csv }
}
