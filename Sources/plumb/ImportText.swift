import Command
import Published
import Report
import Runs
import Statistics

/// Imported judgments as tables.
struct ImportText {
  private let files: PreferenceFiles
  private let report: PreferenceReport

  init(_ files: PreferenceFiles, _ report: PreferenceReport) {
    self.files = files
    self.report = report
  }

  func print(_ output: Output) {
    output.print(
      "The unit of analysis is the prompt: each counts once, with the mean of its answers. A tie is"
    )
    output.print("half a win. Intervals are of 95 %; p is two-sided and exact.")
    if !files.studies.isEmpty {
      let studies = files.studies.map { $0.prefix(8) }.joined(separator: ", ")
      output.print("Unblinded with the key of study \(studies).")
    }
    for matchUp in report.matchUps { show(matchUp, output) }
    if let agreement = report.agreementOfPeople {
      output.print("")
      output.print("all match-ups together")
      show(agreement, "people", output)
    }
    show(report.scores, output)
    if !report.remarks.isEmpty { output.print("") }
    for remark in report.remarks { output.print(ForeignText.printable("\(remark)")) }
    for comment in files.comments {
      output.print(
        ForeignText.printable(
          "comment on comparison \(comment.item), \(comment.annotator): \(comment.text)"))
    }
  }

  // MARK: One match-up

  private func show(_ one: MatchUpSummary, _ output: Output) {
    output.print("")
    output.print(
      ForeignText.printable(
        "\(one.matchUp.first) against \(one.matchUp.second): \(Numeral.count(one.prompts)) prompt"
          + (one.prompts == 1 ? "" : "s")))
    var table = TextTable(Self.head("rater"))
    for member in one.members {
      table.append(
        Self.cells((member.rater.isHuman ? "" : "judge ") + member.rater.name, member.tally))
    }
    let people = one.members.count { $0.rater.isHuman }
    if let tally = one.people { table.append(Self.cells("all \(people) people", tally)) }
    if let tally = one.majority { table.append(Self.cells("most of them", tally)) }
    output.print(table, indent: "  ")
    for member in one.members {
      let name = ForeignText.printable(member.rater.name)
      if !member.fooledBy.isEmpty {
        output.print(
          "  judge \(name) \(CanaryKind.warning(member.fooledBy)): no win rate of it is shown")
      }
      guard let bounds = member.tally?.bounds else { continue }
      output.print(
        "  \(name): \(Percent.value(bounds.low)) to \(Percent.value(bounds.high)) if what is missing "
          + "were all lost or won")
    }
    if one.shownFirst.of > 0 {
      output.print(
        ForeignText.printable(
          "  \(one.matchUp.first) was answer 1 in \(one.shownFirst.first) of \(one.shownFirst.of) "
            + "comparisons"))
    }
    if let first = one.firstAnswer {
      output.print(
        "  answer 1 has \(Percent.text(first)) of people's preferences; "
          + "p \(Numeral.probability(one.firstAnswerP))")
    }
    for member in one.members {
      guard let position = member.position else { continue }
      output.print(
        "  judge \(ForeignText.printable(member.rater.name)): \(Percent.text(position.contradictions)) of pairs "
          + "change with the order; the first place has \(Percent.text(position.firstSlot)) of "
          + "preferences, p \(Numeral.probability(position.contradictionP))")
    }
    if !one.criteria.isEmpty { show(one.criteria, output) }
    if let agreement = one.agreementOfPeople { show(agreement, "people", output) }
    if let agreement = one.agreementOfJudges { show(agreement, "judges", output) }
    for calibration in one.calibrations { show(calibration, output) }
  }

  private func show(_ criteria: [MatchUpSummary.Criterion], _ output: Output) {
    output.print("")
    var table = TextTable(Self.head("criterion") + [("α of people", .right), ("", .left)])
    for criterion in criteria {
      let alpha = criterion.agreement?.summary.krippendorff
      table.append(
        Self.cells(criterion.name, criterion.tally) + [Self.value(alpha), Self.interval(alpha)])
    }
    output.print(table, indent: "  ")
  }

