/// A value that a template is given: what JSON can say, with keys in their order.
public indirect enum TemplateValue: Equatable, Sendable {
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case text(String)
  case list([TemplateValue])
  case mapping([Entry])

  /// One key of a mapping with its value; of equal keys the last one counts.
  public struct Entry: Equatable, Sendable {
    public let key: String
    public let value: TemplateValue

    public init(_ key: String, _ value: TemplateValue) {
      self.key = key
      self.value = value
    }
  }

  // Texts are equal when their scalars are: "é" and "é" may differ, as they do in a template.
  public static func == (left: TemplateValue, right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.none, .none): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.float(let left), .float(let right)): left == right
    case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
    case (.list(let left), .list(let right)): left == right
    case (.mapping(let left), .mapping(let right)): left == right
    default: false
    }
  }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(floatLiteral value: Double) { self = .float(value) }
  public init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }
  public init(nilLiteral: ()) { self = .none }

  public init(dictionaryLiteral elements: (String, TemplateValue)...) {
    self = .mapping(elements.map { Entry($0.0, $0.1) })
  }
}
