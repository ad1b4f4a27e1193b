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

  /// The stage of a phase, for all of its seeds: records name them `dpo seed 0`.
  private static func stage(of cost: PhaseCost) -> String {
    let words = cost.stage.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count > 2, words[words.count - 2] == "seed", Int(words[words.count - 1]) != nil
    else { return cost.stage }
    return words.dropLast(2).joined(separator: " ")
  }

  var html: HTML? {
    let costs = study.input.costs
    guard !costs.isEmpty else { return nil }
    var order: [(stage: String, phase: String)] = []
    var rows: [String: [String: Row]] = [:]
    var stages: [String] = []
    var total = Row()
    for cost in costs {
      let stage = Self.stage(of: cost)
      if rows[stage] == nil { stages.append(stage) }
      if rows[stage]?[cost.phase] == nil { order.append((stage, cost.phase)) }
      rows[stage, default: [:]][cost.phase, default: Row()].add(cost)
      total.add(cost)
    }
    // A phase that an earlier seed did not have stands with the others of its stage all the same.
    order = stages.flatMap { stage in order.filter { $0.stage == stage } }
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
