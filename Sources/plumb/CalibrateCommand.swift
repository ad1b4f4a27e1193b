import Command
import Comparing
import Foundation
import Judging
import Published
import Report
import Runs
import Statistics

/// `plumb calibrate`: a judge held against people, and what corrects its win rates.
struct CalibrateCommand {
  let request: CalibrateRequest

  func perform(_ output: Output) throws -> ExitCode {
    let judge = try identity()
    let labels = try self.labels(judge)
    let record = CalibrationRecord(
      version: Plumb.version, judge: judge, raters: labels.raters, table: labels.table,
      agreement: labels.agreement.map(JudgedShare.init),
      kappa: labels.kappa.map(JudgedShare.init), gwet: labels.gwet.map(JudgedShare.init),
      order: labels.position.map(OrderSummary.init(of:)),
      longerWins: labels.longerWins.map(JudgedShare.init),
      longerWinsByPeople: labels.longerWinsByPeople.map(JudgedShare.init), labels: labels.labels)
    try RecordFile.write(record, to: URL(filePath: request.output))
    if output.givesRecords {
      try output.print(json: record)
    } else {
      show(record, output)
    }
    var gate = Gate()
    for requirement in request.requirements {
      let share = requirement.quantity == "kappa" ? record.kappa : record.agreement
      gate.hold(requirement, against: JudgeGate.words(share), low: share?.low, high: share?.high)
    }
    gate.tell(output)
    return gate.exitCode
  }

  /// Who judged; the same everywhere.
  private func identity() throws -> JudgeIdentity {
    var found: (path: String, judge: JudgeIdentity)?
    for path in request.judged {
      let judge = try Self.identity(of: path)
      if let found {
        let differences = judge.differences(from: found.judge)
        guard differences.isEmpty else {
          throw PublishedError.content(
            file: path,
            problem: "was judged by another judge than \(found.path) "
              + "(other \(differences.joined(separator: ", ")))",
            advice: "calibrate one judge at a time")
        }
      } else {
        found = (path, judge)
      }
    }
    guard let found else { preconditionFailure("the command line names a folder") }
    return found.judge
  }

  private static func identity(of path: String) throws -> JudgeIdentity {
    let run = RunDirectory(URL(filePath: path))
    if FileManager.default.fileExists(atPath: run.judging.path) {
      return try RecordFile.read(
        JudgingReport.self, from: run.judging, advice: RecordAdvice.measured
      ).judge
    }
    let record = URL(filePath: PreferenceFiles.file(path)).deletingLastPathComponent()
      .appending(path: "judge.json")
    guard FileManager.default.fileExists(atPath: record.path) else {
      throw PublishedError.content(
        file: path, problem: "is no folder of plumb judge and no judged run",
        advice: "judge outputs first, with plumb judge A B -o FOLDER")
    }
    return try RecordFile.read(JudgingRecord.self, from: record).judge
  }

  private func labels(_ judge: JudgeIdentity) throws -> HumanLabels {
    var pages: [String] = []
    var others: [String] = []
    for path in request.human {
      switch try JudgmentFormat(path: PreferenceFiles.file(path)) {
      case .annotation, .annotationKey: pages.append(path)
      default: others.append(path)
      }
    }
    let files = try PreferenceFiles(RunJudgments.expanded(request.judged) + pages, human: others)
    // One judge made all of these; a jury's members stand beside it.
    let raters = files.preferences.map(\.rater).filter { !$0.isHuman }
    guard let rater = raters.first(where: \.isJury) ?? raters.first else {
      throw PublishedError.content(
        file: request.judged[0], problem: "holds no judgment", advice: "judge outputs first")
    }
    let labels = HumanLabels(files, judge: rater)
    if !labels.fooledBy.isEmpty {
      throw PublishedError.content(
        file: request.judged[0],
        problem: "its judge \(CanaryKind.warning(labels.fooledBy))",
        advice: "take another judge or template; labels do not mend this one")
    }
    if labels.unknown > 0 {
      throw PublishedError.content(
        file: request.judged[0],
        problem: "was judged by a version whose judgments do not say which texts were compared",
        advice: "give the same plumb judge command once more; it asks nobody again")
    }
    guard labels.labels.count > 1 else {
      throw PublishedError.content(
        file: request.human[0],
        problem: "shares \(labels.labels.count) decided comparisons with \(request.judged[0])",
        advice:
          "give people's judgments of the same systems and prompts; systems are matched by name"
      )
    }
    return labels
  }

  // MARK: Text

  private func show(_ record: CalibrationRecord, _ output: Output) {
    output.print(
      "\(record.judge.name) held against \(Self.count(record.raters, "person", "people")) on "
        + "\(Self.count(record.labels.count, "comparison", "comparisons"))")
    output.print("")
    var table = TextTable([("", .left), ("", .left)])
    table.append(["agreement", Percent.text(record.agreement)])
    table.append(["Cohen's kappa", JudgeGate.words(record.kappa)])
    table.append(["Gwet's AC1", JudgeGate.words(record.gwet)])
    if let order = record.order {
      table.append(["flips", "\(Percent.text(order.flipRate)) of pairs change with the order"])
      table.append(["first place", "\(Percent.text(order.firstSlot)) of answers prefer it"])
    }
    table.append([
      "longer wins",
      "\(Percent.text(record.longerWins)) by the judge, "
        + "\(Percent.text(record.longerWinsByPeople)) by people",
    ])
    output.print(table)
    output.print("")
    var verdicts = TextTable([
      ("people \\ judge", .left), ("win", .right), ("tie", .right), ("loss", .right),
    ])
    for (name, row) in zip(["win", "tie", "loss"], record.table) {
      verdicts.append([name] + row.map(Numeral.count))
    }
    output.print(verdicts)
    output.print("")
    output.print(
      "Labels correct a win rate only where the labelled comparisons were drawn at random.")
    output.print("calibration: \(request.output)")
  }

  private static func count(_ value: Int, _ one: String, _ several: String) -> String {
    "\(Numeral.count(value)) \(value == 1 ? one : several)"
  }
}

extension OrderSummary {
  /// What is known of the orders alone.
  fileprivate init(of position: PositionSummary) {
    self.init(
      table: position.table, flipRate: position.contradictions.map(JudgedShare.init),
      firstSlot: position.firstSlot.map(JudgedShare.init), towardsFirst: position.towardsFirst,
      towardsSecond: position.towardsSecond, pValue: position.contradictionP)
  }
}
