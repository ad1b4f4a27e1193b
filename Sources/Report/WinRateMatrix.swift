/// Win rates between more policies than fit beside each other with their intervals: a heat map, the
/// strongest policy first, so that what cannot be told apart stands together.
struct WinRateMatrix {
  /// The most policies for which a table with intervals can still be read.
  static let widest = 16
  /// So many of the strongest stand in such a table all the same.
  static let first = 8

  let study: Study
  let members: [String]
  let cells: [WinRateSection.Pair: WinRateSection.Cell]

  var html: HTML {
    let shown = ranked
    let side = max(9, min(26, 720 / Double(max(1, shown.count))))
    let keys = keys(of: shown.map(\.id))
    let names = zip(shown, keys).map { member, key in
      "\(key) \(study.label(ofSubject: member.id))  \(Self.percent(member.mean))"
    }
    let size = min(12, side * 0.8)
    let left = Double(names.map(\.count).max() ?? 0) * size * 0.58 + 12
    let top = 22.0
    let widest = Double(keys.map(\.count).max() ?? 1) * max(9, size) * 0.62 + 6
    let stride = max(1, Int((widest / side).rounded(.up)))
    var drawn: HTML = ""
    for (row, subject) in shown.enumerated() {
      let y = top + Double(row) * side
      drawn += """
        <text class="name" x="\(at: left - 6)" y="\(at: y + side / 2 + size * 0.35)" \
        style="font-size:\(at: size)px">\(text: names[row])</text>
        """
      // Where numbers of columns have no room, some are left out.
      if row % stride == 0 {
        drawn += """
          <text class="top" x="\(at: left + (Double(row) + 0.5) * side)" y="\(at: top - 6)" \
          style="font-size:\(at: max(9, size))px">\(text: keys[row])</text>
          """
      }
      for (column, opponent) in shown.enumerated() where subject.id != opponent.id {
        let pair = WinRateSection.Pair(subject: subject.id, opponent: opponent.id)
        guard let cell = cells[pair] else { continue }
        drawn += square(
          cell, x: left + Double(column) * side, y: y, side: side,
          name: "\(keys[row]) against \(keys[column])")
      }
    }
    let count = Double(shown.count)
    let (width, height) = (left + count * side + 6, top + count * side + 6)
    let id = "\(study.prefix)heat"
    return Figure.figure(
      """
      <svg class="heat" viewBox="0 0 \(at: width) \(at: height)" role="img" \
      aria-labelledby="\(attribute: id)-t"><title id="\(attribute: id)-t">Win rates between \
      \(shown.count) policies</title>\(drawn)</svg>

      """,
      caption: """
        Win rate of the row against the column; columns bear the numbers of the \
        rows\(study.isCrowded ? ", which are those of the other figures," : "") and stand like them in the order of \
        their mean against all others, printed in percent beside their names. Blue: the row wins more \
        often, orange: less often, the more so the stronger the colour. Pale: the \
        \(text: study.percent)\u{A0}% interval holds 50, or there is none. Pointing at a square shows its numbers. About one in twenty \
        squares of equal policies is not pale by chance.
        """)
  }

  /// Members with a rate, by their mean over all opponents; equal ones as they came.
  var ranked: [(id: String, mean: Double)] {
    var sums: [String: (sum: Double, count: Int)] = [:]
    for member in members {
      for opponent in members {
        let pair = WinRateSection.Pair(subject: member, opponent: opponent)
        guard let cell = cells[pair] else { continue }
        let old = sums[member] ?? (0, 0)
        sums[member] = (old.sum + cell.value, old.count + 1)
      }
    }
    let found = members.enumerated().compactMap { place, member in
      sums[member].map { (id: member, mean: $0.sum / Double($0.count), place: place) }
    }
    return found.sorted { (-$0.mean, $0.place) < (-$1.mean, $1.place) }.map { ($0.id, $0.mean) }
  }

  /// What rows and columns are called by: the numbers that the page gives its methods, or where it
  /// gives none their places.
  private func keys(of members: [String]) -> [String] {
    members.enumerated().map { place, member in
      study.isCrowded ? study.number(ofSubject: member) ?? "ref" : "\(place + 1)"
    }
  }

  private static func percent(_ share: Double) -> String {
    Numeral.fixed(share * 100, decimals: 0)
  }

  private func square(
    _ cell: WinRateSection.Cell, x: Double, y: Double, side: Double, name: String
  ) -> HTML {
    let level = min(10, max(0, Int((cell.value * 10).rounded())))
    var words = "\(name): \(Numeral.fixed(cell.value * 100, decimals: 1))\u{A0}%"
    var isResolved = false
    if let low = cell.low, let high = cell.high {
      isResolved = low > 0.5 || high < 0.5
      words +=
        " [\(Numeral.fixed(low * 100, decimals: 1)), \(Numeral.fixed(high * 100, decimals: 1))]"
    }
    return """
      <rect class="w\(level)\(isResolved ? "" : " weak")" x="\(at: x + 0.5)" y="\(at: y + 0.5)" \
      width="\(at: side - 1)" height="\(at: side - 1)"><title>\(text: words)</title></rect>
      """
  }
}
