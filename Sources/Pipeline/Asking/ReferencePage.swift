import Command
import Recipe
import Runs
import Training

/// A page of the reference, made from what the program itself obeys.
public struct ReferencePage: Sendable {
  /// As `RecipeReference.md`.
  public let file: String
  /// Markdown.
  public let text: String

  public static var all: [ReferencePage] {
    [
      ReferencePage(file: "CommandReference.md", text: CommandReference.page),
      ReferencePage(file: "RecipeReference.md", text: recipes),
      ReferencePage(file: "MethodReference.md", text: methods),
      ReferencePage(file: "MeasureReference.md", text: measures),
    ]
  }

  private static var recipes: String {
    var lines = [
      "# Recipe reference", "", "Every key of a recipe, by the section it stands in.", "",
      "Any setting of a stage may be a [sweep](Recipes.md#sweeps). A key that goes with something is",
      "refused without it. `plumb help recipe KIND` prints the same.", "",
    ]
    for kind in RecipeKeys.all.kinds {
      lines += ["## \(kind.name)", "", cell(kind.summary), ""] + table(kind.keys)
    }
    return lines.joined(separator: "\n")
  }

  private static var methods: String {
    var lines = [
      "# Method reference", "", "Every method: what it minimises, what it needs, its options.", "",
      "[Methods](Methods.md) has them side by side. `plumb explain METHOD` prints the same.", "",
    ]
    for entry in MethodEntry.all {
      lines += ["## \(entry.name)", "", cell(entry.title) + ". " + cell(entry.card.summary), ""]
      lines += ["| | |", "|---|---|", "| loss | `\(code(entry.card.formula))` |"]
      lines.append("| paper | \(cell(entry.card.paper)) |")
      for use in entry.uses { lines.append("| needs (`\(use.kind)`) | \(cell(use.needs)) |") }
      lines += ["| watch | \(cell(entry.card.watch)) |", ""] + table(entry.options)
      for use in entry.uses {
        lines += ["```yaml", "\(entry.name):"] + use.example.map { "  \($0)" } + ["```", ""]
      }
    }
    return lines.joined(separator: "\n")
  }

  private static var measures: String {
    var lines = [
      "# Measure reference", "", "Every quantity of a report.", "",
      "[Measures](Measures.md) says how they are taken. `plumb help measures` prints the same.", "",
      "| name | title | unit | better | definition | interval | source |",
      "|---|---|---|---|---|---|---|",
    ]
    for quantity in Quantity.all {
      let cells = [
        quantity.title, quantity.unit, quantity.direction, quantity.definition, quantity.interval,
        quantity.source,
      ]
      lines.append("| `\(quantity.name)` | \(cells.map(cell).joined(separator: " | ")) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func table(_ keys: [KeyList.Key]) -> [String] {
    guard !keys.isEmpty else { return [] }
    let head = ["| key | takes | default | meaning | goes with |", "|---|---|---|---|---|"]
    return head
      + keys.map { key in
        let line = KeyLine(key, of: nil)
        let choice = line.values.map { $0.map { "`\(code($0))`" }.joined(separator: ", ") }
        let takes = [line.type == "choice" ? nil : cell(line.type), choice, line.range.map(cell)]
        let usual = line.required ? "required" : line.default.map { "`\(code($0))`" } ?? "–"
        let with = key.conditions.map { condition in
          "`\(code(condition.choice))`: " + condition.words.map(cell).joined(separator: ", ")
        }
        let cells = [
          "`\(code(line.key))`", takes.compactMap { $0 }.joined(separator: " "),
          line.varies ? "\(usual), other with other settings" : usual, cell(line.meaning),
          with.joined(separator: "; "),
        ]
        return "| \(cells.joined(separator: " | ")) |"
      } + [""]
  }

  /// In a cell, nothing that Markdown would take for emphasis, markup or another cell.
  private static func cell(_ text: String) -> String {
    ["\\", "|", "*", "_", "<", "`"].reduce(text) { $0.replacing($1, with: "\\" + $1) }
  }

  /// Between backticks in a cell.
  private static func code(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
