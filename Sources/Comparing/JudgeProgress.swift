import Command
import Foundation
import Judging

/// The line that says how far a judging is.
public actor JudgeProgress {
  private var line: ProgressLine
  /// Adds the place in a whole run to what is shown, given how much of the judging is done.
  private let placed: @Sendable (ProgressUpdate, Double) -> ProgressUpdate

  public init(
    _ output: Output, refusesColor: Bool,
    placed: @escaping @Sendable (ProgressUpdate, Double) -> ProgressUpdate = { update, _ in update }
  ) {
    self.placed = placed
    let terminal = Terminal(
      descriptor: 2, environment: ProcessInfo.processInfo.environment, refusesColor: refusesColor)
    line = ProgressLine(
      style: ProgressLine.style(for: terminal, isJSON: output.isJSON, isQuiet: output.isQuiet))
  }

  /// - Parameter comparison: which of so many it is, from 0; of one where there are no more.
  public func show(
    _ state: JudgingRun.Progress, cost: Double?, comparison: (place: Int, of: Int) = (0, 1)
  ) {
    var metrics = [ProgressUpdate.Metric("without verdict", Double(state.failed))]
    if let cost, cost > 0 { metrics.append(ProgressUpdate.Metric("USD", cost)) }
    let inside = Double(state.done) / Double(max(1, state.total))
    let update = ProgressUpdate(
      stage: "judge", step: state.done, total: state.total, metrics: metrics,
      remaining: state.remaining)
    line.show(placed(update, (Double(comparison.place) + inside) / Double(comparison.of)))
  }

  public func finish() { line.finish() }
}
