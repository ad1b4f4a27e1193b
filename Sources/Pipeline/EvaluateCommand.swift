import Command
import Foundation
import Policy
import Recipe
import Runs
import Training

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
    do {
      return try measure()
    } catch let error as RecipeError {
      throw PolicyError.input(Self.optionWords("\(error)"))
    } catch TrainingError.unusable(let text) {
      throw TrainingError.unusable(Self.optionWords(text))
    }
  }

  /// What is wrong with the recipe that this command writes, in the words of its options: the user has
  /// seen no recipe.
  static func optionWords(_ text: String) -> String {
    let options = [
      ("evaluation.prompts_from.prompts", "--prompts"), ("evaluation.prompts_from", "--prompts"),
      ("evaluation.reference", "--reference"), ("evaluation.policies", "models"),
      ("evaluation.reward", "--reward"), ("evaluation.prompts", "--limit"),
      ("evaluation.samples", "--samples"), ("evaluation.max_tokens", "--max-tokens"),
      ("evaluation.temperature", "--temperature"), ("evaluation.top_k", "--top-k"),
      ("evaluation.top_p", "--top-p"), ("judging.judges", "--judge"), ("judging.", "--"),
    ]
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = String(line)
      if let place = line.firstMatch(of: #/^recipe:\d+:\d+: /#) { line.removeSubrange(place.range) }
      for (key, option) in options where line.hasPrefix(key) {
        return option + line.dropFirst(key.count)
      }
      return line
    }.joined(separator: "\n")
  }

  private func measure() throws -> ExitCode {
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
    try RunCommand.check(request.requirements, plan)
    try prepare(run, for: document)
    let execution = RunExecution(
      recipe: plan, run: run, source: document.source, overrides: request.overrides,
      console: console)
    return try RunCommand.finish(
      execution.execute(.whole), execution, .whole, request.requirements)
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
