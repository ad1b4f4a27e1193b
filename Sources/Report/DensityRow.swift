import Runs

/// The density ratios of one prompt, or of all together: a small drawing for each method, and the numbers
/// beside them.
struct DensityRow {
  let study: Study
  let options: ReportOptions
  let panel: DensityPanel
  let place: Int
  let methods: [String]

  var html: HTML {
    let drawings = methods.compactMap { method in
      panel.curves.first { $0.policy == method }.map { curve in
        """
        <div class="panel"><h4>\(text: Self.label(method, study))</h4>\
        \(DensityDrawing(study: study, panel: panel, curve: curve, optimal: optimal, id: id(curve), y: scale).svg)\
        \(gaps(curve))</div>

        """ as HTML
      }
    }
    return """
      <div class="densities">\(heading)<div class="panels small">\(HTML(drawings))</div>\(facts)</div>

      """
  }

  /// The method alone where no panel shows two policies of one.
  static func label(_ policy: String, _ study: Study) -> String {
    if policy == "optimal" { return "optimal policy" }
    guard let group = study.groups.first(where: { $0.policies.contains { $0.id == policy } }) else {
      return study.label(ofSubject: policy)
    }
    let own = Set(group.policies.map(\.id))
    let isAlone = study.input.evaluation.panels.allSatisfy { panel in
      panel.curves.filter { own.contains($0.policy) }.count < 2
    }
    return isAlone ? group.label : study.label(ofSubject: policy)
  }

  private var optimal: DensityPanel.Curve? { panel.curves.first { $0.policy == "optimal" } }

  private func id(_ curve: DensityPanel.Curve) -> String {
    let index = panel.curves.firstIndex { $0.policy == curve.policy } ?? 0
    return "\(study.prefix)density-\(place)-\(index)"
  }

  /// One scale for a row, so that its drawings can be compared.
  private var scale: Scale {
    let shown = panel.curves.filter { methods.contains($0.policy) || $0.policy == "optimal" }
    var values: [Double] = []
    for curve in shown {
      for list in [curve.ratio, curve.low ?? [], curve.high ?? []] {
        values += list.compactMap { $0 }.filter { $0 > 0 && $0.isFinite }
      }
    }
    let most = values.max() ?? 1
    // A band that ends near 0 takes no more than its share of the paper.
    return Scale(holding: values.filter { $0 >= most * 1e-4 } + [0.5, 1, 2], logarithmic: true)
  }

  private var heading: HTML {
    let seed: HTML = panel.seed.map { ", seed \($0)" } ?? ""
    if let prompts = panel.prompts {
      return """
        <h3>Average over \(text: Figure.plural(prompts, "prompt"))\(seed)</h3>
        <p class="note">Each along its distance from the reference's mean.</p>
        """
    }
    let quoted: HTML =
      options.omitTexts || panel.promptText.isEmpty
      ? "" : "<p class=\"quote\">\(text: SampleText(panel.promptText, limit: 320).shown)</p>"
    return "<h3>Prompt <code>\(text: panel.prompt)</code>\(seed)</h3>\(quoted)"
  }

  /// Why parts of a drawing are hatched.
  private func gaps(_ curve: DensityPanel.Curve) -> HTML {
    var words: [String] = []
    if curve.gaps?.contains(where: { $0.reason == .reference }) == true {
      words.append("few of the reference near")
    }
    if curve.gaps?.contains(where: { $0.reason == .policy }) == true {
      words.append("few of the method near")
    }
    if words.isEmpty { return "" }
    let share = curve.told.map { percent($0) + " of it told; " } ?? ""
    return "<p class=\"note\">\(text: share)hatched: \(text: words.joined(separator: ", "))</p>"
  }

  private var facts: HTML {
    let isAlone = panel.prompts == nil
    let curves = panel.curves.filter { $0.policy == "optimal" || methods.contains($0.policy) }
    let rows = curves.map { curve -> HTML in
      let divergences: HTML =
        isAlone
        ? "\(cell(curve.forwardKL, curve.forwardInterval))\(cell(curve.reverseKL, curve.reverseInterval))"
        : ""
      return "<tr>\(numbers(curve))\(divergences)</tr>\n"
    }
    let divergences: HTML =
      isAlone ? "<th scope=\"col\">KL(π* ∥ π)</th><th scope=\"col\">KL(π ∥ π*)</th>" : ""
    return """
      <details class="more"><summary>Numbers</summary><table class="facts"><thead><tr>\
      <th scope="col">Policy</th><th scope="col">completions</th><th scope="col">worth (ESS)</th>\
      <th scope="col">told</th>\(divergences)</tr></thead><tbody>\(HTML(rows))</tbody></table>\
      <p class="note">\(text: notes.joined(separator: " "))</p></details>
      """
  }

  private func numbers(_ curve: DensityPanel.Curve) -> HTML {
    let style = curve.policy == "optimal" ? .ink : study.style(ofSubject: curve.policy)
    let draws = curve.draws.map(Numeral.count) ?? "—"
    let worth = Numeral.significant(curve.effectiveSampleSize)
    let told = curve.told.map(percent) ?? "—"
    return """
      <th scope="row" title="\(attribute: curve.policy)">\(style.sample(showsMarker: false))\(text: Self.label(curve.policy, study))</th>\
      <td class="n">\(text: draws)</td><td class="n">\(text: worth)</td><td class="n">\(text: told)</td>
      """
  }

  private func cell(_ value: Double?, _ interval: [Double]?) -> HTML {
    guard let value else { return "<td class=\"n none\">—</td>" }
    var ends: HTML = ""
    if let interval, interval.count == 2 {
      let words = interval.map { Numeral.significant($0) }.joined(separator: "…")
      ends = "<span>\(text: words)</span>"
    }
    return "<td class=\"n\"><b>\(text: Numeral.significant(value))</b>\(ends)</td>"
  }

  private func percent(_ share: Double) -> String { Numeral.significant(100 * share) + " %" }

  private var notes: [String] {
    var notes = [
      "\(Figure.plural(panel.samples, "completion")) of the reference, bandwidth "
        + "\(Numeral.significant(panel.bandwidth)) nats, β \(Numeral.significant(panel.beta))."
    ]
    guard let making = panel.making else { return notes }
    if let value = making.logNormaliser {
      let interval = making.logNormaliserInterval.map {
        " [" + $0.map { Numeral.significant($0) }.joined(separator: ", ") + "]"
      }
      notes.append("log Z \(Numeral.significant(value))\(interval ?? "") nats.")
    }
    if let optimal, optimal.effectiveSampleSize < making.wanted {
      let least = making.reachableBeta.map { "; with β \(Numeral.significant($0)) they would be" }
      notes.append(
        "The draws are worth \(Numeral.significant(optimal.effectiveSampleSize)) of the optimal policy, and "
          + "not \(Numeral.significant(making.wanted))\(least ?? "").")
    }
    if panel.prompts == nil {
      notes.append(
        "KL in nats with \(Numeral.significant(100 * making.confidence)) % intervals, cut at 0; π* is the "
          + "optimal policy.")
    }
    return notes
  }
}
