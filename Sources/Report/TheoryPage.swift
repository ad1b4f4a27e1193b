import Runs

/// The page of `plumb theory`: a section for each paper, every number beside the exact one.
public enum TheoryPage {
  /// A pure function of its records.
  public static func render(_ records: [TheoryRecord]) -> String {
    let title = "Claims of papers, examined exactly"
    let papers = records.map(\.paper).reduce(into: [String]()) { papers, paper in
      if !papers.contains(paper) { papers.append(paper) }
    }
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
