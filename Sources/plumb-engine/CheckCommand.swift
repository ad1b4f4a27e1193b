import Command
import Foundation
import Recipe

/// `plumb check`: validates a recipe, prints what it resolves to and what it will cost.
struct CheckCommand {
  let recipe: String
  let overrides: [String]
  let console: Console

  func perform() throws -> ExitCode {
    let document = try RecipeDocument.load(path: recipe, overrides: overrides)
    let base = URL(fileURLWithPath: recipe).deletingLastPathComponent()
    let plan = try RunRecipe(document, base: base)
    console.print(String(decoding: document.resolvedJSON(), as: UTF8.self))
    for line in try CostEstimate(plan).lines { console.print(line) }
    return .success
  }
}
