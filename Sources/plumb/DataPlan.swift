import Corpus
import Foundation
import Recipe
import Runs

/// The data section of a recipe, and the tokenizer its models read with.
struct DataPlan {
  let sources: [(name: String, source: DataSource)]
  let tokenizer: (folder: String, tokenizer: Tokenizer)?
  /// By the data sets' names, the stages that learn from them.
  let training: [String: [String]]
  /// The data set whose prompts the evaluation asks.
  let evaluation: String?

  /// - Throws: `RecipeError` for the data section's mistakes; the other sections are not checked.
  init(recipe: String, overrides: [String]) throws {
    let document = try RecipeDocument.load(path: recipe, overrides: overrides)
    let root = document.root
    root.leaveRest()
    let base = URL(filePath: recipe).deletingLastPathComponent()
    var sources: [(name: String, source: DataSource)] = []
    var above: [String: DataSource] = [:]
    for (name, section) in root.sections("data") {
      let source = DataSource(from: section, directory: base.path, among: above)
      sources.append((name, source))
      above[name] = source
    }
    self.sources = sources
    if sources.isEmpty { root.mistake("data", "is missing; plumb data shows what it names") }
    let run = URL(filePath: "runs").appending(path: root.optionalString("name") ?? "")
    var folders: [URL] = []
    var training: [String: [String]] = [:]
    for (name, stage) in root.sections("stages") {
      stage.leaveRest()
      if stage.optionalString("kind") == "tokenizer" {
        folders.append(run.appending(path: name).appending(path: "tokenizer"))
      } else {
        for key in ["data", "prompts"] where stage.isScalar(key) {
          guard let data = stage.optionalString(key), above[data] != nil else { continue }
          training[data, default: []].append(name)
        }
      }
      for key in ["tokenizer", "from", "policy"] {
        // Which model a sweep means is not known here.
        guard stage.isScalar(key), let path = stage.optionalString(key), path.contains("/")
        else { continue }
        // A model that is not there says so to the commands that need it; rows can be shown without.
        if let folder = try? ModelFolder.find(path, from: base) { folders.append(folder) }
      }
    }
    self.training = training
    let evaluation = root.optionalSection("evaluation")
    evaluation?.leaveRest()
    let asked = evaluation?.optionalSection("prompts_from")
    asked?.leaveRest()
    self.evaluation = asked?.optionalString("prompts")
    let named = root.optionalString("chat_template")
    try document.finish()
    let found = folders.first(where: Tokenizer.isPresent(in:))
    let template = Self.chatTemplate(named, base)
    tokenizer = try found.map {
      let own = try Tokenizer.load(directory: $0)
      return ($0.path, template.map(own.replacingChatTemplate) ?? own)
    }
  }
  /// How the recipe has conversations written; what is wrong with it is told by who runs it.
  private static func chatTemplate(_ name: String?, _ base: URL) -> ChatTemplate? {
    guard let name else { return nil }
    if let template = ChatTemplate.builtIn(name) { return template }
    let file = URL(fileURLWithPath: name, relativeTo: base)
    guard let data = try? BoundedFile.read(file, atMost: 4 << 20) else { return nil }
    return ChatTemplate(data, name: name)
  }
}
