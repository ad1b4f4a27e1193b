/// The filters that templates may use.
enum FilterName: String, CaseIterable, Sendable {
  case abs, attr, batch, capitalize, center, count, d, `default`, dictsort, e, escape
  case filesizeformat, first, float, forceescape, format, groupby, indent, int, items, join, last
  case length, list, lower, map, max, min, reject, rejectattr, replace, reverse, round, safe
  case select, selectattr, slice, sort, string, sum, title, tojson, trim, truncate, unique, upper
  case urlencode, wordcount

  /// Jinja's other filters, which are for web pages or for debugging, or give another result each
  /// time.
  private static let refused: Set<String> = [
    "pprint", "random", "striptags", "urlize", "wordwrap", "xmlattr",
  ]

  static func unknown(_ name: String, _ source: SourceText, at offset: Int) -> TemplateError {
    source.syntaxError(
      refused.contains(name)
        ? "the filter \(Shown.text(name)) is not supported" : "unknown filter \(Shown.text(name))",
      at: offset)
  }
}
