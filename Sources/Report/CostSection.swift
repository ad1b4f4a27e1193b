import Runs

/// Time, memory, tokens and oracle calls by stage and phase.
struct CostSection {
  let study: Study

  private struct Row {
    var seconds = 0.0
    var memory = 0
    var tokens = 0
    var calls = 0
    var records = 0

    mutating func add(_ cost: PhaseCost) {
      seconds += cost.seconds
      memory = max(memory, cost.peakMemory)
      tokens += cost.tokens
      calls += cost.oracleCalls
      records += 1
    }

    var cells: HTML {
      let rate = seconds > 0 ? Numeral.significant(Double(tokens) / seconds) : "—"
      return """
        <td class="n">\(text: Numeral.duration(seconds: seconds))</td>\
        <td class="n">\(text: Numeral.bytes(memory))</td>\
        <td class="n">\(text: Numeral.count(tokens))</td>\
        <td class="n">\(text: tokens > 0 ? rate : "—")</td>\
        <td class="n">\(text: Numeral.count(calls))</td><td class="n">\(records)</td>
        """
    }
  }

  var html: HTML? {
    let costs = study.input.costs
    guard !costs.isEmpty else { return nil }
    var order: [(stage: String, phase: String)] = []
    var rows: [String: [String: Row]] = [:]
    var total = Row()
    for cost in costs {
      if rows[cost.stage]?[cost.phase] == nil { order.append((cost.stage, cost.phase)) }
      rows[cost.stage, default: [:]][cost.phase, default: Row()].add(cost)
      total.add(cost)
    }
    var body: HTML = ""
    var last: String?
    for (stage, phase) in order {
      guard let row = rows[stage]?[phase] else { continue }
      let name = stage == last ? "" : study.label(ofSubject: stage)
      last = stage
      body +=
        """
        <tr class="\(name.isEmpty ? "same" : "first")"><th scope="row">\(text: name)</th><td>\(text: phase)</td>\
        \(row.cells)</tr>

        """
    }
    body += "<tr class=\"total\"><th scope=\"row\">All</th><td></td>\(total.cells)</tr>\n"
    return Figure.table(
      caption: """
        Cost of each phase. Seconds, tokens and oracle calls are sums over the records of a phase \
        (one for each seed); memory is the highest resident set seen until the end of the phase.
        """,
      head: """
        <tr><th scope="col">Stage</th><th scope="col">Phase</th><th class="n" scope="col">Time</th>\
        <th class="n" scope="col">Peak memory</th><th class="n" scope="col">Tokens</th>\
        <th class="n" scope="col">Tokens per second</th><th class="n" scope="col">Oracle calls</th>\
        <th class="n" scope="col">Records</th></tr>
        """, rows: body)
  }
}
