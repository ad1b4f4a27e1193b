/// One piece of a template.
struct Token: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    /// Text that is rendered as it stands.
    case data(Text)
    case blockBegin, blockEnd, variableBegin, variableEnd
    case name(String)
    case text(Text)
    case integer(Int)
    case float(Double)
    case symbol(String)
    case end
  }

  let kind: Kind
  /// In UTF-8 bytes of the source, whose line ends are `\n`.
  let offset: Int

  var description: String {
    switch kind {
    case .data: "text"
    case .blockBegin: "{%"
    case .blockEnd: "%}"
    case .variableBegin: "{{"
    case .variableEnd: "}}"
    case .name(let name): "\"\(name)\""
    case .text: "a text"
    case .integer, .float: "a number"
    case .symbol(let symbol): "\"\(symbol)\""
    case .end: "the end of the template"
    }
  }
}
