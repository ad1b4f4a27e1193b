import Foundation

/// Numbers as a reader sees them: a real minus sign, digits that the precision supports, no locale.
public enum Numeral {
  /// `digits` significant digits; powers of ten for what is very small or very large.
  public static func significant(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite else { return "not finite" }
    guard value != 0 else { return "0" }
    let scientific = String(format: "%.\(digits - 1)e", value).split(separator: "e")
    guard scientific.count == 2, let exponent = Int(scientific[1]) else { return "\(value)" }
    guard (-4...5).contains(exponent) else {
      return withMinus(String(scientific[0])) + "×10" + superscript(exponent)
    }
    return fixed(value, decimals: max(0, digits - 1 - exponent))
  }

  /// A fixed number of decimals, thousands grouped; a value that rounds to zero has no sign.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "not finite" }
    let digits = String(format: "%.\(decimals)f", abs(value))
    let isZero = digits.allSatisfy { $0 == "0" || $0 == "." }
    let parts = digits.split(separator: ".", maxSplits: 1)
    let grouped = group(String(parts[0]))
    let rest = parts.count == 2 ? "." + parts[1] : ""
    return (value < 0 && !isZero ? "−" : "") + grouped + rest
  }

  /// As a person would write it: `0.5`, `16`.
  public static func plain(_ value: Double) -> String {
    Int(exactly: value).map(count) ?? "\(value)"
  }

  /// Of a p-value: three digits, and never 0.
  public static func probability(_ value: Double) -> String {
    value < 0.001 ? "<0.001" : fixed(value, decimals: 3)
  }

  /// A whole number, thousands grouped.
  public static func count(_ value: Int) -> String {
    (value < 0 ? "−" : "") + group(String(value.magnitude))
  }

  /// Decimals that show two significant digits of an interval's half-width.
  public static func decimals(halfWidth: Double) -> Int? {
    // Below a billionth only rounding is left of an interval without width.
    guard halfWidth.isFinite, halfWidth > 1e-9 else { return nil }
    // 0.98 prints as 1.0, so what rounds up to a power of ten counts as that power.
    return min(6, max(0, 1 - Int(log10(halfWidth / 0.95).rounded(.down))))
  }

  /// The same text for a terminal, where blanks are plain.
  public static func plain(_ text: String) -> String { text.replacing("\u{A0}", with: " ") }

  /// Bytes in the unit that leaves one to three digits before the point.
  public static func bytes(_ value: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var amount = Double(value)
    var unit = 0
    while abs(amount) >= 1024, unit < units.count - 1 {
      amount /= 1024
      unit += 1
    }
    return (unit == 0 ? fixed(amount, decimals: 0) : significant(amount)) + "\u{A0}" + units[unit]
  }

  /// Seconds below two minutes, then minutes, then hours.
  public static func duration(seconds: Double) -> String {
    guard seconds.isFinite else { return "not finite" }
    if abs(seconds) < 120 { return significant(seconds) + "\u{A0}s" }
    if abs(seconds) < 7200 { return significant(seconds / 60) + "\u{A0}min" }
    return significant(seconds / 3600) + "\u{A0}h"
  }

  /// A length in a drawing: one decimal, an ASCII minus, nothing superfluous.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let whole = tenths.magnitude / 10
    let tenth = tenths.magnitude % 10
    return (tenths < 0 ? "-" : "") + "\(whole)" + (tenth == 0 ? "" : ".\(tenth)")
  }

  private static func withMinus(_ digits: String) -> String {
    digits.hasPrefix("-") ? "−" + digits.dropFirst() : digits
  }

  private static func group(_ digits: String) -> String {
    guard digits.count > 4 else { return digits }
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }

  private static func superscript(_ exponent: Int) -> String {
    let raised: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return (exponent < 0 ? "⁻" : "")
      + String(String(exponent.magnitude).compactMap { $0.wholeNumberValue.map { raised[$0] } })
  }
}
