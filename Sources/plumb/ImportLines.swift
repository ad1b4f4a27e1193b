import Command
import Published
import Statistics

/// Imported judgments as one JSON object a line.
struct ImportLines {
  private let files: PreferenceFiles
  private let report: PreferenceReport

  init(_ files: PreferenceFiles, _ report: PreferenceReport) {
    self.files = files
    self.report = report
  }

  func print(_ output: Output) throws {
    try output.print(json: Basis(studies: files.studies))
    for one in report.matchUps {
      let (first, second) = (one.matchUp.first, one.matchUp.second)
      func rate(_ kind: String, _ name: String, _ tally: PreferenceTally) throws {
        try output.print(
          json: Rate(
            kind: kind, first: first, second: second, name: name,
            winRate: tally.winRate.map(NumberLine.init), wins: tally.wins,
            ties: tally.ties, losses: tally.losses, missing: tally.gaps,
            bounds: tally.bounds.map { [$0.low, $0.high] }))
      }
      for member in one.members {
        let kind = member.rater.isHuman ? "person" : "judge"
        if let tally = member.tally {
          try rate(kind, member.rater.name, tally)
        } else {
          try output.print(
            json: Fooled(
              kind: kind, first: first, second: second, name: member.rater.name,
              fooledBy: member.fooledBy.map(\.rawValue)))
        }
        if let position = member.position {
          try output.print(
            json: Position(
              first: first, second: second, name: member.rater.name,
              table: member.tally == nil ? nil : position.table,
              flipRate: position.contradictions.map(NumberLine.init),
              firstPlace: position.firstSlot.map(NumberLine.init), p: position.contradictionP))
        }
      }
      if let tally = one.people { try rate("people", "all", tally) }
      if let tally = one.majority { try rate("people", "majority", tally) }
      for criterion in one.criteria {
        try rate("criterion", criterion.name, criterion.tally)
        if let agreement = criterion.agreement {
          try agreements(agreement, first, second, criterion.name, output)
        }
      }
      if one.shownFirst.of > 0 {
        try output.print(
          json: Sides(
            first: first, second: second, firstWasFirst: one.shownFirst.first,
            comparisons: one.shownFirst.of, firstPlace: one.firstAnswer.map(NumberLine.init),
            p: one.firstAnswerP))
      }
      for (agreement, who) in [
        (one.agreementOfPeople, "people"), (one.agreementOfJudges, "judges"),
      ] {
        if let agreement { try agreements(agreement, first, second, who, output) }
      }
      for calibration in one.calibrations {
        try output.print(json: Calibration(first, second, calibration))
      }
    }
    if let agreement = report.agreementOfPeople {
      try agreements(agreement, nil, nil, "people", output)
    }
    for score in report.scores {
      try output.print(
        json: Score(
          model: score.model, judge: score.judge, mean: score.mean.map(NumberLine.init),
          missing: score.unscored))
    }
    for remark in report.remarks { try output.print(json: RemarkLine(remark)) }
    for comment in files.comments {
      try output.print(
        json: Remark(
          study: comment.study, item: comment.item, annotator: comment.annotator,
          text: comment.text))
    }
    for one in files.preferences where one.rater.isHuman { try output.print(json: Judged(one)) }
  }

  private func agreements(
    _ agreement: RaterAgreement, _ first: String?, _ second: String?, _ of: String,
    _ output: Output
  ) throws {
    let summary = agreement.summary
    let lines: [(String, Estimate?)] =
      [
        ("raw", summary.raw), ("gwet_ac1", summary.gwet), ("fleiss_kappa", summary.fleiss),
        ("krippendorff_alpha", summary.krippendorff),
      ] + agreement.pairs.map { ("cohen_kappa \($0.first), \($0.second)", $0.kappa) }
    for (name, estimate) in lines {
      try output.print(
        json: Agreement(
          first: first, second: second, of: of, name: name, estimate: estimate.map(NumberLine.init),
          prevalence: Dictionary(
            summary.prevalence.map { ($0.category, $0.share) }, uniquingKeysWith: { one, _ in one })
        ))
    }
  }
}
