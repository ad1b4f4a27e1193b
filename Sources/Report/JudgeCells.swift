import Runs

/// Numbers of judges as table cells.
enum JudgeCells {
  /// A share in percent with its interval and count.
  static func cell(_ share: JudgedShare?) -> HTML {
    guard let share else { return "<td class=\"n none\">—</td>" }
    let interval = Percent.interval(share)
    let shown = interval.isEmpty ? "no interval" : interval
    // Both orders and several seeds are more answers than prompts, which the interval goes by.
    let prompts = share.prompts.flatMap { $0 == share.count ? nil : $0 }
    let basis = prompts.map { " in \(Figure.plural($0, "prompt"))" } ?? ""
    return """
      <td class="n"><b>\(text: Percent.number(share.value))</b><span>\(text: shown)</span>\
      <small>n\u{A0}\(text: Numeral.count(share.count) + basis)</small></td>
      """
  }

  /// How often a canary was preferred; a record of an older version has its win rate alone.
  static func cell(preferred canary: CanarySummary) -> HTML {
    guard let preferred = canary.preferred else { return cell(canary.winRate) }
    return "<td class=\"n\">\(text: preferred)</td>"
  }

  static func probability(_ value: Double) -> String {
    value < 0.001 ? "< 0.001" : Numeral.fixed(value, decimals: 3)
  }
}
