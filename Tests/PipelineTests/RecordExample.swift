/// Makes a value of any record type, with every field there is, by decoding it from nothing.
struct RecordExample: Decoder {
  /// A key that is data, and neither spelling.
  static let dataKey = "aName_ofData 1"

  /// Raw values of enumerations; each is tried.
  private static let words = [
    "a", "above", "sent", "met", "kl", "higher", "exact", "I64", "reference", "labels", "longer",
    "verdict", "orders", "empty", "system", "seed", "max_tokens",
  ]

  /// Types that were made, by their names.
  final class Names {
    var found: Set<String> = []
  }

  let names: Names
  var word = words[0]
  var depth = 0
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  static func of<Record: Decodable>(
    _ type: Record.Type, _ names: Names = Names()
  ) throws -> Record {
    try RecordExample(names: names).value(type)
  }

  /// The first value that one of the words gives.
  private func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let plain: [Any] = [true, 3, Int32(3), UInt64(3), 1.5, word]
    if let value = plain.lazy.compactMap({ $0 as? Value }).first { return value }
    names.found.insert("\(type)")
    var problem: (any Error)?
    for word in Self.words {
      do {
        return try type.init(
          from: RecordExample(names: names, word: word, depth: depth + 1))
      } catch {
        problem = error
      }
    }
    throw problem ?? DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "\(type)"))
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Fields(example: self))
  }

  func unkeyedContainer() -> any UnkeyedDecodingContainer { Elements(example: self) }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(example: self) }

  private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let example: RecordExample
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [RecordExample.dataKey].compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { true }
    // Records that hold records of their own kind end.
    func decodeNil(forKey key: Key) -> Bool { example.depth > 12 }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      try example.value(type)
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedDecodingContainer<Nested> { example.container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
      example.unkeyedContainer()
    }

    func superDecoder() -> any Decoder { example }
    func superDecoder(forKey key: Key) -> any Decoder { example }
  }

  private struct Elements: UnkeyedDecodingContainer {
    let example: RecordExample
    var codingPath: [any CodingKey] { [] }
    var count: Int? { nil }
    var currentIndex = 0
    var isAtEnd: Bool { currentIndex > (example.depth > 12 ? -1 : 0) }

    func decodeNil() -> Bool { false }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      currentIndex += 1
      return try example.value(type)
    }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) -> KeyedDecodingContainer<Nested> {
      currentIndex += 1
      return example.container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer {
      currentIndex += 1
      return example.unkeyedContainer()
    }

    mutating func superDecoder() -> any Decoder { example }
  }

  private struct Single: SingleValueDecodingContainer {
    let example: RecordExample
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try example.value(type) }
  }
}
