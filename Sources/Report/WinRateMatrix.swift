/// Win rates between more policies than fit beside each other with their intervals: whole percents in
/// narrow cells, the strongest policy first, so that what cannot be told apart stands together.
struct WinRateMatrix {
  /// The most policies for which a table with intervals can still be read.
  static let widest = 16

  let study: Study
  let members: [String]
  let cells: [WinRateSection.Pair: WinRateSection.Cell]

  var html: HTML {
    let shown = ranked
    var head: HTML = "<th scope=\"col\">of ↓ against →</th><th scope=\"col\">mean</th>"
    for place in shown.indices { head += "<th scope=\"col\">\(place + 1)</th>" }
    var rows: HTML = ""
    for (place, subject) in shown.enumerated() {
      var row: HTML = ""
      for opponent in shown {
        row +=
          subject.id == opponent.id
          ? "<td class=\"self\"></td>"
          : cell(cells[WinRateSection.Pair(subject: subject.id, opponent: opponent.id)])
      }
      rows += """
        <tr><th scope="row">\(place + 1) \(text: study.label(ofSubject: subject.id))</th>\
        <td class="n">\(text: Self.percent(subject.mean))</td>\(row)</tr>

        """
    }
    return Figure.table(
      classes: "matrix dense",
      caption: """
        Win rate of the row against the column, in whole percents; columns are numbered as the rows, \
        which stand in the order of their mean against all others. Bold: the \(text: study.percent)\u{A0}% interval does \
        not hold 50. Pale: it does, or there is none. Pointing at a cell shows its interval. Shading \
        repeats the value. About one in twenty cells of equal policies is bold by chance.
        """, head: "<tr>\(head)</tr>", rows: rows)
  }

  /// Members with a rate, by their mean over all opponents; equal ones as they came.
  private var ranked: [(id: String, mean: Double)] {
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

  private static func percent(_ share: Double) -> String {
    Numeral.fixed(share * 100, decimals: 0)
  }

  private func cell(_ cell: WinRateSection.Cell?) -> HTML {
    guard let cell else { return "<td class=\"n none\">—</td>" }
    let level = min(10, max(0, Int((cell.value * 10).rounded())))
    guard let low = cell.low, let high = cell.high else {
      return "<td class=\"n w\(level)\"><small>\(text: Self.percent(cell.value))</small></td>"
    }
    let interval: HTML =
      """
      [\(text: Numeral.fixed(low * 100, decimals: 1)), \(text: Numeral.fixed(high * 100, decimals: 1))]
      """
    let value: HTML = "\(text: Self.percent(cell.value))"
    let shown: HTML = low > 0.5 || high < 0.5 ? "<b>\(value)</b>" : "<small>\(value)</small>"
    return "<td class=\"n w\(level)\" title=\"\(interval)\">\(shown)</td>"
  }
}
