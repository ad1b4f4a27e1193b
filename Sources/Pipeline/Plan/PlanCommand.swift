import Command
import Foundation
import Recipe
import Torch

/// `plumb plan`: what a run still has to train, for people or as a schedule for several processes.
public struct PlanCommand {
  let request: PlanRequest
  let console: Console

  public init(_ request: PlanRequest, console: Console) {
    self.request = request
    self.console = console
  }

  public func perform() throws -> ExitCode {
    let document = try RecipeDocument.load(path: request.recipe, overrides: request.overrides)
    let base = URL(fileURLWithPath: request.recipe).deletingLastPathComponent()
    let recipe = try RunRecipe(document, base: base)
    try document.checkFiles()
    try recipe.device.check()
    let plan = try RunPlan(
      recipe, recipe: request.recipe, output: request.output, overrides: request.overrides,
      threads: Libtorch.threads)
    if let schedule = request.schedule {
      console.write(try plan.text(as: schedule))
    } else if console.givesRecords {
      for record in plan.records { try console.print(json: record) }
    } else {
      console.print(plan.table)
      for note in plan.notes { console.print(note) }
    }
    return .success
  }
}
