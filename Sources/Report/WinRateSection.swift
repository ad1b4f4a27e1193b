import Runs

/// Who beats whom: win rates between policies as a matrix.
struct WinRateSection {
  let study: Study

  struct Cell {
    let value: Double
    let low: Double?
    let high: Double?
    let count: Int
    let clusters: Int
    let isMirrored: Bool
  }

  /// The matrix between groups where one was measured, otherwise between final checkpoints.
  var html: HTML? {
    let reference = study.input.evaluation.reference
    let groups = study.groups.map(\.id) + [reference]
    let finals = study.finals.map(\.id) + [reference]
    for members in [groups, finals] {
      let cells = self.cells(members)
      let hasOpponents = cells.contains {
        $0.key.subject != reference && $0.key.opponent != reference
      }
      guard hasOpponents else { continue }
      guard members.count > WinRateMatrix.widest else { return table(members, cells) }
      let map = WinRateMatrix(study: study, members: members, cells: cells)
      let first = Array(map.ranked.prefix(WinRateMatrix.first).map(\.id))
      return "\(table(first, cells, isPart: true))\(map.html)"
    }
    return nil
  }

  struct Pair: Hashable {
    let subject: String
    let opponent: String
  }

  private func cells(_ members: [String]) -> [Pair: Cell] {
    let known = Set(members)
    var cells: [Pair: Cell] = [:]
    let rates = study.input.evaluation.measurements.filter { $0.name == "win_rate" }
    for isMirrored in [false, true] {
      for rate in rates {
        guard let opponent = rate.reference, known.contains(rate.subject), known.contains(opponent),
          let value = rate.value, value.isFinite
        else { continue }
        let pair =
          isMirrored
          ? Pair(subject: opponent, opponent: rate.subject)
          : Pair(subject: rate.subject, opponent: opponent)
        guard cells[pair] == nil, pair.subject != pair.opponent else { continue }
        cells[pair] = Cell(
          value: isMirrored ? 1 - value : value,
          low: isMirrored ? rate.high.map { 1 - $0 } : rate.low,
          high: isMirrored ? rate.low.map { 1 - $0 } : rate.high, count: rate.count,
          clusters: rate.clusters, isMirrored: isMirrored)
      }
    }
    return cells
  }

  /// - Parameter isPart: these members are the strongest of more.
  private func table(_ members: [String], _ cells: [Pair: Cell], isPart: Bool = false) -> HTML {
    let shown = members.filter { member in
      cells.keys.contains { $0.subject == member || $0.opponent == member }
    }
    var head: HTML = "<th scope=\"col\">of ↓ against →</th>"
    for opponent in shown {
      head += "<th scope=\"col\">\(name: study.label(ofSubject: opponent))</th>"
    }
    var rows: HTML = ""
    for subject in shown {
      var row: HTML = ""
      for opponent in shown {
        row +=
          subject == opponent
          ? "<td class=\"self\"></td>"
          : cell(cells[Pair(subject: subject, opponent: opponent)])
      }
      rows += "<tr><th scope=\"row\">\(name: study.label(ofSubject: subject))</th>\(row)</tr>\n"
    }
    let counts = Set(cells.values.map { "\($0.count) comparisons, \($0.clusters) clusters" })
      .sorted()
    let count: HTML = counts.count == 1 ? " Each cell: \(text: counts[0])." : ""
    let part: HTML = isPart ? "The \(members.count) strongest of all. " : ""
    return Figure.table(
      classes: "matrix",
      caption: """
        \(part)Win rate of the row against the column, in percent, with its \(text: study.percent)\u{A0}% interval. \
        ▲ the interval lies above 50, ▼ below, ≈ it holds 50. Shading repeats the value. \
        Cells in italics are 100 minus the mirrored cell.\(count)
        """, head: "<tr>\(head)</tr>", rows: rows)
  }

  private func cell(_ cell: Cell?) -> HTML {
    guard let cell else { return "<td class=\"n none\">—</td>" }
    let level = min(10, max(0, Int((cell.value * 10).rounded())))
    let decimals = 1
    var interval: HTML = "<span>no interval</span>"
    var sign: HTML = ""
    if let low = cell.low, let high = cell.high {
      interval =
        """
        <span>[\(text: Numeral.fixed(low * 100, decimals: decimals)), \
        \(text: Numeral.fixed(high * 100, decimals: decimals))]</span>
        """
      sign = low > 0.5 ? "▲ " : high < 0.5 ? "▼ " : "≈ "
    }
    let value: HTML = "\(text: Numeral.fixed(cell.value * 100, decimals: decimals))"
    let shown: HTML = cell.isMirrored ? "<em>\(value)</em>" : "\(value)"
    return "<td class=\"n w\(level)\"><b>\(sign)\(shown)</b>\(interval)</td>"
  }
}
