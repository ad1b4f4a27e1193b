import Command
import Foundation
import Policy
import Recipe
import Runs

/// `plumb evaluate` of models that no recipe names: writes the recipe that says the same, and runs it.
public struct EvaluateCommand {
  private let request: EvaluateRequest
  private let console: Console
  private let output: Output

  public init(_ request: EvaluateRequest, console: Console, output: Output) {
    self.output = output
    self.request = request
    self.console = console
  }

  public func perform() throws -> ExitCode {
    let base = URL(
      fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    let policies = try GivenPolicies(request)
    let name =
      request.output.map { URL(fileURLWithPath: $0).standardizedFileURL.lastPathComponent }
      ?? policies.runName
    let document = try RecipeDocument.parse(
      policies.recipe(name: name), name: "recipe", overrides: request.overrides)
    let plan = try RunRecipe(document, base: base)
    let run = RunDirectory(
      URL(fileURLWithPath: request.output ?? "runs/\(name)").resolvingSymlinksInPath())
    try prepare(run, for: document)
    let execution = RunExecution(
      recipe: plan, run: run, source: document.source, overrides: request.overrides,
      console: console)
    let code = try RunCommand.finish(
      execution.execute(evaluates: true), execution, evaluates: true)
    return try MeasurementGate.conclude(request.requirements, of: run, after: code, output)
  }

  /// Refuses the folder of a run that this command did not make. What judges said of an earlier
  /// evaluation there does not outlive it; their answers are kept on the ledger.
  private func prepare(_ run: RunDirectory, for document: RecipeDocument) throws {
    let files = FileManager.default
    guard files.fileExists(atPath: run.recipe.path) else { return }
    let before = try BoundedFile.read(run.recipe, atMost: RecipeDocument.byteLimit)
    guard before.starts(with: Data(GivenPolicies.head.utf8)) else {
      throw RunError.invalidFile(
        path: run.url.path,
        problem: "is the run of another recipe; choose another --output, or measure it with: "
          + "plumb evaluate \(run.url.lastPathComponent)")
    }
    if before != document.source, files.fileExists(atPath: run.judging.path) {
      try files.removeItem(at: run.judging)
    }
  }
}
