import Command
import Foundation
import Judging

/// The line that says how far a judging is.
public actor JudgeProgress {
  private var line: ProgressLine

  public init(_ output: Output, refusesColor: Bool) {
    let terminal = Terminal(
      descriptor: 2, environment: ProcessInfo.processInfo.environment, refusesColor: refusesColor)
    line = ProgressLine(
      style: ProgressLine.style(for: terminal, isJSON: output.isJSON, isQuiet: output.isQuiet))
  }

  public func show(_ state: JudgingRun.Progress, cost: Double?) {
    var metrics = [ProgressUpdate.Metric("without verdict", Double(state.failed))]
    if let cost, cost > 0 { metrics.append(ProgressUpdate.Metric("USD", cost)) }
    line.show(
      ProgressUpdate(
        stage: "judge", step: state.done, total: state.total, metrics: metrics,
        remaining: state.remaining))
  }

  public func finish() { line.finish() }
}
