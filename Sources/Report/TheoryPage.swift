import Runs

/// The pages of `plumb theory`: a section for each paper, every number beside the exact one.
public enum TheoryPage {
  private static func papers(_ records: [TheoryRecord]) -> [String] {
    records.map(\.paper).reduce(into: []) { papers, paper in
      if !papers.contains(paper) { papers.append(paper) }
    }
  }

  /// A page for each paper, and `index.html`, which names them with their verdicts.
  ///
  /// - Returns: file names and their content, a pure function of the records.
  public static func folder(_ records: [TheoryRecord]) -> [(name: String, page: String)] {
    let papers = papers(records)
    var pages: [(name: String, page: String)] = []
    var rows: [HTML] = []
    var contents: [HTML] = []
    for paper in papers {
      let own = records.filter { $0.paper == paper }
      let name = fileName(paper)
      pages.append((name, render(own, title: "Claims of \(paper), examined exactly")))
      let failing = own.filter { $0.verdict != "confirmed" }
      let fails = failing.isEmpty ? "–" : failing.map(\.claim).joined(separator: "; ")
      contents.append("<li><a href=\"\(attribute: name)\">\(text: paper)</a></li>")
      rows.append(
        """
        <tr><td><a href="\(attribute: name)">\(text: paper)</a>\
        <small>\(text: own.first?.source ?? "")</small></td><td class="n">\(own.count)</td>\
        <td class="n">\(own.count - failing.count)</td><td>\(text: fails)</td></tr>

        """)
    }
    let table = Figure.table(
      caption: "What was examined, and what came out.",
      head: """
        <tr><th>paper</th><th class="n">claims</th><th class="n">confirmed</th>\
        <th>do not hold as stated</th></tr>
        """, rows: HTML(rows))
    let index = HTMLReport.page(
      title: "Claims of papers, examined exactly", contents: HTML(contents), lead: lead(records),
      body: Figure.section(id: "papers", title: "Papers", table))
    return [("index.html", index.source)] + pages
  }

  /// Letters and digits of a paper's name, in lower case: `PPO, RLOO, GRPO` is `ppo-rloo-grpo.html`.
  private static func fileName(_ paper: String) -> String {
    let words = paper.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    return words.joined(separator: "-") + ".html"
  }

  /// One page for all papers, a pure function of its records.
  public static func render(
    _ records: [TheoryRecord], title: String = "Claims of papers, examined exactly"
  ) -> String {
    let papers = papers(records)
    var body: HTML = ""
    var contents: HTML = ""
    for (index, paper) in papers.enumerated() {
      let id = "paper-\(index + 1)"
      let section = TheorySection(id: id, records: records.filter { $0.paper == paper })
      body += Figure.section(id: id, title: "\(text: paper)", section.html)
      contents += "<li><a href=\"#\(attribute: id)\">\(text: paper)</a></li>"
    }
    if records.isEmpty { body = "<p class=\"empty\">There is no claim to report on.</p>\n" }
    return HTMLReport.page(title: title, contents: contents, lead: lead(records), body: body).source
  }

  private static func lead(_ records: [TheoryRecord]) -> HTML {
    let confirmed = records.count { $0.verdict == "confirmed" }
    let surprising = records.filter { !$0.isAsKnown }
    let last: HTML =
      surprising.isEmpty
      ? ""
      : """
      <p class="lead"><strong>\(text: Figure.plural(surprising.count, "claim")) came out other than \
      known:</strong> \(text: surprising.map { "\($0.paper), \($0.claim)" }.joined(separator: "; ")).\
      </p>

      """
    return """
      <p class="lead">\(text: Figure.plural(records.count, "claim")): \(confirmed) confirmed, \
      \(records.count - confirmed) that do not hold as stated. The worlds have four responses, so \
      that every expectation is a sum; the numbers under “Plumb” come from the objectives that \
      train models, those under “exact” from closed forms and sums that share no code with them.</p>
      \(last)
      """
  }
}
