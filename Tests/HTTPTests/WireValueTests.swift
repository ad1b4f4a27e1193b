import Foundation
import Testing

@testable import HTTP

/// JSON that servers write.
@Suite struct WireValueTests {
  private func value(_ text: String) -> WireValue? { WireValue(Data(text.utf8)) }

  @Test func `values are read by their kind`() {
    #expect(
      value(#" {"a": [1, -2.5e1, true, false, null], "b": {"c": "d\n\u00e9\ud83d\ude00"}} "#)
        == .object([
          "a": .list([.number(1), .number(-25), .boolean(true), .boolean(false), .null]),
          "b": .object(["c": .text("d\né😀")]),
        ]))
    #expect(value("[]") == .list([]) && value("{}") == .object([:]))
    #expect(value("\u{FEFF}7") == .number(7))
    #expect(value(#"{"a": null}"#)?["a"] == nil)
    #expect(value("[1]")?[1] == nil && value("[1]")?["a"] == nil)
  }

  @Test func `what nobody looks at makes nothing useless`() {
    #expect(value("1e400") == .number(.infinity))
    #expect(value("-Infinity") == .number(-.infinity))
    #expect(value("9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(value(#""\ud83d.\ude00""#) == .text("\u{FFFD}.\u{FFFD}"))
    #expect(value(#""\ud83d\ud83d\ude00""#) == .text("\u{FFFD}😀"))
    #expect(value(#"{"a": 1, "a": 2}"#) == .object(["a": .number(2)]))
    #expect(value("[Infinity, -Infinity]") == .list([.number(.infinity), .number(-.infinity)]))
    #expect(value(#"{"a": NaN, "b": 1}"#)?["a"]?.number?.isNaN == true)
    #expect(value("\"a\nb\tc\"") == .text("a\nb\tc"))
    #expect(WireValue(Data([0x22, 0x61, 0xFF, 0x62, 0x22])) == .text("a\u{FFFD}b"))
  }

  @Test(arguments: [
    "", " ", "{", "[1", "[1,]", "{\"a\"}", "{\"a\": 1,}", "{a: 1}", "01", "1.", "1e", "-", "Na",
    "Infinit", "nul", "tru", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "1 2",
    "<html>", "'a'", "\"\\", "\"\\ud83d\\u12", "-Infinit",
  ]) func `everything else is no JSON`(_ text: String) { #expect(value(text) == nil) }

  @Test func `bytes outside texts, and depth without end, are no JSON`() {
    #expect(WireValue(Data([0x5B, 0xFF, 0x5D])) == nil)
    #expect(value(String(repeating: "[", count: 100_000)) == nil)
    #expect(value(String(repeating: "{\"a\":", count: 100_000)) == nil)
    #expect(
      value(String(repeating: "[", count: 100) + String(repeating: "]", count: 100)) != nil)
  }

  @Test func `a count is a whole number within its bound`() {
    func count(_ text: String) -> Int? { value(text)?.count(upTo: 1000) }
    #expect(count("0") == 0 && count("7") == 7 && count("7.0") == 7 && count("1e3") == 1000)
    for text in ["-1", "7.5", "1001", "1e400", "9223372036854775807", "\"7\"", "true", "null"] {
      #expect(count(text) == nil, "\(text)")
    }
  }

  @Test func `cut short at any byte it is refused, and nothing traps`() {
    let whole = Array(#"{"a": [1.5e3, "é\u00e9\\", {"b": null}], "c": true}"#.utf8)
    for end in whole.indices { #expect(WireValue(Data(whole[..<end])) == nil) }
    for place in whole.indices {
      for byte in stride(from: 0, through: 255, by: 5) {
        var other = whole
        other[place] = UInt8(byte)
        _ = WireValue(Data(other))
      }
    }
  }
}
