import Runs

/// Numbers of judges as table cells.
enum JudgeCells {
  /// A share in percent with its interval and count.
  static func cell(_ share: JudgedShare?, mark: HTML = "") -> HTML {
    guard let share else { return "<td class=\"n none\">—</td>" }
    var interval: HTML = "<span>no interval</span>"
    if let low = share.low, let high = share.high {
      interval = "<span>[\(text: percent(low)), \(text: percent(high))]</span>"
    }
    return """
      <td class="n"><b>\(mark)\(text: percent(share.value))</b>\(interval)\
      <small>n\u{A0}\(text: Numeral.count(share.count))</small></td>
      """
  }

  static func percent(_ value: Double) -> String { Numeral.fixed(value * 100, decimals: 1) }

  static func probability(_ value: Double) -> String {
    value < 0.001 ? "< 0.001" : Numeral.fixed(value, decimals: 3)
  }
}
