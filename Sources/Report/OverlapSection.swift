import Runs
import Statistics

/// Which of the prompts were trained on, and what the numbers are without them.
struct OverlapSection {
  let record: OverlapRecord
  let study: Study

  var html: HTML {
    let sets = record.sets.map { set in
      """
      <tr><td>\(text: set.name)</td><td>\(text: set.stages.joined(separator: ", "))</td>\
      <td class="n">\(text: Numeral.count(set.rows))</td>\
      <td class="n">\(text: Numeral.count(set.exact))</td>\
      <td class="n">\(text: Numeral.count(set.near))</td>\
      <td class="n">\(text: Numeral.count(set.contained))</td></tr>

      """ as HTML
    }
    let known = record.prompts.count
    let table = Figure.table(
      caption: """
        \(text: Numeral.count(known)) of \(text: Figure.plural(record.asked, "prompt")) of the \
        evaluation \(known == 1 ? "stands" : "stand") in data that a stage of this run learns from: with \
        the same bytes; nearly (\(text: Numeral.plain(record.threshold)) or more of the \
        \(text: Numeral.count(record.shingle))-byte shingles of either in common); or, of eight words and \
        more, word by word inside a longer text.
        """,
      head: """
        <tr><th scope="col">Data</th><th scope="col">Learnt by</th><th class="n" scope="col">Rows read</th>\
        <th class="n" scope="col">Exact</th><th class="n" scope="col">Near</th><th class="n" scope="col">Contained</th></tr>
        """, rows: HTML(sets))
    return HTML([table, price])
  }

  private var price: HTML {
    guard !record.prompts.isEmpty, study.input.hasRewards || study.input.judging != nil,
      let price = try? OverlapPrice(study.input, record), !price.rows.isEmpty
    else { return "" }
    let isJudged = price.rows.contains { $0.all.judged != nil }
    let judgedHead: HTML =
      isJudged
      ? "<th class=\"n\" scope=\"col\">Judged, all</th><th class=\"n\" scope=\"col\">Judged, without</th>"
      : ""
    let rows = price.rows.map { row in
      """
      <tr><th scope="row">\(text: row.group)</th>\
      \(cell(row.all.reward))\(cell(row.clean.reward))\(cell(row.gain))\
      \(cell(row.all.winRate, isShare: true))\(cell(row.clean.winRate, isShare: true))\
      \(isJudged ? cell(row.all.judged, isShare: true) : "")\
      \(isJudged ? cell(row.clean.judged, isShare: true) : "")</tr>

      """ as HTML
    }
    let clean = record.asked - record.prompts.count
    return Figure.table(
      caption: """
        Final checkpoints on all prompts and on the \(text: Numeral.count(clean)) that stand in no training \
        data. The difference is the gain in reward over the reference on prompts that were trained on, less \
        that on the others.
        """,
      head: """
        <tr><th scope="col">Method</th><th class="n" scope="col">Reward, all</th>\
        <th class="n" scope="col">Reward, without</th><th class="n" scope="col">Difference of gains</th>\
        <th class="n" scope="col">Win rate, all</th><th class="n" scope="col">Win rate, without</th>\(judgedHead)</tr>
        """, rows: HTML(rows))
  }

  private func cell(_ estimate: Statistics.Estimate?, isShare: Bool = false) -> HTML {
    guard let estimate else { return "<td class=\"n none\">—</td>" }
    let printed = PrintedEstimate(estimate, isShare: isShare)
    let interval: HTML =
      printed.interval.map { "<span>\(text: $0)</span>" } ?? "<span>no interval</span>"
    return "<td class=\"n\"><b>\(text: printed.value + printed.suffix)</b>\(interval)</td>"
  }
}
