import Runs

/// What a recipe requires of its numbers, and what came of each condition.
struct GateSection {
  let record: GateRecord

  var html: HTML {
    let rows = record.conditions.flatMap { condition in
      condition.numbers.enumerated().map { place, number in
        let head: HTML =
          place > 0
          ? ""
          : """
          <th scope="row" rowspan="\(condition.numbers.count)"><code>\(text: condition.condition)</code>\
          <small>\(text: condition.key)</small></th>
          """
        return """
          <tr>\(head)<td>\(text: number.shown)</td><td>\(text: number.verdict.rawValue)</td></tr>

          """ as HTML
      }
    }
    return Figure.table(
      caption: """
        A condition is met where the whole interval of each number is on the right side, missed where one \
        lies on the wrong side altogether, and cannot be decided between the two.
        """,
      head: """
        <tr><th scope="col">Condition</th><th scope="col">Number</th><th scope="col">Verdict</th></tr>
        """, rows: HTML(rows))
  }

  /// For the paragraph under the title.
  var sentence: HTML {
    let count = record.conditions.count
    let met = record.conditions.count { $0.verdict == .met }
    let missed = record.conditions.count { $0.verdict == .missed }
    let rest = count - met - missed
    let words = [
      "\(met) met", missed > 0 ? "\(missed) missed" : nil, rest > 0 ? "\(rest) not decided" : nil,
    ].compactMap(\.self).joined(separator: ", ")
    return
      "<strong>Of \(text: Figure.plural(count, "required condition")), \(text: words).</strong>"
  }
}
