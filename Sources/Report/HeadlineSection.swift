import Runs
import Statistics

/// The first tables: final checkpoints only, over seeds where that was measured; with many policies a
/// drawing of their rewards before them.
struct HeadlineSection {
  let studies: [Study]

  struct Column: Hashable {
    let title: String
    let name: String
    let comparison: Study.Comparison
  }

  private struct Row {
    let study: Study
    let label: String
    let detail: String
    let style: SeriesStyle
    /// Policy or group id; nil for best-of-N.
    let subject: String?
    var bestOf: BestOfRecord.Point?
    /// Trained policies compete for the mark of the best; baselines do not.
    let competes: Bool
  }

  private static let columns =
    Measure.known.flatMap { measure -> [Column] in
      func column(_ suffix: String, _ comparison: Study.Comparison) -> Column {
        Column(title: measure.title + suffix, name: measure.name, comparison: comparison)
      }
      return switch measure.column {
      case .none: []
      case .plain: [column("", .none)]
      case .reference: [column("", .reference)]
      case .referenceAndChosen:
        [column(" vs reference", .reference), column(" vs chosen", .chosen)]
      }
    }
    + [(" vs reference", .reference), (" vs chosen", .chosen)].map { suffix, comparison in
      Column(title: JudgedRate.title + suffix, name: JudgedRate.name, comparison: comparison)
    }

  /// From as many policies on, their rewards are drawn before the numbers stand in a table.
  private static let most = 8

  /// The tables, or an empty piece when nothing of them was measured.
  var html: HTML {
    let rows = self.rows
    let columns = Self.columns.filter { column in
      rows.contains { measurement(column, $0) != nil }
    }
    guard !columns.isEmpty else {
      return "<p class=\"empty\">No headline measurement was recorded.</p>\n"
    }
    let best = Dictionary(
      uniqueKeysWithValues: columns.map { ($0, self.best($0, rows)) })
    let views = HeadlineView.all(of: columns)
    let tables = views.map { view in
      (title: view.title, body: table(view.columns, rows, best: best, isFirst: view == views[0]))
    }
    let id = (studies.first?.prefix ?? "") + (studies.count > 1 ? "all-" : "") + "view"
    let stillness = Stillness(studies: studies).html
    let shown = Figure.views(tables, id: id)
    guard let forest = ForestPlot(entries: entries(rows), id: id + "-forest").html,
      rows.filter(\.competes).count > Self.most
    else { return "\(stillness)\(shown)" }
    return """
      \(stillness)\(forest)<details class="more whole"><summary>The numbers of \
      \(text: Figure.plural(rows.count, "policy", "policies"))</summary>
      \(shown)</details>

      """
  }

  /// A row as the drawing has it: its reward, or where there is none what judges say, and its KL.
  private func entries(_ rows: [Row]) -> [ForestPlot.Entry] {
    func column(_ name: String, _ comparison: Study.Comparison) -> Column {
      Column(title: "", name: name, comparison: comparison)
    }
    let gains = [column("reward", .none), column(JudgedRate.name, .reference)]
    guard let gain = gains.first(where: { gain in rows.contains { measurement(gain, $0) != nil } })
    else { return [] }
    return rows.compactMap { row in
      guard let found = measurement(gain, row) else { return nil }
      return ForestPlot.Entry(
        label: row.study.qualified(row.label), style: row.style, gain: found,
        distance: measurement(column("kl", .none), row), isBaseline: !row.competes)
    }
  }

