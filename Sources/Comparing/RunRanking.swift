import Command
import Report
import Runs

/// What a run has found, in a few lines: the ranking as `plumb compare` prints it, and what it leaves open.
public struct RunRanking {
  private let table: ComparisonTable
  private let alarms: [String]

  /// So many methods are ranked with all their pairs.
  private static let mostContrasted = 30
  /// So many rows are shown.
  private static let mostShown = 20

  /// - Returns: nil where nothing ranks what was measured, or nothing stands beside the reference.
  /// - Throws: `ReportError` and `RunError` for records that cannot be compared.
  public init?(_ input: ReportInput) throws {
    let found: (systems: [Comparison.System], yardstick: Comparison.Yardstick, subject: String)
    if input.hasRewards {
      let (groups, checkpoints) = (Comparison.groups(of: input), Comparison.checkpoints(of: input))
      // Methods are what a reader chooses between.
      found =
        groups.count < checkpoints.count
        ? (groups, .reward, "methods") : (checkpoints, .reward, "checkpoints")
    } else {
      guard let judged = try Comparison.judged(input, name: \.group) else { return nil }
      found = (judged.systems, judged.yardstick, "policies")
    }
    guard found.systems.count > 1 else { return nil }
    alarms = input.alarmWords
    table = ComparisonTable(
      try Comparison(
        found.systems, by: found.yardstick,
        contrasting: found.systems.count <= Self.mostContrasted,
        confidence: input.evaluation.confidence, resamples: input.evaluation.resamples),
      of: found.subject)
  }

  public func show(_ output: Output) {
    table.showRanking(output, most: Self.mostShown)
    output.print("")
    output.print(table.unresolved)
    for alarm in alarms { output.print(alarm) }
  }
}
