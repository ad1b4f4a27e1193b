import Command
import Foundation
import Recipe
import Runs

/// `plumb run`, `plumb train` and `plumb evaluate`.
public struct RunCommand {
  let request: RunRequest
  let evaluates: Bool
  let console: Console

  /// - Parameter evaluates: also measures and reports; otherwise only trains.
  public init(_ request: RunRequest, evaluates: Bool, console: Console) {
    self.request = request
    self.evaluates = evaluates
    self.console = console
  }

  public func perform() throws -> ExitCode {
    let document: RecipeDocument
    let base: URL
    if let recipe = request.recipe {
      document = try RecipeDocument.load(path: recipe, overrides: request.overrides)
      base = URL(fileURLWithPath: recipe).deletingLastPathComponent()
    } else {
      document = try RecipeDocument.parse(
        Demonstration.recipe, name: "demonstration", overrides: request.overrides)
      base = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    }
    let plan = try RunRecipe(document, base: base)
    let run = plan.directory(request.output)
    var execution = RunExecution(
      recipe: plan, run: run, source: document.source, overrides: request.overrides,
      console: console)
    let chooses =
      request.only == [SelectionPlan.folder] && plan.evaluation?.selection != nil
    guard !request.only.isEmpty, !chooses else {
      let extent: RunExecution.Extent = chooses ? .selection : evaluates ? .whole : .training
      return try RunCommand.finish(execution.execute(extent), execution, extent)
    }
    execution.isShared = true
    let trainings = try request.only.flatMap {
      try plan.trainings(only: $0, seed: request.seed)
    }
    return try RunCommand.finish(execution.execute(only: trainings), execution, .training)
  }

  /// Measures a trained run again, with its own recipe.
  public static func evaluate(
    _ path: String, overrides: [String], requirements: [Requirement] = [], console: Console,
    _ output: Output
  ) throws -> ExitCode {
    let run = RunDirectory(URL(fileURLWithPath: path).resolvingSymlinksInPath())
    guard FileManager.default.fileExists(atPath: run.recipe.path) else {
      throw RunError.invalidFile(
        path: run.recipe.path,
        problem: "not found; plumb evaluate needs the folder of a run, or models and --prompts FILE"
      )
    }
    let settings = try RunOrigin.read(run)
    let document = try RecipeDocument.load(
      path: run.recipe.path, overrides: settings.overrides + overrides)
    let plan = try RunRecipe(document, base: settings.folder(of: run))
    let execution = RunExecution(
      recipe: plan, run: run, source: document.source,
      overrides: settings.overrides + overrides, console: console)
    let code = try finish(execution.execute(.whole), execution, .whole)
    return try MeasurementGate.conclude(requirements, of: run, after: code, output)
  }

  static func finish(
    _ outcome: RunExecution.Outcome, _ execution: RunExecution, _ extent: RunExecution.Extent
  ) throws -> ExitCode {
    let console = execution.console
    let path = execution.run.url.path
    switch outcome {
    case .interrupted:
      console.complain("stopped; everything until here is saved, the same command goes on")
      return Signals.interruption?.exitCode ?? .interrupted
    case .unanswered(let count, let why):
      console.complain(
        "\(count) questions to judges failed" + (why.map { " (\($0))" } ?? "")
          + "; the same command asks them again; report: "
          + execution.run.report.path)
      return .incomplete
    case .finished:
      let report = execution.run.report.path
      let hasReport = extent == .whole && FileManager.default.fileExists(atPath: report)
      console.print(hasReport ? "report: \(report)" : "run: \(path)")
      return .success
    }
  }
}
