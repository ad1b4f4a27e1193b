import Command
import Report
import Runs
import Statistics

/// `plumb compare`: which checkpoints are better, and how sure that is.
struct CompareCommand {
  let runs: [String]

  func perform(_ output: Output) throws -> ExitCode {
    let inputs = try RunList.load(runs)
    let groups = EvaluationRecord.comparable(inputs.map(\.evaluation))
    if groups.count > 1 {
      output.note(
        "not all runs were measured by the same reward on the same prompts; what cannot be ranked "
          + "together stands apart")
    }
    for (place, members) in groups.enumerated() {
      let together = members.map { inputs[$0] }
      if groups.count > 1, !output.isJSON {
        if place > 0 { output.print("") }
        output.print("\(together.map(\.name).joined(separator: ", ")):")
      }
      try show(together, severalRuns: inputs.count > 1, output)
    }
    return .success
  }

  /// Runs that were measured alike.
  private func show(_ inputs: [ReportInput], severalRuns: Bool, _ output: Output) throws {
    for name in Comparison.differences(between: inputs.map(\.evaluation)) {
      output.note("the runs differ in '\(name)'; their rewards may not be comparable")
    }
    func all(_ find: (ReportInput, String) -> [Comparison.System]) -> [Comparison.System] {
      inputs.flatMap { find($0, severalRuns ? "\($0.name)/" : "") }
    }
    let groups = all(Comparison.groups)
    let checkpoints = all(Comparison.checkpoints)
    if groups.count < checkpoints.count {
      try show(
        Comparison(groups), of: "methods", remark: "seeds of a method taken together", output)
      if !output.isJSON { output.print("") }
    }
    // Methods are what a reader chooses between; pairs of all their seeds would bury that.
    try show(
      Comparison(checkpoints, contrasting: groups.count == checkpoints.count), of: "checkpoints",
      remark: nil, output)
  }

  private func show(
    _ comparison: Comparison, of subject: String, remark: String?, _ output: Output
  ) throws {
    if output.isJSON {
      for standing in comparison.standings {
        try output.print(json: StandingLine(subject, standing))
      }
      for contrast in comparison.contrasts {
        try output.print(json: ContrastLine(subject, contrast))
      }
      return
    }
    let prompts = comparison.prompts.count
    output.print(
      "\(comparison.standings.count) \(subject) on \(prompts) prompt\(prompts == 1 ? "" : "s"), "
        + "by mean reward; 95 % intervals over prompts"
        + (remark.map { "; \($0)" } ?? ""))
    if comparison.omittedPrompts > 0 || comparison.omittedSamples > 0 {
      output.print(
        "left out: \(comparison.omittedPrompts) prompts that not all answered, "
          + "\(comparison.omittedSamples) completions without a finite reward")
    }
    output.print("")
    var standings = TextTable([
      ("rank", .right), ("name", .left), ("reward", .right), ("interval", .left),
    ])
    for standing in comparison.standings {
      standings.append([
        Self.ranks(standing.ranks), ForeignText.printable(standing.name),
        Self.value(standing.reward), Self.interval(standing.reward),
      ])
    }
    output.print(standings)
    guard !comparison.contrasts.isEmpty else { return }
    output.print("")
    var contrasts = TextTable([
      ("first", .left), ("second", .left), ("difference", .right), ("interval", .left),
      ("wins", .right), ("interval", .left), ("p", .right), ("Holm p", .right),
    ])
    for contrast in comparison.contrasts {
      contrasts.append([
        ForeignText.printable(contrast.first), ForeignText.printable(contrast.second),
        Self.value(contrast.difference), Self.interval(contrast.difference),
        Self.value(contrast.winRate, scale: 100) + " %",
        Self.interval(contrast.winRate, scale: 100), Self.probability(contrast.pValue),
        Self.probability(contrast.correctedPValue),
      ])
    }
    output.print(contrasts)
    output.print("")
    output.print(
      "Differences are paired by prompt. p is two-sided, of the sign-flip test; Holm p is corrected"
    )
    output.print(
      "for all pairs of the table. Ranks hold together with 95 % confidence. A tie is half a win.")
  }

  // MARK: Numbers

  static func ranks(_ ranks: ClosedRange<Int>?) -> String {
    guard let ranks else { return "?" }
    return ranks.count == 1 ? "\(ranks.lowerBound)" : "\(ranks.lowerBound)–\(ranks.upperBound)"
  }

  static func value(_ estimate: Estimate, scale: Double = 1) -> String {
    print(estimate.value * scale, decimals(estimate, scale))
  }

  static func interval(_ estimate: Estimate, scale: Double = 1) -> String {
    guard let interval = estimate.interval else { return "" }
    let decimals = decimals(estimate, scale)
    return "[\(print(interval.low * scale, decimals)), \(print(interval.high * scale, decimals))]"
  }

  /// Three digits, and never 0.
  static func probability(_ value: Double) -> String {
    value < 0.001 ? "<0.001" : Numeral.fixed(value, decimals: 3)
  }

  private static func print(_ value: Double, _ decimals: Int?) -> String {
    decimals.map { Numeral.fixed(value, decimals: $0) } ?? Numeral.significant(value)
  }

  private static func decimals(_ estimate: Estimate, _ scale: Double) -> Int? {
    estimate.interval.flatMap { Numeral.decimals(halfWidth: ($0.high - $0.low) / 2 * scale) }
  }
}
