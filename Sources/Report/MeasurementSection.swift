import Runs

/// Every measurement of the run, known to this program or not.
struct MeasurementSection {
  let study: Study
  let options: ReportOptions

  var html: HTML? {
    let (measurements, omitted) = kept
    guard !measurements.isEmpty else { return nil }
    let methods = Self.methods(measurements)
    var rows: HTML = ""
    for measurement in Self.ordered(measurements) {
      rows += row(measurement, note: methods.firstIndex(of: measurement.method))
    }
    var notes: HTML = ""
    for method in methods { notes += "<li>\(text: method.isEmpty ? "not stated" : method)</li>\n" }
    let table = Figure.table(
      classes: "all",
      caption: """
        All measurements. Intervals are \(text: study.percent)\u{A0}%. n: values / independent clusters. The number \
        under “How” points to the notes below the table.\(omitted)
        """,
      head: """
        <tr><th scope="col">Measurement</th><th scope="col">Policy</th><th scope="col">Against</th>\
        <th class="n" scope="col">Value</th><th class="n" scope="col">Interval</th>\
        <th class="n" scope="col">n</th><th scope="col">Unit</th>\
        <th class="n" scope="col">How</th></tr>
        """, rows: rows)
    return """
      <details class="more" data-table><summary>\(text: Figure.plural(measurements.count, "measurement")), \
      each with interval, counts and method</summary>
      <p class="tools" hidden><label>Show rows that contain <input type="search" data-filter></label> \
      <button type="button" data-save="\(attribute: study.prefix)measurement-data">Save all as CSV</button> \
      <span data-count aria-live="polite"></span></p>
      \(table)<ol class="notes">\(notes)</ol></details>
      <script type="application/json" id="\(attribute: study.prefix)measurement-data">\
      \(json: Self.json(measurements))</script>

      """
  }

  /// What fits, and a sentence on what does not.
  ///
  /// Win rates between methods are the first to go, which grow with the square of their number; then
  /// single checkpoints of groups that are measured as wholes.
  private var kept: ([Measurement], HTML) {
    let all = study.input.evaluation.measurements
    guard all.count > options.maximumMeasurements else { return (all, "") }
    let known = Set(study.input.evaluation.policies.map(\.id) + study.groups.map(\.id))
    let plain = all.filter { rate in
      guard rate.name == "win_rate", let other = rate.reference else { return true }
      return other == study.input.evaluation.reference || !known.contains(other)
    }
    let between: HTML =
      """
       \(text: Figure.plural(all.count - plain.count, "win rate")) between methods are not listed here
      """
    let place: HTML = "; they are in evaluation.json."
    guard plain.count > options.maximumMeasurements else { return (plain, "\(between)\(place)") }
    let whole = Set(study.groups.map(\.id)).filter { id in plain.contains { $0.subject == id } }
    let single = Set(
      study.groups.filter { whole.contains($0.id) }.flatMap { group in
        group.policies.map(\.id).filter { $0 != group.id }
      })
    let rest = plain.filter { !single.contains($0.subject) }
    return (
      rest,
      """
      \(between), nor \(text: Figure.plural(plain.count - rest.count, "measurement")) of single \
      checkpoints\(place)
      """
    )
  }

  private static func methods(_ measurements: [Measurement]) -> [String] {
    var seen: Set<String> = []
    return measurements.map(\.method).filter { seen.insert($0).inserted }
  }

  private static func ordered(_ measurements: [Measurement]) -> [Measurement] {
    let ranked = measurements.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      let ranks = (Measure.rank(a.name), Measure.rank(b.name))
      if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
      if a.name != b.name { return a.name < b.name }
      return left.offset < right.offset
    }
    return ranked.map(\.element)
  }

  private func row(_ measurement: Measurement, note: Int?) -> HTML {
    let estimate = PrintedEstimate(measurement)
    let lost: HTML =
      measurement.nonfinite > 0 ? " (\(measurement.nonfinite) not finite)" : ""
    let version: HTML = measurement.version == 1 ? "" : " <small>v\(measurement.version)</small>"
    return """
      <tr><td>\(text: measurement.name)\(version)</td><td>\(text: measurement.subject)</td>\
      <td>\(text: measurement.reference ?? "")</td><td class="n">\(text: estimate.value + estimate.suffix)</td>\
      <td class="n">\(text: estimate.interval ?? "—")</td><td class="n">\(text: Numeral.count(measurement.count)) \
      / \(text: Numeral.count(measurement.clusters))\(lost)</td><td>\(text: measurement.unit)</td>\
      <td class="n">\((note ?? 0) + 1)</td></tr>

      """
  }

  /// The same numbers with all their digits, for programs.
  static func json(_ measurements: [Measurement]) -> JSONValue {
    let methods = methods(measurements)
    let columns = [
      "name", "subject", "reference", "value", "low", "high", "count", "clusters", "unit",
      "direction", "version", "nonfinite", "method",
    ]
    return .object([
      ("columns", .array(columns.map { .string($0) })),
      ("methods", .array(methods.map { .string($0) })),
      (
        "rows",
        .array(
          measurements.map { measurement in
            .array([
              .string(measurement.name), .string(measurement.subject),
              measurement.reference.map { .string($0) } ?? .null, .number(measurement.value),
              .number(measurement.low), .number(measurement.high), .integer(measurement.count),
              .integer(measurement.clusters), .string(measurement.unit),
              .string(measurement.direction.rawValue), .integer(measurement.version),
              .integer(measurement.nonfinite),
              .integer(methods.firstIndex(of: measurement.method) ?? 0),
            ])
          })
      ),
    ])
  }
}
