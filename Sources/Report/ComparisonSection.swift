import Runs

/// Several runs in one table and one figure, and where their protocols differ.
///
/// What was measured by different rewards, or on different prompts, stands in tables of its own;
/// divergences from different references in figures of their own.
struct ComparisonSection {
  let studies: [Study]

  var html: HTML {
    let groups = EvaluationRecord.comparable(studies.map(\.input.evaluation))
    var html: HTML = ""
    if groups.count > 1 {
      html += """
        <p>Not all of these runs were measured by the same reward on the same prompts: what cannot \
        be ranked together stands apart.</p>

        """
    }
    for (place, members) in groups.enumerated() {
      let together = members.map { studies[$0] }
      if groups.count > 1 { html += "<h3>\(text: names(together))</h3>\n" }
      html += HeadlineSection(studies: together).html
      html += frontiers(together, id: groups.count > 1 ? "all-\(place + 1)-reward" : "all-reward")
    }
    return "\(html)\(differences)"
  }

  private func names(_ studies: [Study]) -> String {
    studies.map(\.input.name).joined(separator: ", ")
  }

  /// One figure for the runs of each reference policy.
  private func frontiers(_ studies: [Study], id: String) -> HTML {
    var references: [String] = []
    func reference(_ study: Study) -> String {
      study.input.evaluation.identity?.reference ?? study.input.evaluation.reference
    }
    for study in studies where !references.contains(reference(study)) {
      references.append(reference(study))
    }
    var html: HTML = ""
    for (place, shared) in references.enumerated() {
      let members = studies.filter { reference($0) == shared }
      let name = references.count > 1 ? "\(id)-\(place + 1)" : id
      guard let figure = FrontierSection(studies: members, gain: "reward", id: name).html else {
        continue
      }
      if references.count > 1 {
        html += """
          <p>Divergence from the reference of \(text: names(members)), which is not that of the \
          other runs.</p>

          """
      }
      html += figure
    }
    return html
  }

  /// Settings that are not the same in all runs: numbers across such runs may not be comparable.
  private var differences: HTML {
    var names: [String] = []
    for note in studies.flatMap(\.input.evaluation.protocolNotes) where !names.contains(note.name) {
      names.append(note.name)
    }
    func value(_ name: String, _ study: Study) -> String {
      study.input.evaluation.protocolNotes.first { $0.name == name }?.value ?? "—"
    }
    let differing = names.filter { name in Set(studies.map { value(name, $0) }).count > 1 }
    guard !differing.isEmpty else {
      return "<p>The recorded evaluation protocols of these runs are the same.</p>\n"
    }
    var head: HTML = "<th scope=\"col\">Setting</th>"
    for study in studies { head += "<th scope=\"col\">\(text: study.input.name)</th>" }
    var rows: HTML = ""
    for name in differing {
      var cells: HTML = ""
      for study in studies { cells += "<td>\(text: value(name, study))</td>" }
      rows += "<tr><th scope=\"row\">\(text: name)</th>\(cells)</tr>\n"
    }
    return Figure.table(
      caption: """
        Where the evaluation protocols differ. Compare numbers across these runs only where the \
        difference does not matter to them.
        """, head: "<tr>\(head)</tr>", rows: rows)
  }
}
