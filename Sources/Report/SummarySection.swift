import Runs
import Statistics

/// The paragraph under the title: what was compared on how much, what came out, and what the
/// numbers cannot tell.
struct SummarySection {
  let study: Study

  var html: HTML {
    let gates = study.input.gates.map { GateSection(record: $0).sentence } ?? ""
    let sentences = [
      scope, gates, winner, judged, distance, study.selectionNote, resolution, losses,
    ]
    .filter { !$0.isEmpty }
    return "<p class=\"lead\">\(HTML(sentences, separator: " "))</p>\n"
  }

  private var record: EvaluationRecord { study.input.evaluation }

  private var scope: HTML {
    let methods = study.groups.map(\.label)
    let names = methods.count <= 8 ? " (\(methods.joined(separator: "; ")))" : ""
    let seeds = study.seeds
    let prompts = Set(study.input.samples.map(\.prompt)).count
    let kind = study.isOfGivenModels ? "model" : "trained policy group"
    let what: HTML =
      methods.isEmpty
      ? "This run evaluates the reference policy <code>\(text: record.reference)</code> alone."
      : """
      This run compares \(text: Figure.plural(methods.count, kind))\(text: names) \
      with the reference policy <code>\(text: record.reference)</code>.
      """
    let seedWords: HTML =
      switch seeds.count {
      case _ where methods.isEmpty: ""
      case _ where study.isOfGivenModels:
        """
         The models are taken as they are: how much the luck of their training matters is not \
        measured here.
        """
      case 0, 1:
        """
         Training ran with one seed, so how much the results depend on the luck of training is \
        not measured here.
        """
      case 2:
        " Training was repeated with two seeds, and \(text: IntervalBasis.Caveat.twoSeeds.rawValue)."
      default: " Training was repeated with \(text: Figure.plural(seeds.count, "seed"))."
      }
    let sampleWords: HTML =
      study.input.samples.isEmpty
      ? " No samples were recorded."
      : """
       The records hold \(text: Figure.plural(study.input.samples.count, "completion")) to \
      \(text: Figure.plural(prompts, "prompt")).
      """
    return "\(what)\(seedWords)\(sampleWords)"
  }

  /// Groups or single policies with a reward, best first.
  private var ranking: [(label: String, reward: Measurement, kl: Measurement?)] {
    var rows: [(label: String, reward: Measurement, kl: Measurement?)] = []
    for group in study.groups {
      if let reward = study.groupMeasurement("reward", group), reward.value?.isFinite == true {
        rows.append((group.label, reward, study.groupMeasurement("kl", group)))
        continue
      }
      for policy in group.finals {
        guard let reward = study.measurement("reward", of: policy.id),
          reward.value?.isFinite == true
        else { continue }
        rows.append(
          (
            "\(group.label), \(study.place(policy, showsStep: false))", reward,
            study.measurement("kl", of: policy.id)
          ))
      }
    }
    return rows.sorted { ($0.reward.value ?? 0) > ($1.reward.value ?? 0) }
  }

  private var winner: HTML {
    guard let best = ranking.first else { return "" }
    let distance: HTML =
      best.kl.map { " at a KL of \(text: PrintedEstimate($0).phrase) \(text: $0.unit)" } ?? ""
    let reference = study.reference.flatMap { study.measurement("reward", of: $0.id) }
    let baseline: HTML =
      reference.map { "; the reference policy has \(text: PrintedEstimate($0).phrase)" } ?? ""
    if let reference, let start = reference.value, let highest = best.reward.value, start > highest
    {
      return """
        No policy has a higher mean reward than the reference policy, which has \
        \(text: PrintedEstimate(reference).phrase): the highest is \(text: PrintedEstimate(best.reward).phrase), of \
        <strong>\(text: best.label)</strong>\(distance).
        """
    }
    return """
      The highest mean reward is \(text: PrintedEstimate(best.reward).phrase), reached by \
      <strong>\(text: best.label)</strong>\(distance)\(baseline).
      """
  }

  /// What ranks the policies where there is no reward.
  private var judged: HTML {
    guard !study.input.hasRewards else { return "" }
    // Of several seeds their mean: one lucky seed is no method.
    let rates = study.groups.compactMap { group -> (label: String, value: Double, words: String)? in
      let own = group.finals.compactMap {
        study.measurement(JudgedRate.name, of: $0.id, against: .reference)
      }
      let values = own.compactMap(\.value)
      guard let first = own.first, !values.isEmpty else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      let words =
        own.count == 1
        ? PrintedEstimate(first).phrase
        : "\(Percent.value(mean)) in the mean of \(Figure.plural(own.count, "seed"))"
      return (group.label, mean, words)
    }
    guard let top = rates.map(\.value).max() else {
      let alarms = (study.input.judging?.comparisons ?? []).flatMap(\.summary.alarms)
      guard alarms.isEmpty else {
        return """
          Nothing ranks the completions: no reward was named, and the judge \
          \(text: CanaryKind.warning(CanaryKind.allCases.filter(alarms.contains))), so that its win rates are not shown.
          """
      }
      return
        "Nothing ranked the completions: no reward was named, and no judge's win rate is there."
    }
    let best = rates.filter { $0.value == top }
    guard best.count == 1 else {
      return """
        No reward was named. Judged against the reference, <strong>\
        \(text: best.map(\.label).joined(separator: ", "))</strong> are preferred equally often, \
        \(text: best[0].words).
        """
    }
    return """
      No reward was named. Judged against the reference, <strong>\(text: best[0].label)</strong> is \
      preferred most often, \(text: best[0].words).
      """
  }

  private var distance: HTML {
    let rows = ranking
    guard let best = rows.first, rows.count > 1 else { return "" }
    guard let low = best.reward.low else {
      return "It has no interval, so nothing here says whether its lead is more than chance."
    }
    let near = rows.dropFirst().filter { ($0.reward.high ?? $0.reward.value ?? 0) >= low }
    if near.isEmpty { return "Its interval lies above the intervals of all others." }
    return """
      Its interval overlaps \(near.count == 1 ? "that" : "those") of \(near.count) other\
      \(near.count == 1 ? "" : "s"), so their order is not settled by these intervals alone.
      """
  }

  private var resolution: HTML {
    let rates = record.measurements.filter { $0.name == "win_rate" }
    let widths = rates.compactMap { rate in
      rate.low.flatMap { low in rate.high.map { ($0 - low) / 2 } }
    }.filter(\.isFinite)
    guard let widest = widths.max() else { return "" }
    return """
      Win rates carry \(text: study.percent)\u{A0}% intervals of up to \
      ±\(text: Numeral.significant(widest * 100, digits: 2)) percentage points.
      """
  }

  private var losses: HTML {
    var parts: [HTML] = []
    let missing = record.measurements.filter { $0.value?.isFinite != true }.count
    if missing > 0 {
      parts.append("\(text: Figure.plural(missing, "measurement")) could not be computed.")
    }
    let nonfinite = record.measurements.map(\.nonfinite).reduce(0, +)
    if nonfinite > 0 {
      parts.append(
        """
        \(text: Figure.plural(nonfinite, "value")) \(nonfinite == 1 ? "was" : "were") not finite, \
        excluded and counted.
        """)
    }
    let truncated = study.input.samples.filter { !$0.finished }.count
    if truncated > 0 {
      let share = 100 * Double(truncated) / Double(study.input.samples.count)
      parts.append(
        """
        \(text: Numeral.significant(share, digits: 2))\u{A0}% of the completions stopped at the \
        length limit.
        """)
    }
    return HTML(parts, separator: " ")
  }
}
