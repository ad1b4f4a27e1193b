import Runs
import Statistics

/// Methods at equal KL: what was chosen on prompts and seeds of their own, as others measure it.
struct EqualTermsSection {
  let study: Study
  let record: EqualTermsRecord

  init?(study: Study) {
    guard let record = study.input.evaluation.equalTerms else { return nil }
    self.study = study
    self.record = record
  }

  var html: HTML {
    "\(lead)\(figure)\(readings)\(advice)\(contrasts)\(trials)"
  }

  // MARK: Words

  private var lead: HTML {
    let tried = record.methods.map {
      "\($0.name) \(Figure.plural($0.trials.count, "trial")) (\(Figure.plural($0.settings, "setting")))"
    }
    var remarks: HTML = ""
    for remark in record.remarks { remarks += " \(text: remark)" }
    return """
      <p>For every method and KL cap the setting, checkpoint or mixture of two was chosen by \
      \(text: measure.title.lowercased()) on \(text: Figure.plural(record.selectionPrompts, "prompt")) and \
      \(text: Figure.plural(record.selectionSeeds.count, "training seed")) \
      (\(text: list(record.selectionSeeds))) that nothing else sees. What was chosen was trained again \
      with \(text: Figure.plural(record.seeds.count, "other seed")) (\(text: list(record.seeds))) and \
      measured on \(text: Figure.plural(record.prompts, "other prompt")). Tried: \
      \(text: tried.joined(separator: "; ")).\(remarks)</p>

      """
  }

  private var measure: Measure { record.yardstick }