  private func show(_ agreement: RaterAgreement, _ who: String, _ output: Output) {
    let summary = agreement.summary
    output.print("")
    output.print(
      "  agreement of \(who) on \(Numeral.count(summary.items)) comparisons with two or more answers"
    )
    var table = TextTable([("", .left), ("", .right), ("", .left)])
    let lines: [(String, Estimate?)] =
      [
        ("raw agreement", summary.raw), ("Gwet's AC1", summary.gwet),
        ("Fleiss' kappa", summary.fleiss), ("Krippendorff's alpha", summary.krippendorff),
      ]
      + agreement.pairs.map { ("Cohen's kappa, \($0.first) and \($0.second)", $0.kappa) }
    for (name, estimate) in lines {
      table.append([ForeignText.printable(name), Self.value(estimate), Self.interval(estimate)])
    }
    output.print(table, indent: "  ")
    let shares = summary.prevalence.map { "\($0.category) \(Percent.value($0.share))" }
    output.print("  prevalence: \(shares.joined(separator: ", "))")
  }

  private func show(_ one: JudgeCalibration, _ output: Output) {
    output.print("")
    output.print(
      ForeignText.printable(
        "  judge \(one.judge) held against people on \(Numeral.count(one.comparisons)) comparisons")
    )
    var table = TextTable(
      [("people \\ judge", .left)]
        + PairVerdict.allCases.map { ($0.rawValue, TextTable.Alignment.right) })
    for (verdict, row) in zip(PairVerdict.allCases, one.table) {
      table.append([verdict.rawValue] + row.map(Numeral.count))
    }
    output.print(table, indent: "  ")
    var lines = TextTable([("", .left), ("", .right), ("", .left)])
    for (name, estimate) in [
      ("raw agreement", one.agreement), ("Cohen's kappa", one.kappa), ("Gwet's AC1", one.gwet),
    ] { lines.append([name, Self.value(estimate), Self.interval(estimate)]) }
    for (name, estimate) in [
      ("win rate by people", one.people), ("by the judge, same prompts", one.judged),
      ("by the judge, all its prompts", one.judgedOnAll),
      (
        one.predictionPowered?.power == 0
          ? "people's own: the judge adds nothing" : "prediction-powered",
        one.predictionPowered?.estimate
      ),
      ("Rogan and Gladen's", one.roganGladen),
    ] {
      lines.append([name, Percent.value(estimate?.value), Percent.interval(estimate)])
    }
    output.print(lines, indent: "  ")
  }

  private func show(_ scores: [SingleSummary], _ output: Output) {
    guard !scores.isEmpty else { return }
    output.print("")
    var table = TextTable([
      ("model", .left), ("judge", .left), ("mean score", .right), ("interval", .left),
      ("answers", .right), ("missing", .right),
    ])
    for one in scores {
      table.append([
        ForeignText.printable(one.model), ForeignText.printable(one.judge ?? ""),
        Self.value(one.mean), Self.interval(one.mean),
        Numeral.count(one.mean?.count ?? 0), Numeral.count(one.unscored),
      ])
    }
    output.print(table)
  }

  // MARK: Cells

  private static func head(_ name: String) -> [(heading: String, alignment: TextTable.Alignment)] {
    [
      (name, .left), ("win rate", .right), ("interval", .left), ("wins", .right),
      ("ties", .right), ("losses", .right), ("missing", .right),
    ]
  }

  /// - Parameter tally: nil for a judge that was fooled.
  private static func cells(_ name: String, _ tally: PreferenceTally?) -> [String] {
    guard let tally else { return [ForeignText.printable(name), "✗"] }
    return [
      ForeignText.printable(name), Percent.value(tally.winRate?.value),
      Percent.interval(tally.winRate), Numeral.count(tally.wins), Numeral.count(tally.ties),
      Numeral.count(tally.losses), Numeral.count(tally.gaps.values.reduce(0, +)),
    ]
  }

  private static func value(_ estimate: Estimate?) -> String {
    estimate.map { Numeral.fixed($0.value, decimals: 3) } ?? "–"
  }

  private static func interval(_ estimate: Estimate?) -> String {
    guard let interval = estimate?.interval else { return "" }
    return "[\(Numeral.fixed(interval.low, decimals: 3)), "
      + "\(Numeral.fixed(interval.high, decimals: 3))]"
  }
}
