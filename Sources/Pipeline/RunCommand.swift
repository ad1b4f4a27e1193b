import Command
import Foundation
import Recipe
import Runs

/// `plumb run`, `plumb train` and `plumb evaluate`.
public struct RunCommand {
  let recipe: String?
  let output: String?
  let overrides: [String]
  let evaluates: Bool
  let console: Console

  /// - Parameters:
  ///   - recipe: of a file; nil for the demonstration.
  ///   - output: the run's folder; `runs/<name>` by default.
  ///   - evaluates: also measures and reports; otherwise only trains.
  public init(
    recipe: String?, output: String?, overrides: [String], evaluates: Bool, console: Console
  ) {
    self.recipe = recipe
    self.output = output
    self.overrides = overrides
    self.evaluates = evaluates
    self.console = console
  }

  public func perform() throws -> ExitCode {
    let document: RecipeDocument
    let base: URL
    if let recipe {
      document = try RecipeDocument.load(path: recipe, overrides: overrides)
      base = URL(fileURLWithPath: recipe).deletingLastPathComponent()
    } else {
      document = try RecipeDocument.parse(
        Demonstration.recipe, name: "demonstration", overrides: overrides)
      base = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    }
    let plan = try RunRecipe(document, base: base)
    let run = RunDirectory(
      URL(fileURLWithPath: output ?? "runs/\(plan.name)").resolvingSymlinksInPath())
    let execution = RunExecution(
      recipe: plan, run: run, source: document.source, overrides: overrides, console: console)
    return try RunCommand.finish(
      execution.execute(evaluates: evaluates), execution, evaluates: evaluates)
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
    let code = try finish(execution.execute(evaluates: true), execution, evaluates: true)
    return try MeasurementGate.conclude(requirements, of: run, after: code, output)
  }

  static func finish(
    _ outcome: RunExecution.Outcome, _ execution: RunExecution, evaluates: Bool
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
      let hasReport = evaluates && FileManager.default.fileExists(atPath: report)
      console.print(hasReport ? "report: \(report)" : "run: \(path)")
      return .success
    }
  }
}
