import Runs

/// Stages whose strength was searched for a KL: how near each came, on validation and on test prompts.
struct StrengthSection {
  let study: Study

  private var records: [StrengthRecord] { study.input.strengths }

  var html: HTML? { records.isEmpty ? nil : "\(lead)\(table)\(trials)" }

  private var lead: HTML {
    var misses: HTML = ""
    for record in records where !record.isReached {
      misses += "<p class=\"warning\">\(text: record.stage): \(text: record.words).</p>\n"
    }
    return """
      <p>The strength of these stages was searched for, one training after another, until the KL of \
      the policy from its reference was within the tolerance of the target on the search’s own \
      prompts; the nearest training decides. As it was chosen by the KL that it shows there, the KL on \
      the evaluation’s prompts is the one to quote.</p>
      \(misses)
      """
  }

  private var table: HTML {
    var rows: HTML = ""
    for record in records {
      let trial = record.trials[record.chosen]
      rows +=
        """
        <tr><td>\(text: record.stage)</td><td>\(text: record.key) \(text: record.value)</td>\
        <td class="n">\(text: Numeral.significant(record.target))</td>\
        <td class="n">\(text: Self.words(trial))</td>\
        <td class="n">\(text: measured(record))</td>\
        <td class="n">\(text: "\(record.trials.count)")</td>\
        <td>\(record.isReached ? "reached" : "not reached")</td></tr>

        """
    }
    return Figure.table(
      caption: "KL that was aimed at and KL that was reached, in nats per completion.",
      head: """
        <tr><th scope="col">Stage</th><th scope="col">Strength found</th>\
        <th class="n" scope="col">Target</th><th class="n" scope="col">KL, validation</th>\
        <th class="n" scope="col">KL, test</th><th class="n" scope="col">Trainings</th>\
        <th scope="col"></th></tr>
        """, rows: rows)
  }

  /// What the evaluation says of the stage's final checkpoints, over its seeds.
  private func measured(_ record: StrengthRecord) -> String {
    guard let group = study.groups.first(where: { $0.id == record.stage }),
      let found = study.result("kl", of: group), found.value != nil
    else { return "not measured" }
    return PrintedEstimate(found).phrase
  }

  private var trials: HTML {
    var rows: HTML = ""
    for record in records {
      for (place, trial) in record.trials.enumerated() {
        rows +=
          """
          <tr><td>\(text: record.stage)</td><td class="n">\(text: "\(place + 1)")</td>\
          <td>\(text: record.key) \(text: trial.value)</td>\
          <td class="n">\(text: Self.words(trial))</td>\
          <td>\(place == record.chosen ? "kept" : "")</td></tr>

          """
      }
    }
    let count = records.reduce(0) { $0 + $1.trials.count }
    let how = records.map {
      "\($0.stage): \(Figure.plural($0.prompts, "prompt")), \(Figure.plural($0.samples, "sample")) each"
        + ($0.seed.map { ", seed \($0)" } ?? "")
    }
    let table = Figure.table(
      caption: """
        Every training of the searches, in order, with 95 % intervals over prompts \
        (\(text: how.joined(separator: "; "))).
        """,
      head: """
        <tr><th scope="col">Stage</th><th class="n" scope="col">Training</th><th scope="col">Strength</th>\
        <th class="n" scope="col">KL, validation</th><th scope="col"></th></tr>
        """, rows: rows)
    return """
      <details class="more"><summary>\(text: Figure.plural(count, "training")) of the searches</summary>
      \(table)</details>

      """
  }

  private static func words(_ trial: StrengthRecord.Trial) -> String {
    guard let kl = trial.kl else { return "given up: \(trial.failure ?? "")" }
    guard let low = trial.low, let high = trial.high else { return Numeral.significant(kl) }
    return
      "\(Numeral.significant(kl)) [\(Numeral.significant(low)), \(Numeral.significant(high))]"
  }
}
