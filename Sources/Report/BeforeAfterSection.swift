import Runs

/// Mean reward of each prompt before and after training, and how many prompts got worse.
struct BeforeAfterSection {
  let study: Study

  var html: HTML? {
    let means = Self.means(study.input.samples)
    let before = means[study.input.evaluation.reference] ?? [:]
    let panels = study.groups.compactMap { panel($0, before, means) }
    guard !panels.isEmpty else { return nil }
    let figure = Figure.multiples(
      panels, legend: "",
      caption: """
        Mean reward of each prompt under the reference policy and after training, over the samples \
        of all seeds' final checkpoints. Below the diagonal (×) the prompt got worse. The share of \
        prompts below is counted from the dots; beside it stands the measurement “prompts worse” \
        with its \(text: study.percent)\u{A0}% interval, where there is one: it treats each checkpoint on its own. \
        Single prompts vary with sampling, so some fall below by chance.
        """)
    // The shares stand in the first table; dozens of panels are for those who look for one.
    return study.isCrowded
      ? "<details class=\"more\"><summary>\(panels.count) panels, one for each method</summary>\n\(figure)</details>\n"
      : figure
  }

  /// Mean reward by policy and prompt.
  static func means(_ samples: [SampleRecord]) -> [String: [String: Double]] {
    var sums: [String: [String: (sum: Double, count: Double)]] = [:]
    for sample in samples {
      guard let reward = sample.reward, reward.isFinite else { continue }
      let entry = sums[sample.policy]?[sample.prompt] ?? (0, 0)
      sums[sample.policy, default: [:]][sample.prompt] = (entry.sum + reward, entry.count + 1)
    }
    return sums.mapValues { $0.mapValues { $0.sum / $0.count } }
  }

  private func panel(
    _ group: Study.Group, _ before: [String: Double], _ means: [String: [String: Double]]
  ) -> (heading: HTML, drawing: HTML)? {
    let after = group.finals.compactMap { means[$0.id] }
    var pairs: [(before: Double, after: Double)] = []
    for prompt in before.keys.sorted() {
      let values = after.compactMap { $0[prompt] }
      guard let old = before[prompt], !values.isEmpty else { continue }
      pairs.append((old, values.reduce(0, +) / Double(values.count)))
    }
    guard !pairs.isEmpty else { return nil }
    let scale = Scale(holding: pairs.flatMap { [$0.before, $0.after] })
    var plot = Plot(
      width: 340, height: 300, x: scale, y: scale, xTitle: "reward before (reference)",
      yTitle: "reward after")
    plot.content +=
      "<path class=\"l ci ref\" d=\"\(plot.line([(scale.low, scale.low), (scale.high, scale.high)]))\"/>"
    var better: HTML = ""
    var worse: HTML = ""
    for pair in pairs {
      let (x, y) = (plot.x(pair.before), plot.y(pair.after))
      if pair.after < pair.before {
        worse += "M\(at: x - 3) \(at: y - 3)l6 6m0-6l-6 6"
      } else {
        better += "M\(at: x) \(at: y)h0"
      }
    }
    plot.content += "<path class=\"dots \(group.style.colourClass)\" d=\"\(better)\"/>"
    plot.content += "<path class=\"worse\" d=\"\(worse)\"/>"
    let count = pairs.filter { $0.after < $0.before }.count
    let share = Numeral.fixed(100 * Double(count) / Double(pairs.count), decimals: 1)
    let measured: HTML =
      study.groupMeasurement("prompts_worse", group).map {
        "; measured over checkpoints: \(text: PrintedEstimate($0).phrase)"
      } ?? ""
    let words = "\(count) of \(Figure.plural(pairs.count, "prompt")) worse: \(share) %"
    return (
      "\(text: group.label)",
      """
      \(plot.svg(
        id: "\(study.prefix)before-\(study.groups.firstIndex { $0.id == group.id } ?? 0)",
        title: "Reward per prompt before and after, \(group.label)", description: words))\
      <p class="note">\(text: words)\(measured)</p>
      """
    )
  }
}
