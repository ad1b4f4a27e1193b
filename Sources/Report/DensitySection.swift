import Runs

/// Density ratios to the reference policy: a row for each prompt, and in it a small drawing for each
/// method, beside the optimal policy.
struct DensitySection {
  let study: Study
  let options: ReportOptions

  /// Small drawings in all: more are not looked at.
  private static let most = 96

  var html: HTML? {
    let panels = study.input.evaluation.panels
    guard let first = panels.first else { return nil }
    guard let making = first.making else {
      return """
        <p class="empty">The density ratios of this run are of an earlier version of Plumb, which weighted \
        draws of the reference and had no intervals; they are not drawn. Evaluate the run again for ratios \
        with bands.</p>

        """
    }
    let methods = first.curves.map(\.policy).filter { $0 != "optimal" }
    let limit = max(0, options.maximumPanels)
    let width = max(1, methods.count)
    let rows = Array(panels.prefix(min(limit, max(1, Self.most / width))))
    let drawn = Array(methods.prefix(Self.most))
    let parts = rows.enumerated().map { index, panel in
      DensityRow(study: study, options: options, panel: panel, place: index, methods: drawn).html
    }
    var legend = [(style: SeriesStyle.ink, label: "optimal policy")]
    legend += drawn.map { (study.style(ofSubject: $0), DensityRow.label($0, study)) }
    return """
      <figure>\(Figure.legend(legend, showsMarkers: false))\(HTML(parts))
      <figcaption>\(caption(first, making))\(rest(panels.count - rows.count, methods.count - drawn.count))</figcaption></figure>

      """
  }

  private func rest(_ rows: Int, _ methods: Int) -> HTML {
    var words: HTML = ""
    if rows > 0 { words += " \(text: Figure.plural(rows, "further prompt")) not shown." }
    if methods > 0 { words += " \(text: Figure.plural(methods, "further method")) not shown." }
    return words
  }

  private func caption(_ panel: DensityPanel, _ making: DensityPanel.Making) -> HTML {
    let percent = Numeral.significant(100 * making.confidence)
    let wanted = Numeral.significant(making.wanted)
    let chosen: HTML =
      making.isBetaChosen
      ? """
      , the least of those looked at with which the draws can stand for it at nine of ten prompts
      """ : ""
    return """
      Density ratio π/π_ref of completions along their log-probability under the reference policy, each \
      method (colour) beside the optimal policy π_ref·exp(reward/β)/Z (ink) of β = \
      \(text: Numeral.significant(panel.beta))\(chosen). Above 1 a policy writes what lies there more often \
      than the reference does. Of a method: completions that it wrote itself, without weights, over those of \
      the reference. Of the optimal policy: completions of \
      \(text: Figure.plural(making.proposals.count, "policy", "policies")) together, weighted by the balance \
      heuristic. Bands: \(text: percent) %, by drawing the completions of both sides of a ratio again; they \
      hold pointwise, at each place alone and not at all places at once. All densities of a row are smoothed \
      with one bandwidth, and the ratio is that of the smoothed ones. The grey area is the density of the \
      reference, not to scale. Hatched: no curve, because fewer than ten completions of the reference or of \
      the method lie near, or because those that stand for the optimal policy are worth fewer than \
      \(text: wanted) (effective sample size) though up to \(text: Numeral.count(making.budget)) were drawn of \
      each policy.
      """
  }
}
