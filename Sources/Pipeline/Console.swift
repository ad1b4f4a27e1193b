import Command
import Evaluation
import Foundation
import Training

/// What a person sees while something runs: progress on standard error, results on standard output.
public final class Console {
  private var line: ProgressLine

  /// Results and errors.
  private let output: Output
  /// How far the run is that is shown; nil where there is none.
  var run: RunProgress?

  public init(_ output: Output, refusesColor: Bool) {
    let terminal = Terminal(
      descriptor: 2, environment: ProcessInfo.processInfo.environment,
      refusesColor: refusesColor)
    line = ProgressLine(
      style: ProgressLine.style(for: terminal, isJSON: output.isJSON, isQuiet: output.isQuiet))
    self.output = output
  }

  public var isJSON: Bool { output.isJSON }
  /// As ``Output/givesRecords``.
  public var givesRecords: Bool { output.givesRecords }
  public var isQuiet: Bool { output.isQuiet }
  /// As ``Output/isUnread``.
  public var isUnread: Bool { output.isUnread }

  /// The few metrics that fit a line, in this order.
  private static let shown = [
    "loss", "accuracy", "rewards/margins", "objective/scores", "objective/kl", "eval_kl",
  ]

  func show(_ stage: String, _ progress: TrainingLoop.Progress) {
    let metrics = Console.shown.compactMap { name in
      progress.metrics[name].map { ProgressUpdate.Metric(Console.short(name), $0) }
    }
    show(
      ProgressUpdate(
        stage: stage, step: progress.step, total: progress.steps, metrics: metrics,
        tokensPerSecond: progress.tokensPerSecond, remaining: .seconds(progress.secondsLeft),
        memory: Meter.peakMemory), share: progress.share)
  }

  func show(_ progress: EvaluationProgress) {
    show(
      ProgressUpdate(
        stage: "evaluation \(progress.policy) \(progress.work)", step: progress.done,
        total: progress.total, memory: Meter.peakMemory), share: progress.share,
      found: progress.found)
  }

  private func show(_ update: ProgressUpdate, share: Double, found: Double? = nil) {
    line.show(run?.shown(update, share: share, found: found) ?? update)
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
    run?.note(text)
    if isQuiet || isJSON { return }
    line.say(text)
  }

  /// One line that a person should know of also where talk is not wanted.
  public func warn(_ text: String) {
    run?.note(text)
    line.say(text)
  }

  public func endLine() { line.finish() }

  /// A piece of a result that is still being made.
  public func write(_ text: String) {
    line.finish()
    output.write(text)
  }

  /// What asks a person at a terminal for the next line.
  public func ask(_ text: String) {
    line.finish()
    output.ask(text)
  }

  /// A result, of one line or several.
  public func print(_ text: String) {
    line.finish()
    output.write(text + "\n")
  }

  public func print(_ table: TextTable) {
    line.finish()
    output.print(table)
  }

  /// A result that prints itself.
  func show(_ result: (Output) throws -> Void) rethrows {
    line.finish()
    try result(output)
  }

  /// A result for programs.
  public func print(json value: some Encodable) throws {
    line.finish()
    try output.print(json: value)
  }

  /// What was written, and where.
  func tell(_ what: String, _ place: String) throws {
    if givesRecords {
      try print(json: [what: place])
    } else {
      self.print("\(what): \(place)")
    }
  }

  /// A result that is JSON already.
  public func print(jsonLine text: String) {
    line.finish()
    output.print(jsonLine: text)
  }

  /// An error, in one line or a line for each mistake.
  public func complain(_ text: String) {
    line.finish()
    output.complain(text)
  }
}
