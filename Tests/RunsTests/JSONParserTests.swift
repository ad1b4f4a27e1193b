import TestSupport
import Testing

@testable import Runs

@Suite struct JSONParserTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

  @Test func everyKindOfValueIsRead() throws {
    let value = try parse(#" {"a": [1, -2.5e3, true, false, null], "é\n\u00e9\ud83d\ude00": ""} "#)
    let object = try #require(value.object)
    #expect(
      object["a"]
        == .array([.integer(1), .number(-2500), .boolean(true), .boolean(false), .null]))
    #expect(object.members[1].key == "é\né😀")
    #expect(object.members[1].position == JSONPosition(line: 1, column: 66))
  }

  @Test func minusZeroAndLargeNumbersKeepTheirValue() throws {
    #expect(try parse("-0").number?.sign == .minus)
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
  }

  @Test func canonicallyEquivalentKeysAreDistinct() throws {
    #expect(try parse("{\"\u{03AF}\": 1, \"\u{1F77}\": 2}").object?.members.count == 2)
  }

  @Test(arguments: [
    ("", "1:1: ends early; expected a value"),
    ("{\"a\": 1", "1:8: ends early; expected a comma or }"),
    ("[1 2]", "1:4: expected a comma or ], found '2'"),
    ("{\"a\": 1, \"a\": 2}", "1:10: duplicate key \"a\""),
    ("{\"a\":\n  NaN}", "2:3: NaN and Infinity are not JSON; write a finite number or null"),
    ("1e400", "1:1: the number 1e400 overflows"),
    ("01", "1:1: not a JSON number"),
    ("\"\\ud83d x\"", "1:2: lone surrogate; half a character"),
    ("\"\\udc00\"", "1:2: lone surrogate; half a character"),
    ("\"a\u{0}\"", "1:3: NUL byte; the file is damaged"),
    ("\"a\nb\"", "1:3: raw control character in a text; write it as \\n, \\t or \\u00XX"),
    ("\"abc", "1:5: the text has no closing quote"),
    ("1 1", "1:3: more text after the value"),
    ("tru", "1:1: expected a value, found 't'"),
    (String(repeating: "[", count: 1_000_000), "1:129: nested deeper than 128 levels"),
  ])
  func brokenTextIsNamedByPlace(text: String, expected: String) {
    #expect(message { _ = try parse(text) } == expected)
  }

  @Test func bytesThatAreNotUnicodeAreNamedByPlace() {
    let bytes = Array("{\"a\": \"é".utf8) + [0xFF, 0x22, 0x7D]
    #expect(
      message { _ = try JSONParser.parse(bytes) } == "1:10: not UTF-8; save the file as UTF-8")
  }

  @Test func duplicatesAmongManyKeysAreFound() {
    let keys = (0..<100).map { "\"k\($0)\": 0" } + ["\"k7\": 1"]
    let found = message { _ = try parse("{\(keys.joined(separator: ", "))}") }
    #expect(found.hasSuffix("duplicate key \"k7\""))
  }

  @Test func `errors give the byte too, also before the line that was reached`() throws {
    let error = #expect(throws: JSONError.self) { try parse("{\n \"a\": 1,\n \"a\": 2}") }
    #expect(error?.offset == 12 && error?.description == "3:2: duplicate key \"a\"")
    let early = #expect(throws: JSONError.self) {
      try JSONParser.read(Array("[1,\n2]".utf8)) { parser throws(JSONError) -> Int in
        try parser.array { parser throws(JSONError) in _ = try parser.unsigned() }
        throw parser.failure("too few", at: 1)
      }
    }
    #expect(early?.description == "1:2: too few")
  }

  @Test func `values are passed over or taken piece by piece`() throws {
    let text = #"{"skip": [{"a": [1, "x\u00e9"]}, null], "n": 12, "s": "t"}"#
    var found: [String] = []
    try JSONParser.read(Array(text.utf8)) { parser throws(JSONError) in
      try parser.object { parser, key, _ throws(JSONError) in
        switch key {
        case "n": found.append("\(try parser.unsigned())")
        case "s": found.append(try parser.text())
        default: try parser.skipValue()
        }
      }
    }
    #expect(found == ["12", "t"])
    #expect(
      message {
        try JSONParser.read(Array("[nul]".utf8)) { parser throws(JSONError) in
          try parser.skipValue()
        }
      } == "1:2: expected a value, found 'n'")
  }
}
