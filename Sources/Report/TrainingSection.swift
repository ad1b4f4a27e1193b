import Runs

/// What training reported, one small plot for each metric and one line for each stage.
struct TrainingSection {
  let study: Study

  struct Stage {
    let name: String
    let label: String
    let style: SeriesStyle
    let runs: [[StepRecord]]
    let metrics: Set<String>
  }

  private static let order = [
    "loss", "objective/rlhf_reward", "objective/scores", "objective/kl", "completions/mean_length",
    "rewards/margins", "rewards/accuracies", "logps/chosen", "logps/rejected", "kl",
    "held_out_loss", "heldout_loss", "held-out loss", "eval_loss", "eval/loss",
    "rewards/chosen", "rewards/rejected", "reward", "entropy",
  ]
  private static let uninteresting: Set = ["epoch", "num_tokens", "step"]

  var html: HTML? {
    let all = self.stages.filter { !$0.metrics.isEmpty }
    guard !all.isEmpty else { return leftOut.isEmpty ? nil : leftOut }
    let (trials, stages) = (all.filter(isTrial), all.filter { !isTrial($0) })
    guard !trials.isEmpty else { return "\(leftOut)\(html(of: stages, key: "") ?? "")" }
    let more = html(of: trials, key: "t") ?? ""
    let words = Figure.plural(trials.count, "trial") + " of searches for a KL"
    return
      "\(leftOut)\(html(of: stages, key: "") ?? "")<details class=\"more\"><summary>\(text: words)</summary>\n\(more)</details>\n"
  }

  /// What was not learnt from: a phrase of several seeds, or of several stages, stands once.
  private var leftOut: HTML {
    var stages: [String: [String]] = [:]
    for one in study.input.leftOut where !(stages[one.words] ?? []).contains(one.stage) {
      stages[one.words, default: []].append(one.stage)
    }
    let rows = stages.sorted { ($0.value[0], $0.key) < ($1.value[0], $1.key) }.map { words, names in
      let shown = names.count > 6 ? Array(names.prefix(5)) + ["and \(names.count - 5) more"] : names
      return "<li>\(text: shown.joined(separator: ", ")): \(text: words)</li>" as HTML
    }
    guard !rows.isEmpty else { return "" }
    return "<p>Left out of the data:</p><ul>\(HTML(rows))</ul>\n"
  }

  /// Whether a training only served the search for a strength.
  private func isTrial(_ stage: Stage) -> Bool {
    study.input.strengths.contains { stage.name.hasPrefix("\($0.stage)-search/trial-") }
  }

  /// - Parameter part: tells the figures of one part from those of another.
  private func html(of stages: [Stage], key part: String) -> HTML? {
    guard !stages.isEmpty else { return nil }
    let preference = stages.filter {
      $0.metrics.contains {
        $0.hasPrefix("rewards/") || $0.hasPrefix("objective/") || $0 == "kl"
      }
    }
    let others = stages.filter { stage in !preference.contains { $0.name == stage.name } }
    var html: HTML = ""
    for (title, members) in [("Alignment", preference), ("Other training", others)] {
      guard !members.isEmpty else { continue }
      let names = Set(members.flatMap(\.metrics))
      let main = Self.order.filter(names.contains)
      let rest = names.subtracting(main).sorted()
      if !preference.isEmpty, !others.isEmpty { html += "<h3>\(text: title)</h3>\n" }
      if study.isCrowded, members.count > 16 {
        let online = members.filter { $0.metrics.contains("objective/scores") }
        let others = members.filter { !$0.metrics.contains("objective/scores") }
        for part in [others, online] where !part.isEmpty {
          let own = main.filter { metric in part.contains { $0.metrics.contains(metric) } }
          html += TrainingTable(metrics: own, stages: part).html
        }
        continue
      }
      let key = "\(study.prefix)curve-\(part)\(title.prefix(1))"
      if !main.isEmpty { html += figure(main, members, key: key) }
      if !rest.isEmpty {
        let more = figure(rest, members, key: "\(key)x")
        html +=
          "<details class=\"more\"><summary>Other metrics that training reported (\(rest.count))</summary>\n\(more)</details>\n"
      }
    }
    return html
  }

  private var stages: [Stage] {
    var order: [String] = study.groups.map(\.id)
    for entry in study.input.steps where !order.contains(entry.stage) { order.append(entry.stage) }
    let spare = SeriesStyle.styles(forMethods: order)
    return order.enumerated().compactMap { index, name in
      let runs = study.input.steps.filter { $0.stage == name }.map(\.records)
      guard runs.contains(where: { !$0.isEmpty }) else { return nil }
      let group = study.groups.first { $0.id == name }
      return Stage(
        name: name, label: group?.label ?? name, style: group?.style ?? spare[index], runs: runs,
        metrics: Set(runs.flatMap { $0.flatMap(\.metrics.keys) })
          .subtracting(Self.uninteresting))
    }
  }

