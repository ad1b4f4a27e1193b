import Command
import Comparing
import Report
import Runs
import Statistics

/// `plumb compare`: which checkpoints are better, and how sure that is.
struct CompareCommand {
  let runs: [String]
  var requirements: [Requirement] = []

  /// Beyond so many methods nobody reads a line for each pair.
  private static let mostContrasted = 100

  func perform(_ output: Output) throws -> ExitCode {
    let inputs = try RunList.load(runs)
    try CompareGate.check(requirements, inputs)
    let groups = EvaluationRecord.comparable(inputs.map(\.evaluation))
    if groups.count > 1 {
      output.note(
        "not all runs were measured by the same reward on the same prompts; what cannot be ranked "
          + "together stands apart")
    }
    var shown: [Comparison] = []
    for (place, members) in groups.enumerated() {
      let together = members.map { inputs[$0] }
      if groups.count > 1, !output.givesRecords {
        if place > 0 { output.print("") }
        output.print("\(together.map(\.name).joined(separator: ", ")):")
      }
      if together.allSatisfy({ !$0.hasRewards }) {
        try UnrankedRuns(together, severalRuns: inputs.count > 1).show(output)
      } else {
        shown += try show(together, severalRuns: inputs.count > 1, output)
      }
    }
    if !output.givesRecords {
      for alarm in inputs.flatMap(\.alarmWords) { output.print(alarm) }
    }
    for input in inputs {
      let prefix = inputs.count > 1 ? "\(input.name)/" : ""
      guard let judged = JudgedLines(input, prefix: prefix) else { continue }
      if !output.givesRecords { output.print("") }
      try judged.show(output)
    }
    for input in inputs {
      guard let exams = input.exams else { continue }
      if !output.givesRecords { output.print("") }
      try ExamLines(exams, prefix: inputs.count > 1 ? "\(input.name)/" : "").show(output)
    }
    let gate = CompareGate(requirements: requirements, comparisons: shown).held()
    if output.givesRecords {
      for one in gate.conditions { try output.print(json: GateLine(one)) }
    }
    gate.tell(output)
    return gate.exitCode
  }

  /// Runs that were measured alike.
  ///
  /// - Returns: what was shown, methods first.
  private func show(
    _ inputs: [ReportInput], severalRuns: Bool, _ output: Output
  ) throws -> [Comparison] {
    var shown: [Comparison] = []
    for name in Comparison.differences(between: inputs.map(\.evaluation)) {
      output.note(
        name == "confidence"
          ? "the runs name different confidences; the widest intervals are shown"
          : "the runs differ in '\(name)'; their rewards may not be comparable")
    }
    // Of runs that name different ones the widest intervals are right for all.
    let confidence = inputs.map(\.evaluation.confidence).max() ?? 0.95
    let resamples = inputs.compactMap(\.evaluation.resamples).max()
    func all(_ find: (ReportInput, String) -> [Comparison.System]) -> [Comparison.System] {
      inputs.flatMap { find($0, severalRuns ? "\($0.name)/" : "") }
    }
    let groups = all(Comparison.groups)
    let checkpoints = all(Comparison.checkpoints)
    if checkpoints.count == 1, inputs.contains(where: { $0.evaluation.equalTerms != nil }) {
      output.note("only the reference was measured: nothing that was tried beats it at any cap")
      try showEqualTerms(inputs, output)
      return []
    }
    if groups.count < checkpoints.count {
      let lists = groups.count <= Self.mostContrasted
      if !lists {
        output.note(
          "\(groups.count) methods: their pairs are not listed; ranks rest on all of them")
      }
      shown.append(
        try Comparison(groups, contrasting: lists, confidence: confidence, resamples: resamples))
      try Self.show(shown[0], of: "methods", output)
      if !output.givesRecords { output.print("") }
    }
    // Methods are what a reader chooses between; pairs of all their seeds would bury that.
    let single = try Comparison(
      checkpoints,
      contrasting: groups.count == checkpoints.count && groups.count <= Self.mostContrasted,
      confidence: confidence, resamples: resamples)
    try Self.show(single, of: "checkpoints", output)
    try showEqualTerms(inputs, output)
    return shown + [single]
  }

  private func showEqualTerms(_ inputs: [ReportInput], _ output: Output) throws {
    for input in inputs {
      try EqualTermsTable(input.evaluation, name: inputs.count > 1 ? input.name : nil).show(output)
    }
  }

  static func show(_ comparison: Comparison, of subject: String, _ output: Output) throws {
    if output.givesRecords {
      for standing in comparison.standings {
        try output.print(json: StandingLine(subject, standing, comparison.yardstick))
      }
      for contrast in comparison.contrasts {
        try output.print(
          json: ContrastLine(subject, contrast, comparison.yardstick))
      }
      return
    }
    ComparisonTable(comparison, of: subject).show(output)
  }
}
