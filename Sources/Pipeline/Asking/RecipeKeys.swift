import Corpus
import Foundation
import Recipe
import Training

/// Every key that a recipe may hold, by the kind of section it stands in.
///
/// The readers themselves are asked; see ``KeyList``.
public struct RecipeKeys: Sendable {
  /// A kind of section, as `plumb help recipe KIND` calls it.
  public struct Kind: Sendable {
    public let name: String
    /// Where it stands in a recipe, and what it is for.
    public let summary: String
    public let list: KeyList
    public let keys: [KeyList.Key]

    init(_ name: String, _ summary: String, _ list: KeyList, keys: [KeyList.Key]? = nil) {
      self.name = name
      self.summary = summary
      self.list = list
      self.keys = keys ?? list.keys
    }
  }

  /// In the order of a recipe.
  public let kinds: [Kind]

  public static let all = RecipeKeys()

  private init() {
    let base = URL(filePath: ".")
    let whole = KeyList { _ = try? RunRecipe(RecipeDocument(of: $0), base: base) }
    let data = KeyList { _ = DataSource(from: $0, directory: ".") }
    var kinds = [
      Kind(
        "recipe", "the top of a recipe", whole,
        keys: whole.keys.filter { !$0.declaration.path.contains(".") }),
      Kind("data", "data.NAME: rows, from files or made", data),
    ]
    for type in StageRegistry.all {
      let list = KeyList([KeyList.Setting("kind", type.kind)]) { section in
        var names = RecipeNames(data: [:], stages: [])
        names.judgedOracle = { JudgedOracleMaker(from: $0, $1, base: base) }
        _ = RunRecipe.stage(from: section, names)
      }
      kinds.append(Kind(type.kind, "stages.NAME with kind: \(type.kind)", list))
    }
    func section(_ name: String, of kind: String, _ summary: String) {
      guard let list = kinds.first(where: { $0.name == kind })?.list else { return }
      let keys = list.keys.filter { $0.declaration.path.hasPrefix(name + ".") }
        .map { $0.below(name + ".") }
      kinds.append(Kind(name, summary, list, keys: keys))
    }
    section("kl_target", of: "align", "stages.NAME.kl_target of kind: align: a KL to aim at")
    section("alarm", of: "align", "stages.NAME.alarm: watches for over-optimisation")
    section(
      "oracle", of: "rounds", "stages.NAME.oracle of kind: rounds and on-policy: what compares")
    section(
      "refit", of: "rounds", "stages.NAME.refit of kind: rounds: a reward fitted in every round")
    func part(_ name: String, _ summary: String, at prefix: String, besides: [String] = []) {
      let keys = whole.keys.filter { key in
        key.declaration.path.hasPrefix(prefix)
          && !besides.contains { key.declaration.path.hasPrefix($0) }
      }.map { $0.below(prefix) }
      kinds.append(Kind(name, summary, whole, keys: keys))
    }
    let exam = "evaluation.exams.\(Section.anyName)."
    part(
      "evaluation", "evaluation: what is measured, on what, against what", at: "evaluation.",
      besides: ["evaluation.selection.", exam])
    part("selection", "evaluation.selection: how settings are chosen", at: "evaluation.selection.")
    part("exam", "evaluation.exams.NAME: an examination", at: exam)
    part("judging", "judging: who judges what policies write", at: "judging.")
    part(
      "server", "servers.NAME: a server in which a policy lives, as server:MODEL@URL",
      at: "servers.\(Section.anyName).")
    self.kinds = kinds
  }

  /// The kind of a name.
  public subscript(name: String) -> Kind? { kinds.first { $0.name == name } }
}

extension KeyList.Key {
  /// The same with a path from a section further down.
  fileprivate func below(_ prefix: String) -> KeyList.Key {
    var key = self
    key.declaration.path = String(declaration.path.dropFirst(prefix.count))
    key.conditions = conditions.map { condition in
      var condition = condition
      if condition.choice.hasPrefix(prefix) {
        condition.choice = String(condition.choice.dropFirst(prefix.count))
      }
      return condition
    }
    return key
  }
}
