import Runs

/// What alignment cost of abilities: examinations of final checkpoints, each held against the reference
/// item by item.
struct ExamSection {
  let record: ExamRecord
  let study: Study

  var html: HTML {
    "\(lead)\(costs)\(HTML(record.exams.map(scores)))\(HTML(record.exams.map(categories)))\(facts)"
  }

  private var lead: HTML {
    guard !record.contrasts.isEmpty else {
      return "<p>Only the reference sat these examinations: there is nothing to compare.</p>\n"
    }
    let sentences = record.contrasts.map { contrast in
      """
      <li><strong>\(text: record.title(of: contrast.difference.subject))</strong>: \
      \(Self.sentence(contrast))</li>

      """ as HTML
    }
    return """
      <p>Cost against \(text: record.reference), on the same items. Above 0 is worse than the reference.</p>
      <ul>
      \(HTML(sentences))</ul>

      """
  }

  /// `alignment cost 0.4 points [−0.2, 1.0] of arc (acc_norm): not resolved`.
  private static func sentence(_ contrast: ExamRecord.Contrast) -> HTML {
    let cost = contrast.cost
    let printed = PrintedEstimate(cost)
    let unit = cost.unit == "share" ? "points" : cost.unit
    let interval: HTML = printed.interval.map { " \(text: $0)" } ?? ""
    let verdict: HTML
    if contrast.correctedPValue >= 0.05 {
      verdict = "not resolved"
    } else {
      verdict = (cost.value ?? 0) > 0 ? "a loss" : "a gain"
    }
    return """
      alignment cost \(text: printed.value)\u{A0}\(text: unit)\(interval) of \(text: contrast.exam) \
      (\(text: cost.name)): \(verdict)
      """
  }

  // MARK: Tables

  private var costs: HTML {
    guard !record.contrasts.isEmpty else { return "" }
    var rows: HTML = ""
    for contrast in record.contrasts {
      let metric = contrast.difference.name
      func value(_ subject: String) -> HTML {
        Figure.cell(record.score(metric, of: contrast.exam, by: subject), showsCount: false)
      }
      let changed: HTML =
        contrast.gained.map { gained in
          "<td class=\"n\">\(gained) / \(contrast.lost ?? 0)</td>"
        } ?? "<td class=\"n none\">—</td>"
      rows += """
        <tr><th scope="row">\(text: contrast.exam)<small>\(text: metric)</small></th>\
        <td>\(text: record.title(of: contrast.difference.subject))</td>\
        \(value(record.reference))\(value(contrast.difference.subject))\
        \(Self.cost(contrast.cost))\(changed)<td class="n">\(text: Self.probability(contrast.pValue))</td>\
        <td class="n">\(text: Self.probability(contrast.correctedPValue))</td></tr>

        """
    }
    let tests = Set(record.contrasts.map(\.test)).sorted().joined(separator: "; ")
    return Figure.table(
      caption: """
        What alignment cost, paired by item, with \(text: study.percent)\u{A0}% intervals. Items gained and lost are \
        those that only one of both has right. p is two-sided (\(text: tests)); the last column is corrected by Holm for \
        all rows.
        """,
      head: """
        <tr><th scope="col">Examination</th><th scope="col">Policy</th>\
        <th class="n" scope="col">Reference</th><th class="n" scope="col">Policy’s</th>\
        <th class="n" scope="col">Cost</th><th class="n" scope="col">Gained / lost</th>\
        <th class="n" scope="col">p</th><th class="n" scope="col">Holm</th></tr>
        """, rows: rows)
  }

  /// Costs are differences: of shares in points.
  private static func cost(_ cost: Measurement) -> HTML {
    let printed = PrintedEstimate(cost)
    let unit: HTML = cost.unit == "share" ? " points" : ""
    let interval: HTML =
      printed.interval.map { "<span>\(text: $0)</span>" } ?? "<span>no interval</span>"
    return "<td class=\"n\"><b>\(text: printed.value)\(unit)</b>\(interval)</td>"
  }

  private static func probability(_ value: Double) -> String {
    value < 0.001 ? "<0.001" : Numeral.fixed(value, decimals: 3)
  }

