import Command
import Published

/// `plumb judge --import`: numbers from judgments that were made before; nobody is asked.
struct ImportCommand {
  let request: ImportRequest

  func perform(_ output: Output) throws -> ExitCode {
    let files = try PreferenceFiles(
      RunJudgments.expanded(request.files), human: request.human)
    let report = try PreferenceReport(files)
    if output.givesRecords {
      try ImportLines(files, report).print(output)
    } else {
      ImportText(files, report).print(output)
    }
    for matchUp in report.matchUps where matchUp.calibrations.isEmpty {
      let people = matchUp.members.filter(\.rater.isHuman)
      let judges = matchUp.members.filter { !$0.rater.isHuman && $0.fooledBy.isEmpty }
      guard !people.isEmpty, !judges.isEmpty else { continue }
      output.note(
        "\(matchUp.matchUp.first) against \(matchUp.matchUp.second): judges and people share no prompt"
      )
    }
    for matchUp in unmatched(report) {
      output.note(
        "\(matchUp.first) against \(matchUp.second): no judgment of people; systems are matched by name"
      )
    }
    return .success
  }

  /// Match-ups of judges that people were not asked about, where they were asked about others.
  private func unmatched(_ report: PreferenceReport) -> [MatchUp] {
    let ofPeople = report.matchUps.filter { $0.members.contains(where: \.rater.isHuman) }
    guard !ofPeople.isEmpty else { return [] }
    return report.matchUps.filter { one in !one.members.contains(where: \.rater.isHuman) }
      .map(\.matchUp)
  }
}
