import Foundation

/// JSON as servers write it: `snake_case` outside, `camelCase` inside.
enum WireJSON {
  static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try encoder.encode(value)
  }

  static func decode<Body: Decodable>(_ type: Body.Type, _ data: Data) throws(BadReply) -> Body {
    guard !data.isEmpty else { throw BadReply("the body is empty") }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(type, from: data)
    } catch DecodingError.keyNotFound(let key, let context) {
      throw BadReply("the body has no '\(path(context.codingPath + [key]))'")
    } catch DecodingError.typeMismatch(_, let context) {
      throw BadReply("'\(path(context.codingPath))' of the body has the wrong type")
    } catch DecodingError.valueNotFound(_, let context) {
      throw BadReply("'\(path(context.codingPath))' of the body is null")
    } catch {
      throw BadReply("the body is not JSON")
    }
  }

  /// `choices.0.finish_reason`.
  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { key in
      key.intValue.map(String.init)
        ?? key.stringValue.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
    }.joined(separator: ".")
  }
}