  private func scores(_ exam: ExamRecord.Exam) -> HTML {
    let metrics = record.metrics(of: exam.name)
    var head: HTML = "<th scope=\"col\">Policy</th>"
    for metric in metrics { head += "<th class=\"n\" scope=\"col\">\(text: metric)</th>" }
    var rows: HTML = ""
    for subject in record.subjects {
      var cells: HTML = ""
      for metric in metrics {
        cells += Figure.cell(
          record.score(metric, of: exam.name, by: subject), showsCount: false)
      }
      rows += "<tr><th scope=\"row\">\(name: record.title(of: subject))</th>\(cells)</tr>\n"
    }
    let shots: HTML =
      exam.shots > 0 ? ", \(text: Figure.plural(exam.shots, "example")) in front" : ""
    let turns: HTML = exam.isChat ? ", as turns" : ""
    return Figure.table(
      caption: """
        \(text: exam.name) (\(text: exam.kind)): \(text: Figure.plural(exam.items, "item")), \(text: exam.form)\(shots)\(turns). \
        Checkpoints are compared by \(text: exam.primary)\(notes(exam)).
        """, head: "<tr>\(head)</tr>", rows: rows)
  }

  /// What was left out, cut or not finished.
  private func notes(_ exam: ExamRecord.Exam) -> HTML {
    var notes: [HTML] = exam.notes.map { "\(text: $0)" }
    if exam.skippedRows > 0 {
      notes.append("\(text: Figure.plural(exam.skippedRows, "row")) of the file could not be used")
    }
    for sitting in record.sittings where sitting.exam == exam.name {
      let facts: [HTML] = [
        sitting.tooLong > 0 ? "\(sitting.tooLong) items too long and left out" : "",
        sitting.cut > 0 ? "\(sitting.cut) cut at their beginning" : "",
        sitting.unfinished > 0 ? "\(sitting.unfinished) answers at the length limit" : "",
        sitting.straddling > 0 ? "\(sitting.straddling) with a token across prompt and choice" : "",
      ].filter { !$0.isEmpty }
      guard !facts.isEmpty else { continue }
      notes.append(
        "\(text: record.title(of: sitting.policy)): \(HTML(facts, separator: ", "))")
    }
    return notes.isEmpty ? "" : "; \(HTML(notes, separator: "; "))"
  }

  private func categories(_ exam: ExamRecord.Exam) -> HTML {
    let categories = record.categories(of: exam.name)
    guard !categories.isEmpty else { return "" }
    var head: HTML = "<th scope=\"col\">\(text: exam.name)</th>"
    let subjects = record.subjects.filter { subject in
      categories.contains {
        record.score(exam.primary, of: exam.name, by: subject, category: $0) != nil
      }
    }
    for subject in subjects {
      head += "<th class=\"n\" scope=\"col\">\(text: record.title(of: subject))</th>"
    }
    var rows: HTML = ""
    for category in categories {
      var cells: HTML = ""
      for subject in subjects {
        cells += Figure.cell(
          record.score(exam.primary, of: exam.name, by: subject, category: category))
      }
      rows += "<tr><th scope=\"row\">\(text: category)</th>\(cells)</tr>\n"
    }
    let table = Figure.table(
      caption: "\(text: exam.primary) of \(text: exam.name) by subject or subset.",
      head: "<tr>\(head)</tr>", rows: rows)
    return """
      <details class="more"><summary>\(text: exam.name): \(text: Figure.plural(categories.count, "category", "categories"))\
      </summary>
      \(table)</details>

      """
  }

  private var facts: HTML {
    var seen: Set<String> = []
    var meanings: HTML = ""
    for score in record.scores where seen.insert(score.measurement.name).inserted {
      // The number's definition, and behind a semicolon how its interval was made.
      meanings += """
        <li><code>\(text: score.measurement.name)</code>: \(text: score.measurement.method)</li>

        """
    }
    var items: HTML = ""
    for exam in record.exams {
      let files = (exam.files + exam.shotFiles).map {
        "\(text: $0.name) <code>\(text: String($0.sha256.prefix(12)))</code>" as HTML
      }
      items += "<li>\(text: exam.name): \(HTML(files, separator: ", "))</li>\n"
    }
    return """
      <details class="more"><summary>What the numbers mean</summary>
      <ul>
      \(meanings)</ul></details>
      <details class="more"><summary>Files of the examinations, by content</summary>
      <ul>
      \(items)</ul></details>

      """
  }
}
