import Foundation
import Runs

/// JSON that a server wrote, of which only what is looked at has to be as expected.
public indirect enum WireValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  /// As close as a double comes; infinite where the server writes more than that.
  case number(Double)
  case text(String)
  case list([WireValue])
  case object([String: WireValue])

  /// Nil where the bytes are not JSON.
  public init?(_ data: Data) {
    do throws(JSONError) {
      self.init(try JSONParser.parse(data, manner: .lenient))
    } catch {
      return nil
    }
  }

  private init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .boolean(let truth): self = .boolean(truth)
    case .integer(let number): self = .number(Double(number))
    case .number(let number): self = .number(number)
    case .string(let text): self = .text(text)
    case .array(let items): self = .list(items.map(WireValue.init))
    case .object(let object):
      self = .object(
        Dictionary(
          object.members.map { ($0.key, WireValue($0.value)) }, uniquingKeysWith: { $1 }))
    }
  }

  /// A member of an object; nil where there is none, where it is null, or where this is no object.
  public subscript(key: String) -> WireValue? {
    guard case .object(let members) = self, let value = members[key], value != .null else {
      return nil
    }
    return value
  }

  /// An item of a list; nil where there is none or where this is no list.
  public subscript(index: Int) -> WireValue? {
    guard case .list(let items) = self, items.indices.contains(index) else { return nil }
    return items[index]
  }

  public var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  public var number: Double? {
    if case .number(let value) = self { value } else { nil }
  }

  public var list: [WireValue]? {
    if case .list(let items) = self { items } else { nil }
  }

  public var members: [String: WireValue]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// A whole number from 0 up to a bound; nil for anything else.
  public func count(upTo most: Int) -> Int? {
    guard case .number(let value) = self, value >= 0, value <= Double(most),
      value.rounded(.towardZero) == value
    else { return nil }
    return Int(value)
  }
}
