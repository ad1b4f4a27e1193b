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
        try rate(member.rater.isHuman ? "person" : "judge", member.rater.name, member.tally)
        if let position = member.position {
          try output.print(
            json: Position(
              first: first, second: second, name: member.rater.name, table: position.table,
              flipRate: position.flipRate.map(NumberLine.init),
              firstPlace: position.firstSlot.map(NumberLine.init), p: position.pValue))
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
          model: score.model, mean: score.mean.map(NumberLine.init), missing: score.unscored))
    }
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

  private struct Basis: Encodable {
    let kind = "basis"
    let unit = "prompt"
    let studies: [String]
  }

  private struct Rate: Encodable {
    let kind: String
    let first: String
    let second: String
    let name: String
    let winRate: NumberLine?
    let wins: Int
    let ties: Int
    let losses: Int
    let missing: [String: Int]
    let bounds: [Double]?

    private enum CodingKeys: String, CodingKey {
      case kind, first, second, name, wins, ties, losses, missing, bounds
      case winRate = "win_rate"
    }
  }

  private struct Position: Encodable {
    let kind = "position"
    let first: String
    let second: String
    let name: String
    let table: [[Int]]
    let flipRate: NumberLine?
    let firstPlace: NumberLine?
    let p: Double

    private enum CodingKeys: String, CodingKey {
      case kind, first, second, name, table, p
      case flipRate = "flip_rate"
      case firstPlace = "first_place"
    }
  }

  private struct Sides: Encodable {
    let kind = "sides"
    let first: String
    let second: String
    /// Comparisons in which the first system was answer 1.
    let firstWasFirst: Int
    let comparisons: Int
    let firstPlace: NumberLine?
    let p: Double

    private enum CodingKeys: String, CodingKey {
      case kind, first, second, comparisons, p
      case firstWasFirst = "first_was_answer_1"
      case firstPlace = "answer_1_preferred"
    }
  }

  private struct Agreement: Encodable {
    let kind = "agreement"
    let first: String?
    let second: String?
    let of: String
    let name: String
    let estimate: NumberLine?
    let prevalence: [String: Double]
  }

  private struct Calibration: Encodable {
    let kind = "calibration"
    let first: String
    let second: String
    let judge: String
    let comparisons: Int
    let table: [[Int]]
    let agreement: NumberLine?
    let kappa: NumberLine?
    let gwet: NumberLine?
    let people: NumberLine?
    let judged: NumberLine?
    let judgedOnAll: NumberLine?
    let predictionPowered: NumberLine?
    let power: Double?
    let roganGladen: NumberLine?

    private enum CodingKeys: String, CodingKey {
      case kind, first, second, judge, comparisons, table, agreement, kappa, people, judged, power
      case gwet = "gwet_ac1"
      case judgedOnAll = "judged_on_all"
      case predictionPowered = "prediction_powered"
      case roganGladen = "rogan_gladen"
    }

    init(_ first: String, _ second: String, _ one: JudgeCalibration) {
      self.first = first
      self.second = second
      judge = one.judge
      comparisons = one.comparisons
      table = one.table
      agreement = one.agreement.map(NumberLine.init)
      kappa = one.kappa.map(NumberLine.init)
      gwet = one.gwet.map(NumberLine.init)
      people = one.people.map(NumberLine.init)
      judged = one.judged.map(NumberLine.init)
      judgedOnAll = one.judgedOnAll.map(NumberLine.init)
      predictionPowered = one.predictionPowered.map { NumberLine($0.estimate) }
      power = one.predictionPowered?.power
      roganGladen = one.roganGladen.map(NumberLine.init)
    }
  }

  private struct Score: Encodable {
    let kind = "score"
    let model: String
    let mean: NumberLine?
    let missing: Int
  }

  private struct Remark: Encodable {
    let kind = "comment"
    let study: String
    let item: Int
    let annotator: String
    let text: String
  }

  /// A person's answer with its systems: what the key unblinds.
  private struct Judged: Encodable {
    let kind = "answer"
    let prompt: String
    let first: String
    let second: String
    let annotator: String
    let share: Double?
    let criteria: [String: Double]
    let firstWasAnswer1: Bool?

    private enum CodingKeys: String, CodingKey {
      case kind, prompt, first, second, annotator, share, criteria
      case firstWasAnswer1 = "first_was_answer_1"
    }

    init(_ one: Preference) {
      prompt = one.prompt
      first = one.matchUp.first
      second = one.matchUp.second
      annotator = one.rater.name
      share = one.share
      criteria = one.criteria
      firstWasAnswer1 = one.firstIsShownFirst
    }
  }
}
