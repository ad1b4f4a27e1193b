import Command
import Foundation
import Recipe
import TestSupport
import Testing

@testable import Pipeline

/// Whoever copies an example of the documentation gets what it says: recipes are read without a mistake,
/// commands are understood.
@Suite(.enabled(if: Documentation.isThere)) struct DocumentedExampleTests {
  @Test func `every recipe and every part of one is read`() throws {
    var count = 0
    for file in try Documentation.files {
      for block in Documentation.blocks(of: try Documentation.text(of: file), language: "yaml") {
        for recipe in Surroundings.recipes(with: block) {
          count += 1
          let found = try mistakes(of: recipe)
          #expect(found == [], "\(file): \(block)")
        }
      }
    }
    #expect(count > 10)
  }

  @Test func `a recipe with a mistake would be found`() throws {
    let wrong = "  dpo: {kind: align, objective: dpo-perf, policy: sft, data: pairs}\n"
    let recipes = Surroundings.recipes(with: wrong)
    #expect(recipes.count == 1)
    let found = try mistakes(of: recipes[0])
    #expect(found.contains { $0.contains("did you mean \"dpo-pref\"?") }, "\(found)")
  }

  @Test func `every command is understood`() throws {
    var count = 0
    for file in try Documentation.files {
      for command in Documentation.commands(of: try Documentation.text(of: file)) {
        count += 1
        #expect(throws: Never.self, "\(file): \(command)") {
          _ = try Invocation(Documentation.words(of: command)).request
        }
      }
    }
    #expect(count > 10)
  }

  @Test func `commands are taken as a shell takes them`() {
    let page =
      "```\nplumb run a.yaml \\\n  -o 'x y'   # slowly\n```\ntext\n\n    plumb plan r > plan.mk\n"
    let commands = Documentation.commands(of: page)
    #expect(
      commands.map(Documentation.words) == [["run", "a.yaml", "-o", "x y"], ["plan", "r"]])
  }

  /// What `plumb check` would say of a recipe, but for files that an example only names.
  private func mistakes(of recipe: String) throws -> [String] {
    let folder = try TemporaryFolder()
    do {
      let document = try RecipeDocument.parse(recipe, name: "r.yaml")
      _ = try RunRecipe(document, base: folder.url)
      return []
    } catch {
      return "\(error)".split(separator: "\n").map(String.init)
        .filter { !$0.contains("no such file") && !$0.contains(": there is no file /") }
    }
  }
}

/// A recipe in which every name stands that examples refer to.
private enum Surroundings {
  private static let data = """
    name: x
    data:
      reviews: {generate: {reviews: 8, seed: 1}}
      openings: {generate: {reviews: 8, seed: 2}}
      unseen: {generate: {reviews: 8, seed: 3}}
      validation: {generate: {reviews: 8, seed: 4}}
      prompts: {generate: {reviews: 8, seed: 5}}
      demonstrations: {generate: {reviews: 8, seed: 6}}
      pairs: {files: pairs.jsonl}
      labelled: {files: labelled.jsonl}
    stages:

    """
  private static let stages = [
    "tokenizer": "{kind: tokenizer, data: reviews, vocabulary: 300}",
    "oracle":
      "{kind: classifier, data: reviews, tokenizer: tokenizer, model: {layers: 0, hidden: 8, heads: 2, positions: 64}}",
    "sft":
      "{kind: language-model, data: reviews, tokenizer: tokenizer, model: {layers: 1, hidden: 8, heads: 2, positions: 128}}",
    "candidates": "{kind: sample, policy: sft, prompts: reviews, reward: synthetic}",
    "dpo": "{kind: align, objective: dpo-pref, policy: sft, data: pairs, training: {steps: 40}}",
    "exo": "{kind: align, objective: exo-pref, policy: sft, data: pairs, training: {steps: 40}}",
    "dpo-pref": "{kind: align, objective: dpo-pref, policy: sft, data: pairs}",
    "exo-pref": "{kind: align, objective: exo-pref, policy: sft, data: pairs}",
  ]
  private static let order = [
    "tokenizer", "oracle", "sft", "candidates", "dpo", "exo", "dpo-pref", "exo-pref",
  ]
  private static let evaluation = [
    "reference": "sft", "reward": "oracle", "prompts_from": "{prompts: unseen, prefix_tokens: 8}",
    "best_of": "[1, 8]",
  ]

