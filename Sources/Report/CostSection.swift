import Runs

/// Time, memory, tokens and oracle calls by stage and phase.
struct CostSection {
  let study: Study

  private static func cells(_ cost: StageCosts.Cost) -> HTML {
    let rate = cost.seconds > 0 ? Numeral.significant(Double(cost.tokens) / cost.seconds) : "—"
    return """
      <td class="n">\(text: Numeral.duration(seconds: cost.seconds))</td>\
      <td class="n">\(text: Numeral.bytes(cost.memory))</td>\
      <td class="n">\(text: Numeral.count(cost.tokens))</td>\
      <td class="n">\(text: cost.tokens > 0 ? rate : "—")</td>\
      <td class="n">\(text: Numeral.count(cost.calls))</td><td class="n">\(cost.records)</td>
      """
  }

  var html: HTML? {
    let costs = StageCosts(study.input.costs)
    guard !costs.phases.isEmpty else { return nil }
    var body: HTML = ""
    var last: String?
    for (stage, phase, cost) in costs.phases {
      let name = stage == last ? "" : study.label(ofSubject: stage)
      last = stage
      body +=
        """
        <tr class="\(name.isEmpty ? "same" : "first")"><th scope="row">\(name: name)</th><td>\(text: phase)</td>\
        \(Self.cells(cost))</tr>

        """
    }
    body +=
      "<tr class=\"total\"><th scope=\"row\">All</th><td></td>\(Self.cells(costs.total))</tr>\n"
    return Figure.table(
      caption: """
        Cost of each phase. Seconds, tokens and oracle calls are sums over the records of a phase \
        (one for each seed); memory is the highest resident set while the stage ran, with what the \
        process still held of earlier ones.
        """,
      head: """
        <tr><th scope="col">Stage</th><th scope="col">Phase</th><th class="n" scope="col">Time</th>\
        <th class="n" scope="col">Peak memory</th><th class="n" scope="col">Tokens</th>\
        <th class="n" scope="col">Tokens per second</th><th class="n" scope="col">Oracle calls</th>\
        <th class="n" scope="col">Records</th></tr>
        """, rows: body)
  }
}
