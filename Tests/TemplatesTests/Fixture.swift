import Foundation
import Runs
import Templates
import Testing

/// Files of what Jinja makes of templates; see `Fixtures/README.md`.
enum Fixture {
  /// The moment at which the fixtures were made, as `environment.py` fixes it.
  static let now = Date(timeIntervalSince1970: 1_772_874_303.000_042)

  static func json(_ name: String) throws -> JSONValue {
    let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Fixtures/\(name)"))
    return try JSONValue(parsing: Array(data))
  }

  /// What each conversation gives to a template.
  static func conversations() throws -> [[String: TemplateValue]] {
    try #require(json("conversations.json").array).map { variables($0) }
  }

  static func value(_ json: JSONValue) -> TemplateValue {
    switch json {
    case .null: .none
    case .boolean(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .number(let value): .float(value)
    case .string(let text): .text(text)
    case .array(let values): .list(values.map(value))
    case .object(let object):
      .mapping(object.members.map { TemplateValue.Entry($0.key, value($0.value)) })
    }
  }

  static func variables(_ json: JSONValue) -> [String: TemplateValue] {
    var variables: [String: TemplateValue] = [:]
    for member in json.object?.members ?? [] { variables[member.key] = value(member.value) }
    return variables
  }

  /// What a template makes of its variables; nil for one that fails.
  static func rendered(
    _ template: Template?, _ variables: [String: TemplateValue]
  ) -> Rendered? {
    try? template?.render(variables: variables, now: now)
  }

  /// Compares with a result of Jinja, which has spans in characters.
  static func expectSame(
    _ source: String, _ template: Template?, _ variables: [String: TemplateValue],
    _ expected: JSONValue
  ) {
    let result = rendered(template, variables)
    let bytes = result.map { Array($0.text.utf8) }
    let text = expected.object?["text"]?.string
    #expect(bytes == text.map { Array($0.utf8) }, "\(source)")
    // Jinja places what is gathered first at the end of what is rendered by then.
    guard let result, let bytes, !result.hasUnplacedGeneration else { return }
    func characters(_ offset: Int) -> Int {
      String(decoding: bytes[..<offset], as: UTF8.self).unicodeScalars.count
    }
    let spans = (expected.object?["spans"]?.array ?? []).compactMap(\.array)
    #expect(
      result.generated.map { [characters($0.lowerBound), characters($0.upperBound)] }
        == spans.map { $0.compactMap(\.integer) }, "\(source)")
  }
}