  /// The recipes that a part of one makes: one, or one of each way that it shows.
  static func recipes(with part: String) -> [String] {
    let lines = part.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let first = lines.first(where: { !$0.isEmpty && !$0.hasPrefix("#") }) else { return [] }
    let indent = first.prefix { $0 == " " }.count
    switch (indent, first.prefix { $0 != ":" }.drop { $0 == " " }) {
    case (0, "name"):
      return [part]
    case (0, "evaluation"), (0, "judging"):
      return [data + others([]) + completed(part)]
    case (2, "exams"):
      return [data + others([]) + completed("evaluation:\n" + part)]
    case (4, _):
      return alternatives(lines).map { key in
        let use =
          key.contains("oracle:")
          ? "  it:\n    kind: rounds\n    method: online-dpo\n    policy: sft\n    prompts: reviews\n    rounds: 2\n    training: {steps: 2}\n"
          : "  it:\n    kind: align\n    objective: dpo-pref\n    policy: sft\n    data: pairs\n"
        return data + others([]) + use + key
      }
    default:
      let shifted = indent == 0 ? lines.map { "  " + $0 } : lines
      let names = shifted.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
        .map { String($0.dropFirst(2).prefix { $0 != ":" }) }
      return [data + others(names) + shifted.joined(separator: "\n") + "\n"]
    }
  }

  /// The stages that an example does not have itself.
  private static func others(_ names: [String]) -> String {
    order.filter { !names.contains($0) }.map { "  \($0): \(stages[$0] ?? "")\n" }.joined()
  }

  /// With the keys that an example leaves out to be short.
  private static func completed(_ part: String) -> String {
    var text = part.contains("evaluation:") ? part : "evaluation:\n" + part
    let missing = evaluation.filter { !text.contains("  \($0.key):") }
    text.replace(
      "evaluation:\n",
      with: "evaluation:\n" + missing.map { "  \($0.key): \($0.value)\n" }.sorted().joined(),
      maxReplacements: 1)
    if text.contains("judging:"), !text.contains("judges:") {
      text.replace("judging:\n", with: "judging:\n  judges: [longer]\n")
    }
    return text
  }

  /// A key that stands there twice shows two ways of one thing.
  private static func alternatives(_ lines: [String]) -> [String] {
    lines.reduce(into: [String]()) { found, line in
      let isKey = line.hasPrefix("    ") && !line.hasPrefix("     ")
      if isKey {
        found.append(line + "\n")
      } else if let last = found.indices.last {
        found[last] += line + "\n"
      }
    }
  }
}

extension Documentation {
  /// Fenced blocks of a language; of none, those without a word behind the fence.
  static func blocks(of text: String, language: String) -> [String] {
    var found: [String] = []
    var block: [Substring]?
    var isMeant = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let ended = block {
          if isMeant { found.append(ended.joined(separator: "\n")) }
          block = nil
        } else {
          (block, isMeant) = ([], line.dropFirst(3) == language)
        }
      } else {
        block?.append(line)
      }
    }
    return found
  }

  /// Lines of code that call Plumb, without what a shell does with them.
  static func commands(of text: String) -> [String] {
    let fenced = blocks(of: text, language: "").flatMap {
      $0.replacing("\\\n", with: " ").split(separator: "\n")
    }
    let indented = text.replacing("\\\n", with: " ").split(separator: "\n")
      .filter { $0.hasPrefix("    plumb ") }
    return (fenced + indented).map { $0.drop { $0 == " " } }
      .compactMap { line in
        line.hasPrefix("plumb ") || line.hasPrefix(".build/release/plumb ")
          ? line.split(separator: /\s+[>#|]\s*/, maxSplits: 1).first.map(String.init) : nil
      }
      // A synopsis, not a command.
      .filter { !$0.contains("[") && !$0.contains("…") }
  }

  /// The arguments of a command line, quotation marks taken off.
  static func words(of command: String) -> [String] {
    command.matches(of: /'([^']*)'|"([^"]*)"|(\S+)/).map { match in
      String(match.1 ?? match.2 ?? match.3 ?? "")
    }.dropFirst().map(\.self)
  }
}
