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
    let resolved = document.resolvedJSON()
    let estimate = try CostEstimate(plan)
    if console.isJSON {
      let line = try JSONSerialization.data(
        withJSONObject: JSONSerialization.jsonObject(with: resolved),
        options: [.sortedKeys, .withoutEscapingSlashes])
      console.print(String(decoding: line, as: UTF8.self))
      for line in estimate.lines { console.print(try JSONLine.text(of: line)) }
    } else {
      // The last byte is a line feed, which printing adds.
      console.print(String(decoding: resolved.dropLast(), as: UTF8.self))
      console.print("")
      for line in estimate.text(on: plan.device) { console.print(line) }
    }
    return .success
  }
}
