/// A piece of finished HTML that no unescaped run-time string can enter.
///
/// Markup comes from literals only, whose segments are ``StaticString``s, which the compiler alone can
/// make, and from the files of `Page`, which are compiled in. What is known at run time enters through a labelled interpolation that escapes
/// for the context its label names:
/// ```swift
/// let cell: HTML = "<td title=\"\(attribute: note)\">\(text: name)</td>"
/// ```
/// There is no interpolation of a bare `String`, so forgetting the label does not compile.
struct HTML: Equatable, Sendable, ExpressibleByStringInterpolation {
  /// The finished source.
  private(set) var source: String

  init(stringLiteral literal: StaticString) {
    source = literal.description
  }

  /// A file of `Page`: ``PackageResources`` alone holds such bytes.
  init(compiledIn bytes: [UInt8]) {
    source = String(decoding: bytes, as: UTF8.self)
  }

  init(stringInterpolation: Interpolation) {
    source = stringInterpolation.source
  }

  /// Puts pieces one after another, with `separator` between two of them.
  init(_ pieces: some Sequence<HTML>, separator: HTML = "") {
    source = ""
    var isFirst = true
    for piece in pieces {
      if !isFirst { source += separator.source }
      source += piece.source
      isFirst = false
    }
  }

  var isEmpty: Bool { source.isEmpty }

  static func += (left: inout HTML, right: HTML) {
    left.source += right.source
  }

  struct Interpolation: StringInterpolationProtocol {
    typealias StringLiteralType = StaticString

    fileprivate var source = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      source.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    mutating func appendLiteral(_ literal: StaticString) {
      literal.withUTF8Buffer { source += String(decoding: $0, as: UTF8.self) }
    }

    mutating func appendInterpolation(_ piece: HTML) {
      source += piece.source
    }

    mutating func appendInterpolation(_ integer: Int) {
      source += String(integer)
    }

    /// Between tags.
    mutating func appendInterpolation(text: String) {
      Escaping.appendText(text, to: &source)
    }

    /// Between tags: a name that settings make long, with places where its line may break.
    mutating func appendInterpolation(name: String) {
      Escaping.appendName(name, to: &source)
    }

    /// Inside a quoted attribute value.
    mutating func appendInterpolation(attribute: String) {
      Escaping.appendAttribute(attribute, to: &source)
    }

    /// A value inside a `<script type="application/json">` block.
    mutating func appendInterpolation(json value: JSONValue) {
      Escaping.appendJSON(value, to: &source)
    }

    /// A length in a drawing, with one decimal; 0 where it is not finite.
    mutating func appendInterpolation(at coordinate: Double) {
      source += Numeral.coordinate(coordinate)
    }
  }
}
