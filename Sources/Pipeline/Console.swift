import Command
import Evaluation
import Foundation
import Training

/// What a person sees while something runs: progress on standard error, results on standard output.
public final class Console {
  private var line: ProgressLine

  public init(isJSON: Bool, isQuiet: Bool, refusesColor: Bool) {
    let terminal = Terminal(
      descriptor: 2, environment: ProcessInfo.processInfo.environment,
      refusesColor: refusesColor)
    line = ProgressLine(
      style: ProgressLine.style(for: terminal, isJSON: isJSON, isQuiet: isQuiet),
      write: { FileHandle.standardError.write(Data($0.utf8)) })
    self.isJSON = isJSON
    self.isQuiet = isQuiet
  }

  public let isJSON: Bool
  public let isQuiet: Bool

  /// The few metrics that fit a line, in this order.
  private static let shown = [
    "loss", "accuracy", "rewards/margins", "objective/scores", "objective/kl", "eval_kl",
  ]

  func show(_ stage: String, _ progress: TrainingLoop.Progress) {
    let metrics = Console.shown.compactMap { name in
      progress.metrics[name].map { ProgressUpdate.Metric(Console.short(name), $0) }
    }
    line.show(
      ProgressUpdate(
        stage: stage, step: progress.step, total: progress.steps, metrics: metrics,
        tokensPerSecond: progress.tokensPerSecond, remaining: .seconds(progress.secondsLeft),
        memory: Meter.peakMemory))
  }

  func show(_ progress: EvaluationProgress) {
    line.show(
      ProgressUpdate(
        stage: "evaluation \(progress.policy) \(progress.work)", step: progress.done,
        total: progress.total, memory: Meter.peakMemory))
  }

  private static func short(_ name: String) -> String {
    switch name {
    case "rewards/margins": return "margin"
    case "objective/scores": return "score"
    case "eval_kl", "objective/kl": return "KL"
    default: return name
    }
  }

  /// One line of talk.
  public func say(_ text: String) {
    if isQuiet || isJSON { return }
    line.say(ForeignText.printable(text))
  }

  /// One line that a person should know of also where talk is not wanted.
  func warn(_ text: String) {
    line.finish()
    FileHandle.standardError.write(Data("\(ForeignText.printable(text))\n".utf8))
  }

  func endLine() { line.finish() }

  /// A result.
  public func print(_ text: String) {
    line.finish()
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }

  /// An error, in one line.
  public func complain(_ text: String) {
    line.finish()
    FileHandle.standardError.write(Data("plumb: \(text)\n".utf8))
  }
}