  private func figure(_ metrics: [String], _ stages: [Stage], key: String) -> HTML {
    var widest = 1
    var seeds = 1
    var lost = 0
    var unequal = false
    let panels = metrics.enumerated().map { index, metric in
      let curves = stages.map { stage in
        (
          stage: stage,
          band: CurveBand(
            stage.runs.map { run in
              run.compactMap { record in record.metrics[metric].map { (record.step, $0) } }
            })
        )
      }.filter {
        !$0.band.points.isEmpty || !$0.band.rests.isEmpty || $0.band.nonfinite > 0
      }
      for curve in curves {
        widest = max(widest, curve.band.stepsPerPoint)
        seeds = max(seeds, curve.band.seeds)
        lost += curve.band.nonfinite
        unequal = unequal || !curve.band.rests.isEmpty
      }
      return (
        heading: "\(text: metric)" as HTML, drawing: drawing(metric, curves, "\(key)-\(index)")
      )
    }
    var caption: HTML =
      seeds > 1
      ? """
      Training curves by optimiser step. Line: mean over seeds. Band: least to largest over seeds, \
      up to \(seeds) of them; it is not a confidence interval.
      """ : "Training curves by optimiser step, from one seed each; they carry no interval."
    if unequal {
      caption += """
         Mean and band go as far as all seeds of a stage do; beyond, each seed is drawn by itself, thin.
        """
    }
    if widest > 1 { caption += " A point averages up to \(widest) steps." }
    if lost > 0 {
      caption += " \(text: Figure.plural(lost, "value")) not finite and left out."
    }
    return Figure.multiples(
      panels,
      legend: Figure.legend(stages.map { ($0.style, $0.label) }, showsMarkers: false),
      caption: caption)
  }

  /// What was reported once: a number needs no axes.
  private func ends(_ curves: [(stage: Stage, band: CurveBand)]) -> HTML {
    let items = curves.compactMap { stage, band in
      band.points.first.map { point in
        """
        <li>\(stage.style.sample(showsMarker: false))<span>\(name: stage.label)</span> \
        <b>\(text: Numeral.significant(point.mean))</b> at step \(text: Numeral.plain(point.step))</li>
        """ as HTML
      }
    }
    return "<ul class=\"ends\">\(HTML(items))</ul>\n"
  }

  private func drawing(_ metric: String, _ curves: [(stage: Stage, band: CurveBand)], _ id: String)
    -> HTML
  {
    let points = curves.flatMap { $0.band.points + $0.band.rests.joined() }
    guard !points.isEmpty else { return "<p class=\"empty\">No finite value.</p>" }
    let isCurve = curves.contains { $0.band.points.count > 1 || !$0.band.rests.isEmpty }
    guard isCurve else { return ends(curves) }
    var plot = Plot(
      width: 340, height: 200,
      x: Scale(holding: points.map(\.step), zero: true),
      y: Scale(holding: points.flatMap { [$0.low, $0.high] }), xTitle: "step", yTitle: "")
    for (stage, band) in curves where band.seeds > 1 {
      let upper = band.points.map { ($0.step, $0.high) as (x: Double, y: Double)? }
      let lower = band.points.reversed().map { ($0.step, $0.low) as (x: Double, y: Double)? }
      plot.content += Figure.series(
        stage.label,
        "<path class=\"band \(stage.style.colourClass)\" d=\"\(plot.line(upper + lower))z\"/>")
    }
    for (stage, band) in curves {
      var lines: HTML = ""
      if let only = band.points.first, band.points.count == 1 {
        lines += stage.style.mark(x: plot.x(only.step), y: plot.y(only.mean), radius: 4)
      }
      lines +=
        "<path class=\"\(stage.style.lineClass)\" d=\"\(plot.line(band.points.map { ($0.step, $0.mean) }))\"/>"
      for rest in band.rests {
        lines +=
          "<path class=\"\(stage.style.lineClass) thin\" d=\"\(plot.line(rest.map { ($0.step, $0.mean) }))\"/>"
      }
      plot.content += Figure.series(stage.label, lines)
    }
    return plot.svg(
      id: id, title: "\(metric) during training",
      description: curves.compactMap { stage, band in
        band.points.last.map { "\(stage.label) ends at \(Numeral.significant($0.mean))" }
      }.joined(separator: "; "))
  }
}
