import Testing

@testable import Templates

@Suite struct NumbersTests {
  /// From Python 3.11: `repr(value)`.
  @Test(arguments: [
    (0.1, "0.1"), (1.0, "1.0"), (-0.0, "-0.0"), (1e15, "1000000000000000.0"), (1e16, "1e+16"),
    (0.0001, "0.0001"), (0.00001, "1e-05"), (1.5e-7, "1.5e-07"), (123456789.123, "123456789.123"),
    (1e22, "1e+22"), (Double.leastNonzeroMagnitude, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
    (9007199254740993.0, "9007199254740992.0"), (.infinity, "inf"), (-.infinity, "-inf"),
    (.nan, "nan"),
  ]) func `floats print as in Python`(value: Double, text: String) {
    #expect(Numbers.printed(value) == text)
  }

  /// From Python 3.11: `round(value, digits)`.
  @Test(arguments: [
    (2.5, 0, 2.0), (3.5, 0, 4.0), (2.675, 2, 2.67), (0.125, 2, 0.12), (1234.5, -2, 1200.0),
    (1250.0, -2, 1200.0), (1350.0, -2, 1400.0), (-1250.1, -2, -1300.0), (99.5, -2, 100.0),
    (1.0, -400, 0.0), (1.5, 400, 1.5),
  ]) func `floats round as in Python`(value: Double, digits: Int, rounded: Double) {
    #expect(Numbers.rounded(value, digits) == rounded)
  }

  /// From Python 3.11: `int(text, base)`.
  @Test(arguments: [
    (" 12 ", 10, 12), ("-1_0", 10, -10), ("0x1F", 16, 31), ("0x1F", 0, 31), ("0b101", 0, 5),
    ("z", 36, 35), ("٣", 10, 3), ("00", 0, 0),
  ]) func `texts are read as whole numbers`(text: String, base: Int, value: Int) {
    guard case .value(value) = Numbers.integer(Text(text), base: base) else {
      Issue.record("\(text)")
      return
    }
  }

  @Test(arguments: ["", "1__0", "_1", "1_", "1.5", "0x", "01x", "-", "+-1", "a"])
  func `what is no whole number is none`(text: String) {
    guard case .noNumber = Numbers.integer(Text(text)) else {
      Issue.record("\(text)")
      return
    }
  }

  /// From Python 3.11: `float(text)`.
  @Test(arguments: [
    (" 1.5 ", 1.5), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("-1_0.5", -10.5),
    ("Infinity", .infinity),
    ("-inf", -.infinity),
  ]) func `texts are read as floats`(text: String, value: Double) {
    #expect(Numbers.float(Text(text)) == value)
  }

  @Test(arguments: ["", "0x1p3", "1e", "1_", "1 2", "--1", "infin", "1.5f"])
  func `what is no float is none`(text: String) {
    #expect(Numbers.float(Text(text)) == nil)
  }
}