  private func list(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ", ")
  }

  /// What was chosen; of a mean the corners of the curve, which the caps name.
  private func chosen(_ reading: EqualTermsRecord.Reading) -> String {
    guard reading.question != .average else { return "the choices of all caps until there" }
    let parts = reading.parts
    return parts.map { part in
      let name = [part.group, part.step.map { "step \($0)" }].compactMap(\.self)
        .joined(separator: ", ")
      return parts.count == 1
        ? name : "\(Numeral.fixed(100 * part.weight, decimals: 0))\u{A0}% \(name)"
    }.joined(separator: " + ")
  }

  // MARK: Figure

  private func points(
    _ method: EqualTermsRecord.Method
  ) -> [(reading: EqualTermsRecord.Reading, kl: Measurement, reward: Measurement)] {
    method.readings.compactMap { reading in
      let gain = record.by == Measure.heldOutReward.name ? reading.heldOutReward : reading.reward
      guard reading.question == .kl, let kl = reading.kl, let gain, kl.value?.isFinite == true,
        gain.value?.isFinite == true
      else { return nil }
      return (reading, kl, gain)
    }
  }

  private static let bestName = "best of n from the reference"

  /// The intervals of a method's points: a band, and of a point that stands alone a bar.
  private func spread(
    _ points: [(reading: EqualTermsRecord.Reading, kl: Measurement, reward: Measurement)],
    _ style: SeriesStyle, _ plot: Plot
  ) -> HTML {
    let upper = points.map { ($0.kl.value ?? 0, $0.reward.high ?? $0.reward.value ?? 0) }
    let lower = points.reversed().map { ($0.kl.value ?? 0, $0.reward.low ?? $0.reward.value ?? 0) }
    guard upper.count > 1 else {
      let bar = plot.line((upper + lower).map { $0 as (x: Double, y: Double)? })
      return "<path class=\"e \(style.colourClass)\" d=\"\(bar)\"/>"
    }
    let outline = plot.line((upper + lower).map { $0 as (x: Double, y: Double)? })
    return "<path class=\"band \(style.colourClass)\" d=\"\(outline)z\"/>"
  }

  private var figure: HTML {
    let curves = zip(
      record.methods, SeriesStyle.styles(forMethods: record.methods.map(\.name))
    ).map { (method: $0, style: $1, points: points($0)) }.filter { !$0.points.isEmpty }
    let all = curves.flatMap(\.points)
    guard !all.isEmpty else {
      return
        "<p class=\"empty\">No method reached a cap, so that there is nothing to compare.</p>\n"
    }
    let start = study.reference.flatMap { study.measurement(record.by, of: $0.id)?.value }
    let best = bestOf
    let widest = all.compactMap(\.kl.value).max() ?? 1
    let shown = best.filter { $0.kl <= 1.25 * widest }
    let xs = [0] + all.compactMap(\.kl.value) + shown.map(\.kl)
    let ys =
      all.flatMap { [$0.reward.low, $0.reward.high, $0.reward.value].compactMap(\.self) }
      + [start].compactMap(\.self)
      + shown.flatMap { [$0.reward.low, $0.value, $0.reward.high].compactMap(\.self) }
    var plot = Plot(
      width: 1000, height: 520, x: Scale(holding: xs, zero: true), y: Scale(holding: ys),
      xTitle: "KL to reference that was reached (nats, at most)", yTitle: measure.title)
    if let start {
      let (low, high) = (plot.x.low, plot.x.high)
      plot.content += "<path class=\"l ci ref\" d=\"\(plot.line([(low, start), (high, start)]))\"/>"
    }
    for (method, style, points) in curves {
      plot.content += Figure.series(method.name, spread(points, style, plot))
    }
    if !shown.isEmpty {
      var baseline: HTML =
        "<path class=\"l ci\" d=\"\(plot.line(shown.map { ($0.kl, $0.value) }))\"/>"
      for point in shown {
        baseline +=
          """
          \(point.bar(plot))<circle class="m ci" cx="\(at: plot.x(point.kl))" cy="\(at: plot.y(point.value))" r="3">\
          <title>best of \(point.n): \(text: PrintedEstimate(point.reward).phrase)</title></circle>
          """
      }
      plot.content += Figure.series(Self.bestName, baseline)
    }
    for (method, style, points) in curves {
      let places = points.map {
        ($0.kl.value ?? 0, $0.reward.value ?? 0) as (x: Double, y: Double)?
      }
      var drawn: HTML = "<path class=\"\(style.lineClass)\" d=\"\(plot.line(places))\"/>"
      for point in points {
        let words: HTML =
          """
          \(text: method.name), \(text: record.words(of: point.reading)): \
          \(text: PrintedEstimate(point.reward).phrase) at KL \(text: PrintedEstimate(point.kl).phrase)
          """
        drawn += style.mark(
          x: plot.x(point.kl.value ?? 0), y: plot.y(point.reward.value ?? 0), radius: 5,
          title: words)
      }
      plot.content += Figure.series(method.name, drawn)
    }
    let drawing = plot.svg(
      id: study.prefix + "equal-kl", title: "\(measure.title) at equal KL",
      description: curves.map { curve in
        let ends = curve.points.compactMap(\.reward.value).map { Numeral.significant($0) }
        return "\(curve.method.name): \(ends.joined(separator: ", "))"
      }.joined(separator: "; "))
    var entries = curves.map { (style: $0.style, label: $0.method.name) }
    if !shown.isEmpty { entries.append((.bestOf, Self.bestName)) }
    return Figure.figure(
      drawing, legend: Figure.legend(entries),
      caption: """
        \(text: measure.title) of what was chosen, at the KL that it reached, one point for each cap. Bands hold \
        for all caps of a method together with \(text: study.percent)\u{A0}% confidence, for other seeds \
        and other prompts. The dashed line is the reference policy.\
        \(shown.isEmpty ? "" : " Best of n needs no training and is no mixture.")
        """)
  }

  /// Best of n from the reference: what needs no training.
  private struct Baseline {
    let n: Int
    let kl: Double
    let reward: Measurement
    let value: Double

    func bar(_ plot: Plot) -> HTML {
      guard let low = reward.low, let high = reward.high, low.isFinite, high.isFinite else {
        return ""
      }
      return """
        <path class="e ci" d="M\(at: plot.x(kl)) \(at: plot.y(low))V\(at: plot.y(high))"/>
        """
    }
  }

  private var bestOf: [Baseline] {
    guard record.by == Measure.reward.name else { return [] }
    return (study.input.evaluation.bestOf?.points ?? []).sorted { $0.n < $1.n }.compactMap {
      point in
      point.reward.value.map {
        Baseline(
          n: point.n, kl: point.kl?.value ?? point.klBound, reward: point.reward, value: $0)
      }
    }.filter { $0.kl.isFinite && $0.value.isFinite }
  }

  // MARK: Tables

  private var readings: HTML {
    let all = record.methods.flatMap(\.readings)
    let hasHeldOut = all.contains { $0.heldOutReward != nil }
    let decimals = (
      reward: PrintedEstimate.decimals(of: all.compactMap(\.reward)),
      heldOut: PrintedEstimate.decimals(of: all.compactMap(\.heldOutReward))
    )
    var rows: HTML = ""
    for method in record.methods {
      for (place, reading) in method.readings.enumerated() {
        let name: HTML =
          place == 0
          ? """
          <th scope="rowgroup" rowspan="\(method.readings.count)">\(name: method.name)\
          <small>\(text: Figure.plural(method.trials.count, "trial"))</small></th>
          """ : ""
        let cells: HTML =
          reading.parts.isEmpty
          ? """
          <td colspan="\(hasHeldOut ? 4 : 3)"><small>out of reach: \(text: Self.reach(method, reading))\
          </small></td>
          """
          : """
          \(Figure.cell(reading.reward, decimals: decimals.reward, showsCount: false))\
          \(hasHeldOut ? Figure.cell(reading.heldOutReward, decimals: decimals.heldOut, showsCount: false) : "")\
          \(Figure.cell(reading.kl, showsCount: false))<td class="what"><small>\(text: chosen(reading))</small></td>
          """
        rows +=
          "<tr>\(name)<td>\(text: record.words(of: reading).replacing(" ", with: "\u{A0}"))</td>\(cells)</tr>\n"
      }
    }
    let heldOut: HTML = hasHeldOut ? "<th class=\"n\" scope=\"col\">Held-out reward</th>" : ""
    return Figure.table(
      caption: """
        What was chosen, on prompts and seeds that chose nothing. Intervals of a method's caps hold together, \
        and so do those of its means, with \(text: study.percent)\u{A0}% confidence. The KL is the mean over the parts of \
        a mixture, which the mixture's own does not exceed. “Mean up to” is the area under the curve by its \
        width.
        """,
      head: """
        <tr><th scope="col">Method</th><th scope="col">At</th><th class="n" scope="col">Reward</th>\(heldOut)\
        <th class="n" scope="col">KL reached<small>nats</small></th><th scope="col">Chosen</th></tr>
        """, rows: rows)
  }

  private var advice: HTML {
    record.advice.map { "<p>\(text: $0)</p>\n" as HTML } ?? ""
  }

  private static func reach(
    _ method: EqualTermsRecord.Method, _ reading: EqualTermsRecord.Reading
  ) -> String {
    switch reading.question {
    case .reward: "no choice has this reward on the selection's prompts"
    default: "the selection's policies end at KL \(Numeral.significant(method.reach))"
    }
  }

  private var contrasts: HTML {
    guard !record.contrasts.isEmpty else { return "" }
    var rows: HTML = ""
    let decimals = PrintedEstimate.decimals(of: record.contrasts.map(\.difference))
    for contrast in record.contrasts {
      let word =
        contrast.verdict == EqualTerms.Verdict.equivalent.rawValue
        ? "equivalent within ±\(Numeral.plain(record.margin ?? 0))" : contrast.verdict
      rows += """
        <tr><td>\(text: contrast.first)</td><td>\(text: contrast.second)</td>\
        <td class="n">\(text: Numeral.plain(contrast.cap))</td>\
        \(Figure.cell(contrast.difference, decimals: decimals, showsCount: false))\
        <td class="n">\(text: Numeral.probability(contrast.correctedPValue))</td>\
        <td>\(text: word)</td></tr>

        """
    }
    let margin: HTML =
      record.margin.map {
        """
         Equivalent: the interval that holds for the whole table lies within ±\(text: Numeral.plain($0)).
        """
      } ?? ""
    return Figure.table(
      caption: """
        First minus second at equal caps, on the same prompts; the luck of choosing is counted in. p is \
        corrected over all rows (Holm). Not resolved: the interval holds 0.\(margin)
        """,
      head: """
        <tr><th scope="col">First</th><th scope="col">Second</th><th class="n" scope="col">KL at most</th>\
        <th class="n" scope="col">Difference</th><th class="n" scope="col">Holm p</th>\
        <th scope="col">First is</th></tr>
        """, rows: rows)
  }

  private var trials: HTML {
    let count = record.methods.reduce(0) { $0 + $1.trials.count }
    var rows: HTML = ""
    for method in record.methods {
      let parts = method.readings.flatMap(\.parts)
      for trial in method.trials {
        let isChosen = parts.contains { $0.group == trial.group && $0.step == trial.step }
        rows += """
          <tr><td>\(text: method.name)</td><td>\(text: trial.group)</td>\
          <td class="n">\(text: trial.step.map(Numeral.count) ?? "")</td>\
          <td class="n">\(text: Numeral.significant(trial.kl))</td>\
          <td class="n">\(text: Numeral.significant(trial.reward))</td>\
          <td>\(isChosen ? "chosen" : "")</td></tr>

          """
      }
    }
    let table = Figure.table(
      classes: "all",
      caption: """
        Every trial as the selection saw it: means over its seeds and prompts. The best of these is too \
        good, because it is the best.
        """,
      head: """
        <tr><th scope="col">Method</th><th scope="col">Setting</th><th class="n" scope="col">Step</th>\
        <th class="n" scope="col">KL</th><th class="n" scope="col">\(text: measure.title)</th>\
        <th scope="col"></th></tr>
        """, rows: rows)
    return """
      <details class="more"><summary>\(text: Figure.plural(count, "trial")) of the selection</summary>
      \(table)</details>

      """
  }
}
