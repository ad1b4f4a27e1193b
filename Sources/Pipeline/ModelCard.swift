import Command
import Foundation
import Recipe
import Runs

/// The `README.md` of a trained model: what it is made from, how, and how good it is.
///
/// It says the same on every machine: of paths from the root only the last part is kept.
struct ModelCard {
  /// A measurement as it is printed.
  struct Result {
    var name: String
    var value: String
    var count: String
  }

  private let settings: RecipeValue
  private let stage: String
  private let seed: Int?
  /// Of the checkpoint, where it is known.
  var step: Int?
  var results: [Result] = []
  /// How many checkpoints it was chosen among by these results; nil where nobody chose by them.
  var rivals: Int?
  /// The weights of an adapter are part of the model.
  var isMerged = false

  /// - Parameter settings: of a whole recipe, resolved.
  init(_ settings: RecipeValue, stage: String, seed: Int?) {
    self.settings = settings
    self.stage = stage
    self.seed = seed
  }

  var text: String { frontMatter + "\n" + body }

  // MARK: Parts

  /// What the hub's pages and searches read.
  private var frontMatter: String {
    var lines = ["---"]
    if let base, ModelFolder.isHubName(base) { lines.append("base_model: \(base)") }
    let isAdapter = !isMerged && own?["adapter"]?["rank"] != nil
    lines.append("library_name: \(isAdapter ? "peft" : "transformers")")
    lines.append("pipeline_tag: \(isReward ? "text-classification" : "text-generation")")
    let names = Set(data.compactMap(\.title)).sorted()
    if !names.isEmpty { lines += ["datasets:"] + names.map { "- \($0)" } }
    lines += ["tags:"] + (["plumb"] + methods).map { "- \($0)" } + ["---", ""]
    return lines.joined(separator: "\n")
  }

  private var body: String {
    var facts = [("Base model", base.map(code) ?? "none; trained from random weights")]
    facts.append(("Method", methods.map(code).joined(separator: ", ")))
    for source in data {
      let files = source.files.map(code).joined(separator: ", ")
      facts.append(("Data", "\(code(source.name)), \(files)"))
    }
    if let seed { facts.append(("Seed", String(seed))) }
    if let step { facts.append(("Step", String(step))) }
    facts.append(("Trained with", "Plumb \(Plumb.version)"))
    var text = "# \(plain(root("name") ?? stage)): \(plain(stage))\n\n"
    text += "A \(isReward ? "reward" : "language") model.\n\n"
    text += table(("", ""), facts)
    if !results.isEmpty {
      text += "\n## Evaluation\n\n| Measure | Value | Count |\n|---|---|---|\n"
      for result in results {
        text += "| \(plain(result.name)) | \(plain(result.value)) | \(plain(result.count)) |\n"
      }
      if let rivals {
        text +=
          "\nThis checkpoint is the best of \(rivals) by these numbers, on the prompts that they are of: they "
          + "count the luck of that choice as merit, and their intervals do not hold for it. Other prompts "
          + "would say less.\n"
      }
    }
    let leaves = own?.leaves ?? []
    text += "\n## Settings\n\n"
    text += table(
      ("Setting", "Value"), leaves.map { (code($0.path), code(withoutPlaces($0.value))) })
    return text
  }

  private func table(_ head: (String, String), _ rows: [(String, String)]) -> String {
    "| \(head.0) | \(head.1) |\n|---|---|\n"
      + rows.map { "| \($0.0) | \($0.1) |\n" }.joined()
  }

  // MARK: What the recipe says

  private var own: RecipeValue? { settings["stages"]?[stage] }

  private func root(_ key: String) -> String? { Self.text(settings[key]) }

  private var kind: String { Self.text(own?["kind"]) ?? "" }

  private var isReward: Bool { ["classifier", "reward-model"].contains(kind) }

  /// The kind of stage, and its objective or method.
  private var methods: [String] {
    ([kind] + ["objective", "method"].compactMap { Self.text(own?[$0]) }).filter { !$0.isEmpty }
      .distinctTexts
  }

  /// The model that the training, or those before it, began with; nil where random weights were.
  private var base: String? {
    var stage = stage
    for _ in 0..<64 {
      let settings = settings["stages"]?[stage]
      guard let source = Self.text(settings?["policy"]) ?? Self.text(settings?["from"]) else {
        return nil
      }
      guard self.settings["stages"]?[source] != nil else { return Self.withoutWay(source) }
      stage = source
    }
    return nil
  }

  private struct Source {
    var name: String
    /// Without the ways to them.
    var files: [String]
    /// As one word for the front matter.
    var title: String?
  }

  /// Data that the stage reads, and that of stages whose samples it reads.
  private var data: [Source] {
    var found: [Source] = []
    var left = [stage]
    var seen: Set<String> = []
    while let stage = left.popLast() {
      guard seen.insert(stage).inserted else { continue }
      for (_, name) in settings["stages"]?[stage]?.texts(of: ["data", "prompts"]) ?? [] {
        if let section = settings["data"]?[name] {
          if !found.contains(where: { $0.name == name }) { found.append(source(name, section)) }
        } else {
          left.append(name)
        }
      }
    }
    return found
  }

  private func source(_ name: String, _ section: RecipeValue) -> Source {
    var paths: [String] = []
    switch section["files"] {
    case .string(let path)?: paths = [path]
    case .list(let values)?: paths = values.compactMap(Self.text)
    default: return Source(name: name, files: ["generated reviews"], title: nil)
    }
    let files = paths.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    let title = files.first?.prefix { $0 != "." }.filter {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_")
    }
    return Source(name: name, files: files, title: title?.isEmpty == false ? title : nil)
  }

  private static func text(_ value: RecipeValue?) -> String? {
    guard case .string(let text) = value, !text.isEmpty else { return nil }
    return text
  }

  // MARK: Words

  /// A model's name on the hub as it is; of a path its last part.
  private static func withoutWay(_ path: String) -> String {
    if ModelFolder.isHubName(path) { return path }
    return path.split(separator: "/").last.map(String.init) ?? path
  }

  /// A value without the ways of this machine in it: `/home/x/data.jsonl` is `data.jsonl`.
  private func withoutPlaces(_ value: String) -> String {
    value.replacing(/(^|[^\w\/.~-])~?(?:\/[^\/\s"',\]]+)+\/([^\/\s"',\]]+)/) {
      "\($0.output.1)\($0.output.2)"
    }
  }

  private func code(_ text: String) -> String {
    let text = plain(text)
    return text.contains("`") ? text : "`\(text)`"
  }

  /// On one line, and no border of a cell.
  private func plain(_ text: String) -> String {
    text.replacing("|", with: "\\|").split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
