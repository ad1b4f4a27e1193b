/// A mapping in the order of its keys, which may be whatever Python can hash.
final class Mapping {
  /// Keys that are equal although written differently, as `1`, `1.0` and `true`, are the same key.
  enum Key: Hashable {
    case none
    case integer(Int)
    case float(Double)
    case text([UInt8])
    case tuple([Key])
    case undefined
    case object(ObjectIdentifier)

    /// Nil for what cannot be a key: lists and mappings.
    init?(_ value: Value) {
      switch value {
      case .none: self = .none
      case .boolean(let value): self = .integer(value ? 1 : 0)
      case .integer(let value): self = .integer(value)
      case .float(let value): self = Int(exactly: value).map { .integer($0) } ?? .float(value)
      case .text(let text): self = .text(text.bytes)
      case .tuple(let items):
        var keys: [Key] = []
        for value in items.values {
          guard let key = Key(value) else { return nil }
          keys.append(key)
        }
        self = .tuple(keys)
      case .undefined: self = .undefined
      case .object(let object): self = .object(ObjectIdentifier(object))
      case .list, .mapping: return nil
      }
    }
  }

  private(set) var keys: [Value] = []
  private(set) var values: [Value] = []
  private(set) var depth = 1
  private var places: [Key: Int] = [:]

  var count: Int { keys.count }

  init() {}

  /// - Returns: False when the key cannot be one.
  func set(_ key: Value, to value: Value) -> Bool {
    guard let hashed = Key(key) else { return false }
    depth = max(depth, key.depth + 1, value.depth + 1)
    if let place = places[hashed] {
      values[place] = value
    } else {
      places[hashed] = keys.count
      keys.append(key)
      values.append(value)
    }
    return true
  }

  subscript(key: Key) -> Value? { places[key].map { values[$0] } }

  subscript(key: Text) -> Value? { self[.text(key.bytes)] }
}
