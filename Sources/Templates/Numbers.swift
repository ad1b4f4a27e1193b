import Foundation

/// Numbers as Python writes and reads them.
enum Numbers {
  /// `repr` of a float: the shortest digits that read back as the same number, with an exponent
  /// below 1e-4 and from 1e16 on.
  static func printed(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
    let (digits, exponent) = shortest(value.magnitude)
    let sign = value < 0 ? "-" : ""
    return sign + layOut(digits, exponent, least: -4, most: 16, isAlwaysFraction: true)
  }

  /// The shortest digits of a positive number d.ddd × 10^exponent.
  private static func shortest(_ value: Double) -> (digits: [UInt8], exponent: Int) {
    let parts = "\(value)".split(separator: "e")
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var digits = Array(mantissa[0].utf8) + (mantissa.count > 1 ? Array(mantissa[1].utf8) : [])
    exponent += mantissa[0].utf8.count - 1
    while digits.count > 1, digits.first == UInt8(ascii: "0") {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return (digits, exponent)
  }

  private static func layOut(
    _ digits: [UInt8], _ exponent: Int, least: Int, most: Int, isAlwaysFraction: Bool
  ) -> String {
    func text(_ bytes: some Sequence<UInt8>) -> String {
      String(decoding: Array(bytes), as: UTF8.self)
    }
    if exponent < least || exponent >= most {
      let fraction = digits.count > 1 ? "." + text(digits.dropFirst()) : ""
      let magnitude = abs(exponent)
      return text(digits.prefix(1)) + fraction + (exponent < 0 ? "e-" : "e+")
        + (magnitude < 10 ? "0" : "") + "\(magnitude)"
    }
    if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + text(digits) }
    if digits.count <= exponent + 1 {
      let zeros = String(repeating: "0", count: exponent + 1 - digits.count)
      return text(digits) + zeros + (isAlwaysFraction ? ".0" : "")
    }
    return text(digits.prefix(exponent + 1)) + "." + text(digits.dropFirst(exponent + 1))
  }

  /// C's formatting with this many digits; `letter` is one of e, E, f, F, g and G.
  static func formatted(_ value: Double, _ letter: Character, precision: Int, flags: String = "")
    -> String
  {
    if !value.isFinite {
      let word = value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
      return letter.isUppercase ? word.uppercased() : word
    }
    return String(format: "%\(flags).\(precision)\(letter)", value)
  }

  /// `\x`, `\u` or `\U` and the digits of a character.
  static func escape(_ scalar: Unicode.Scalar) -> String {
    let (letter, width) =
      scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
    let digits = String(scalar.value, radix: 16)
    return "\\\(letter)" + String(repeating: "0", count: width - digits.count) + digits
  }

  enum Reading {
    case value(Int)
    case noNumber, tooLarge
  }

  /// What `int()` makes of a text.
  static func integer(_ text: Text, base: Int = 10) -> Reading {
    var scalars = stripped(text)
    var isNegative = false
    if let sign = scalars.first, sign == "-" || sign == "+" {
      isNegative = sign == "-"
      scalars.removeFirst()
    }
    var base = base
    if scalars.first == "0", scalars.count > 1 {
      let prefixes: [Unicode.Scalar: Int] = ["b": 2, "B": 2, "o": 8, "O": 8, "x": 16, "X": 16]
      if let given = prefixes[scalars[1]], base == 0 || base == given {
        base = given
        scalars.removeFirst(2)
        if scalars.first == "_" { scalars.removeFirst() }
      } else if base == 0, scalars.contains(where: { $0 != "0" && $0 != "_" }) {
        return .noNumber
      }
    }
    if base == 0 { base = 10 }
    guard !scalars.isEmpty, scalars.last != "_", scalars.first != "_" else { return .noNumber }
    var value = 0
    var isTooLarge = false
    var wasUnderscore = false
    for scalar in scalars {
      if scalar == "_" {
        if wasUnderscore { return .noNumber }
        wasUnderscore = true
        continue
      }
      wasUnderscore = false
      let digit =
        scalar.isASCII
        ? Character(scalar).isLetter || Character(scalar).isNumber
          ? Int(String(scalar), radix: 36) : nil
        : Characters.isDecimal(scalar) ? scalar.properties.numericValue.map { Int($0) } : nil
      guard let digit, digit < base else { return .noNumber }
      let (scaled, first) = value.multipliedReportingOverflow(by: base)
      let (next, second) =
        isNegative
        ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
      isTooLarge = isTooLarge || first || second
      value = next
    }
    return isTooLarge ? .tooLarge : .value(value)
  }

  /// What `float()` makes of a text; nil where it is no number.
  static func float(_ text: Text) -> Double? {
    let scalars = stripped(text)
    var word = ""
    for (index, scalar) in scalars.enumerated() {
      if scalar == "_" {
        guard index > 0, index + 1 < scalars.count, Characters.isDecimal(scalars[index - 1]),
          Characters.isDecimal(scalars[index + 1])
        else { return nil }
      } else if !scalar.isASCII, Characters.isDecimal(scalar) {
        word += String(Int(scalar.properties.numericValue ?? 0))
      } else {
        word.unicodeScalars.append(scalar)
      }
    }
    let lowered = word.lowercased()
    let unsigned =
      lowered.first == "-" || lowered.first == "+" ? String(lowered.dropFirst()) : lowered
    switch unsigned {
    case "inf", "infinity": return lowered.first == "-" ? -.infinity : .infinity
    case "nan": return .nan
    default: break
    }
    let allowed = unsigned.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x65].contains(byte)
    }
    guard allowed, let first = unsigned.utf8.first, first == 0x2E || first >= 0x30 else {
      return nil
    }
    // Swift wants a digit before the dot.
    return lowered.withCString { start in
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &end)
      guard let end, end.pointee == 0, UnsafePointer(end) != start else { return nil }
      return value
    }
  }

  private static func stripped(_ text: Text) -> [Unicode.Scalar] {
    var scalars = text.scalars[...]
    while let first = scalars.first, Characters.isSpace(first) { scalars.removeFirst() }
    while let last = scalars.last, Characters.isSpace(last) { scalars.removeLast() }
    return Array(scalars)
  }

  /// Rounds to so many digits behind the point as Python does: the exact value, half to even.
  static func rounded(_ value: Double, _ digits: Int) -> Double {
    guard value.isFinite, digits < 324 else { return value }
    if digits >= 0 { return Double(formatted(value, "f", precision: digits)) ?? value }
    guard digits > -310 else { return copysign(0, value) }
    // Digits before the point: from the exact decimal form, whose fraction breaks ties.
    let exact = formatted(value.magnitude, "f", precision: 30).split(separator: ".")
    var whole = exact[0].utf8.map { Int($0) - 0x30 }
    let count = -digits
    if whole.count <= count { whole = Array(repeating: 0, count: count + 1 - whole.count) + whole }
    let cut = whole.count - count
    let rest = whole[(cut + 1)...].contains { $0 != 0 } || exact[1].utf8.contains { $0 != 0x30 }
    let isUp = whole[cut] > 5 || whole[cut] == 5 && (rest || whole[cut - 1] % 2 == 1)
    for index in cut..<whole.count { whole[index] = 0 }
    var index = cut - 1
    if isUp {
      while index >= 0, whole[index] == 9 {
        whole[index] = 0
        index -= 1
      }
      if index >= 0 { whole[index] += 1 } else { whole.insert(1, at: 0) }
    }
    let result = Double(whole.map { String($0) }.joined()) ?? value.magnitude
    return value < 0 ? -result : result
  }
}
