import Runs

/// Proxy and held-out reward along the KL: where the held-out one turns, and what alarms said while the
/// policies were trained.
struct OverOptimisationSection {
  let study: Study

  /// Small drawings: more are not looked at.
  private static let most = 24

  var html: HTML? {
    let records = study.input.evaluation.overOptimisation ?? []
    let alarms = study.input.alarms.filter { !$0.looks.isEmpty }
    guard !records.isEmpty || !alarms.isEmpty else { return nil }
    return "\(figure(records))\(table(records))\(table(alarms))"
  }

  // MARK: Turning points

  private func figure(_ records: [OverOptimisationRecord]) -> HTML {
    guard let first = records.first else { return "" }
    let drawings = records.prefix(Self.most).enumerated().map { place, record in
      (
        heading: "\(text: study.label(ofSubject: record.group))" as HTML,
        drawing: drawing(record, place)
      )
    }
    var caption: HTML =
      """
      Gain over the reference against the KL from it, checkpoint by checkpoint, over seeds and prompts: by the \
      reward that was trained on (dashed, hollow) and by the held-out one (solid, filled), both in standard \
      deviations of the reference's completions. The lines are gain = √KL·(α − β·√KL) by least squares, after \
      Gao et al. 2023. The shaded stretch is the \(text: Numeral.significant(100 * first.confidence)) % interval \
      of the KL at which the held-out reward turns.
      """
    if records.count > Self.most {
      caption +=
        " \(text: Figure.plural(records.count - Self.most, "further method")) not drawn."
    }
    return Figure.multiples(drawings, legend: "", caption: caption)
  }

  private func drawing(_ record: OverOptimisationRecord, _ place: Int) -> HTML {
    let style = study.style(ofSubject: record.group)
    func line(_ curve: OverOptimisationRecord.Curve) -> [(x: Double, y: Double)] {
      (0...60).map { step in
        let kl = record.reached * Double(step) / 60
        return (kl, kl.squareRoot() * (curve.alpha - curve.beta * kl.squareRoot()))
      }
    }
    let held = line(record.heldOut)
    let proxy = record.proxy.map(line) ?? []
    let gains = record.points.flatMap { [$0.gain, $0.heldOutGain] }
    var plot = Plot(
      width: 340, height: 230, x: Scale(from: 0, to: record.reached * 1.05),
      y: Scale(holding: (held + proxy).map(\.y) + gains + [0]), xTitle: "KL (nats)",
      yTitle: "gain (sd)")
    if record.verdict != "does not turn" {
      let left = plot.x(record.low ?? 0)
      let right = plot.x(min(record.high ?? .infinity, plot.x.high))
      plot.content += """
        <path class="band \(style.colourClass)" d="M\(at: left) \(at: plot.y.start)H\(at: right)V\(at: plot.y.end)H\(at: left)z"/>
        """
    }
    plot.content += "<path class=\"l ci ref\" d=\"\(plot.line([(0, 0), (plot.x.high, 0)]))\"/>"
    plot.content += "<path class=\"l \(style.colourClass) d1 thin\" d=\"\(plot.line(proxy))\"/>"
    plot.content += "<path class=\"l \(style.colourClass)\" d=\"\(plot.line(held))\"/>"
    for point in record.points {
      for (gain, isHeldOut) in [(point.gain, false), (point.heldOutGain, true)] {
        let mark = SeriesStyle(
          colour: style.colour, marker: style.marker, filling: isHeldOut ? 0 : 1, dash: 0)
        plot.content += mark.mark(x: plot.x(point.kl), y: plot.y(gain), radius: 4)
      }
    }
    return plot.svg(
      id: "\(study.prefix)over-\(place)",
      title: "Gains of \(study.label(ofSubject: record.group)) along the KL",
      description: Self.words(record))
  }

  private func table(_ records: [OverOptimisationRecord]) -> HTML {
    guard !records.isEmpty else { return "" }
    let rows = records.map { record -> HTML in
      let name = study.label(ofSubject: record.group)
      let size = "\(record.seeds) / \(record.points.count) / \(record.prompts)"
      let verdict = Self.words(record)
      return """
        <tr><th scope="row">\(name: name)</th><td class="n">\(text: size)</td>\
        <td class="n">\(text: Numeral.significant(record.reached))</td><td>\(text: verdict)</td></tr>

        """
    }
    return Figure.table(
      caption: """
        Where the held-out reward turns, in nats. Its slope along √KL is told from 0 at every KL up to the \
        largest, by Student's t over prompts and, where there are several, seeds (Fieller's interval); KLs \
        are taken for known.
        """,
      head: """
        <tr><th scope="col">Method</th><th scope="col" class="n">seeds / checkpoints / prompts</th>\
        <th scope="col" class="n">KL reached</th><th scope="col">held-out reward</th></tr>
        """, rows: HTML(rows))
  }

  /// What can be said of the turn.
  static func words(_ record: OverOptimisationRecord) -> String {
    func number(_ value: Double?) -> String { value.map { Numeral.significant($0) } ?? "beyond" }
    let interval = "[\(number(record.low)), \(number(record.high))]"
    switch record.verdict {
    case "turns": return "turns at \(number(record.turn)) \(interval)"
    case "does not turn":
      return "does not turn in the range reached, \(Numeral.significant(record.reached))"
    default: return "not resolved: between \(number(record.low)) and \(number(record.high))"
    }
  }

  // MARK: Alarms

  private func table(_ alarms: [(stage: String, seed: Int?, looks: [AlarmLook])]) -> HTML {
    let rows = alarms.compactMap { alarm -> HTML? in
      guard let last = alarm.looks.last else { return nil }
      let raised = alarm.looks.first(where: \.isRaised)
      let shown = raised ?? last
      let name = alarm.stage + (alarm.seed.map { ", seed \($0)" } ?? "")
      let words = raised.map { "raised at step \($0.step)" } ?? "not raised"
      let (first, second) = (
        Numeral.significant(100 * shown.winRate) + " %",
        Numeral.significant(100 * shown.heldOutWinRate) + " %"
      )
      return """
        <tr><th scope="row">\(name: name)</th><td>\(text: words)</td>\
        <td class="n">\(alarm.looks.count)</td><td class="n">\(text: first)</td>\
        <td class="n">\(text: second)</td>\
        <td class="n">\(text: Numeral.significant(last.logEvidence)) of \(text: Numeral.significant(last.threshold))</td></tr>

        """
    }
    guard !rows.isEmpty else { return "" }
    return Figure.table(
      caption: """
        Alarms while training: how often the policy's fresh completions beat the reference's by the training's \
        reward and by the held-out one, at the look that raised the alarm or at the last. The alarm is raised \
        where the evidence, a betting e-process, reaches what it has to; where the win rates differ by no more \
        than the margin, that happens at most at the stated rate, however often one looks.
        """,
      head: """
        <tr><th scope="col">Training</th><th scope="col">alarm</th><th scope="col" class="n">looks</th>\
        <th scope="col" class="n">wins, reward</th><th scope="col" class="n">wins, held out</th>\
        <th scope="col" class="n">log evidence</th></tr>
        """, rows: HTML(rows))
  }
}