  private func table(
    _ columns: [Column], _ rows: [Row], best: [Column: Int?], isFirst: Bool
  ) -> HTML {
    var body: HTML = ""
    let decimals = columns.map { column in
      PrintedEstimate.decimals(of: rows.compactMap { measurement(column, $0) })
    }
    for (index, row) in rows.enumerated() {
      var cells: HTML = ""
      let common = commonCount(columns, row)
      for (column, decimals) in zip(columns, decimals) {
        let found = measurement(column, row)
        cells += Figure.cell(
          found, decimals: decimals, isBest: best[column] == .some(index),
          showsCount: common == nil,
          note: column.name != Measure.k1.name && found?.name == Measure.k1.name
            ? "k1 estimate" : nil)
      }
      body +=
        "<tr\(row.competes ? "" : " class=\"baseline\"")>\(heading(row, common))\(cells)</tr>\n"
    }
    var head: HTML = "<th scope=\"col\">Policy</th>"
    for column in columns {
      head += "<th scope=\"col\">\(text: column.title)\(note(column, rows))</th>"
    }
    return Figure.table(
      classes: "headline sortable", caption: isFirst ? caption(rows) : "The same policies.",
      head: "<tr>\(head)</tr>", rows: body)
  }

  private func heading(_ row: Row, _ count: String?) -> HTML {
    let detail = [row.detail, count ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
    return """
      <th scope="row">\(row.style.sample())<span>\(name: row.study.qualified(row.label))\
      <small>\(text: detail)</small></span></th>
      """
  }

  /// The counts of a row, when all its cells agree on them.
  private func commonCount(_ columns: [Column], _ row: Row) -> String? {
    let counts = Set(
      columns.compactMap { column in
        measurement(column, row).map { "n\u{A0}\(Figure.counts($0))" }
      })
    return counts.count == 1 ? counts.first : nil
  }

  private func note(_ column: Column, _ rows: [Row]) -> HTML {
    let found = rows.compactMap { measurement(column, $0) }
    let units = Set(found.map { $0.unit == "share" ? "" : $0.unit }).sorted()
    let direction: HTML =
      switch found.first?.direction {
      case .higher: "↑ better"
      case .lower: "↓ better"
      default: ""
      }
    let words: [HTML] = [units.count == 1 ? "\(text: units[0])" : "", direction].filter {
      !$0.isEmpty
    }
    return words.isEmpty ? "" : "<small>\(HTML(words, separator: "; "))</small>"
  }

  private func caption(_ rows: [Row]) -> HTML {
    let aggregated = rows.contains { $0.detail.hasSuffix(" seeds") }
    let trained = studies.filter { !$0.isOfGivenModels }
    let single = trained.contains { study in study.groups.contains { $0.seeds.count < 2 } }
    let confidence = Set(studies.map(\.percent)).sorted().joined(separator: "\u{A0}% or ")
    return """
      \(trained.isEmpty ? "Models as they were given" : "Final checkpoints"). Below each value its \(text: confidence)\u{A0}% interval; n counts the values that went in / \
      the independent clusters (prompts), once for a row where all its cells agree. \
      \(aggregated ? "Intervals of rows over several seeds are for other seeds and other prompts. " : "")\
      \(single ? "Where training ran once: \(text: IntervalBasis.Caveat.oneSeed.rawValue). " : "")\
      ★ marks the best point estimate among \(trained.isEmpty ? "models but the reference" : "trained policies"); \
      where intervals overlap it may be best by chance. \(strangers)\
      \(HTML(studies.map(\.selectionNote), separator: " "))
      """
  }

  /// Whose lengths are no other's: models with a tokenizer that is not the reference's.
  private var strangers: HTML {
    let found = studies.flatMap(\.input.evaluation.protocolNotes)
      .filter { $0.name == EvaluationRecord.strangers }.map(\.value).distinctTexts
    return found.isEmpty ? "" : "Tokens of their own: \(text: found.joined(separator: "; ")). "
  }

  private var rows: [Row] { studies.flatMap(rows(of:)) }

  private func rows(of study: Study) -> [Row] {
    var rows: [Row] = []
    if let reference = study.reference {
      rows.append(
        Row(
          study: study, label: reference.id,
          detail: [Self.words(reference.method, unlike: reference.id), "reference policy"]
            .compactMap(\.self).joined(separator: ", "), style: .ink,
          subject: reference.id, competes: false))
    }
    for group in study.groups {
      let measured = Self.columns.filter {
        study.groupMeasurement($0.name, group, against: $0.comparison) != nil
      }
      let isSingle = group.finals.contains { $0.id == group.id }
      if !measured.isEmpty {
        let seeds = group.seeds.count
        rows.append(
          Row(
            study: study, label: study.numbered(group),
            detail: [
              Self.words(group.words, unlike: group.id),
              seeds > 1 ? Figure.plural(seeds, "seed") : isSingle ? nil : "over seeds",
            ].compactMap(\.self).joined(separator: "; "),
            style: group.style, subject: group.id, competes: true))
      }
      let single = Self.columns.filter { column in
        group.finals.contains {
          $0.id != group.id
            && study.measurement(column.name, of: $0.id, against: column.comparison) != nil
        }
      }
      let needsSingles = single.contains { column in
        !measured.contains { $0.title == column.title }
      }
      guard needsSingles else { continue }
      for policy in group.finals where policy.id != group.id {
        rows.append(
          Row(
            study: study, label: study.numbered(group),
            detail: [Self.words(group.words, unlike: group.id), study.place(policy)]
              .compactMap(\.self).joined(separator: "; "),
            style: group.style,
            subject: policy.id, competes: measured.isEmpty))
      }
    }
    if let best = study.input.evaluation.bestOf, let point = best.points.max(by: { $0.n < $1.n }) {
      rows.append(
        Row(
          study: study, label: "Best of \(point.n)",
          detail: "by reward, from a pool of \(best.pool)"
            + (point.kl == nil ? "; KL at most \(Numeral.significant(point.klBound)) nats" : ""),
          style: .bestOf, subject: nil, bestOf: point, competes: false))
    }
    return rows
  }

  /// What a name stands for; nil where it says the same.
  private static func words(_ words: String, unlike name: String) -> String? {
    words.isEmpty || words.lowercased() == name.lowercased() ? nil : words
  }

  private func measurement(_ column: Column, _ row: Row) -> Measurement? {
    if let point = row.bestOf {
      switch (column.name, column.comparison) {
      case ("reward", _): return point.reward
      case ("kl", _): return point.kl
      case ("win_rate", .reference): return point.winRate
      default: return nil
      }
    }
    return row.subject.flatMap { subject in
      let found = row.study.measurement(column.name, of: subject, against: column.comparison)
      // Of a policy in a server there is no exact one; its cell says what stands there.
      return found
        ?? (column.name == Measure.kl.name
          ? row.study.measurement(Measure.k1.name, of: subject, against: column.comparison) : nil)
    }
  }

  /// The index of the best row; nil where fewer than two compete, the best are equal, or no direction is
  /// better.
  private func best(_ column: Column, _ rows: [Row]) -> Int? {
    var values: [(index: Int, value: Double)] = []
    var direction = Direction.neutral
    for (index, row) in rows.enumerated() where row.competes {
      guard let found = measurement(column, row), let value = found.value, value.isFinite else {
        continue
      }
      values.append((index, value))
      direction = found.direction
    }
    // Whoever gains nothing has no gap either.
    guard values.count > 1, column.name != "reward_gap" else { return nil }
    let all = values.map(\.value)
    let top = direction == .neutral ? nil : direction == .higher ? all.max() : all.min()
    let best = values.filter { $0.value == top }
    return best.count == 1 ? best[0].index : nil
  }
}
