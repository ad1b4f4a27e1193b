import Runs

/// Several runs in one table and one figure, and where their protocols differ.
struct ComparisonSection {
  let studies: [Study]

  var html: HTML {
    var html: HTML = HeadlineSection(studies: studies).html
    if let frontier = FrontierSection(studies: studies, gain: "reward", id: "all-reward").html {
      html += frontier
    }
    return "\(html)\(differences)"
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
