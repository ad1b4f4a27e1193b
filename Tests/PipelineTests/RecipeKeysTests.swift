import Command
import Foundation
import Testing

@testable import Pipeline
@testable import Recipe
@testable import Training

/// What the help says of recipes is what their readers take.
@Suite struct RecipeKeysTests {
  /// How a recipe's reader reads a section of a kind on its own.
  private func read(_ kind: String, _ section: Section) {
    if kind == "data" { return }
    var names = RecipeNames(data: [:], stages: [])
    names.judgedOracle = { JudgedOracleMaker(from: $0, $1, base: URL(filePath: ".")) }
    _ = RunRecipe.stage(from: section, names)
  }

  @Test func `completion offers the names that there are`() {
    #expect(KnownWords.methods == MethodEntry.all.map(\.name))
    #expect(KnownWords.kinds == RecipeKeys.all.kinds.map(\.name).filter { $0 != "recipe" })
    let script = Completion.script(for: "bash")
    #expect(script.contains("explain) words=\"") && script.contains(" nash-md "))
    #expect(script.contains(" kl_target "))
  }

  @Test func `sections of stages can be asked for by themselves`() throws {
    let target = try #require(RecipeKeys.all["kl_target"]).keys.map(\.declaration.path)
    #expect(target.contains("nats") && target.contains("over"))
    let oracle = try #require(RecipeKeys.all["oracle"]).keys.map(\.declaration.path)
    #expect(oracle.contains("flip") && oracle.contains("mixture.NAME.weight"))
    #expect(!oracle.contains { $0.hasPrefix("oracle") })
  }

  @Test func `every key that is read has a form and a meaning`() {
    for kind in RecipeKeys.all.kinds {
      #expect(kind.list.undeclared == [], "\(kind.name)")
      for key in kind.keys {
        #expect(!key.declaration.about.isEmpty, "\(kind.name): \(key.declaration.path)")
      }
      #expect(!kind.keys.isEmpty, "\(kind.name)")
    }
  }

  @Test(arguments: StageRegistry.all.map { $0.kind })
  func `every listed key of a stage is taken, and no other`(_ kind: String) throws {
    let listed = try #require(RecipeKeys.all[kind])
    for key in listed.keys + [] {
      let path = key.declaration.path
      guard path != "kind" else { continue }
      let word = word(for: key.declaration)
      var settings = key.witness.map { "\($0.path)=\($0.word)" }
      if !key.witness.contains(where: { $0.path == path }) { settings.append("\(path)=\(word)") }
      #expect(try unknown(kind, settings) == [], "\(settings)")
    }
    #expect(try unknown(kind, ["kind=\(kind)", "nobody_reads=1"]).count == 1)
    #expect(listed.list["nobody_reads"] == nil)
  }

  /// A value that may stand under a key.
  private func word(for declaration: KeyDeclaration) -> String {
    switch declaration.form {
    case .choice(let words): words.first ?? ""
    case .mapping, .named: "{}"
    default: "1"
    }
  }

  /// Mistakes about keys that nobody reads.
  private func unknown(_ kind: String, _ settings: [String]) throws -> [String] {
    let document = try RecipeDocument.parse("{}", name: "r.yaml", overrides: settings)
    read(kind, document.root)
    do {
      try document.finish()
      return []
    } catch let error as RecipeError {
      return error.mistakes.map(\.message).filter { $0.hasPrefix("unknown key") }
    }
  }

  @Test func `every key that the recipes of the benchmarks use is listed`() throws {
    let benchmarks = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../benchmarks").standardizedFileURL
    let files = FileManager.default.enumerator(at: benchmarks, includingPropertiesForKeys: nil)
    var recipes = 0
    for case let file as URL in files ?? .init() where file.pathExtension == "yaml" {
      guard let document = try? RecipeDocument.load(path: file.path) else { continue }
      guard document.root.has("stages") || document.root.has("evaluation") else { continue }
      _ = try? RunRecipe(document, base: file.deletingLastPathComponent())
      recipes += 1
      for path in document.root.askedPaths() {
        let parts = path.split(separator: ".").map(String.init)
        guard parts.count > 2, parts[0] == "stages" else { continue }
        let stage = document.root.section("stages").section(parts[1])
        guard let listed = RecipeKeys.all[stage.string("kind", default: "")] else { continue }
        let own = Array(parts.dropFirst(2))
        // A user's own name is listed under what stands for all of them.
        let forms =
          [own]
          + own.indices.map { place in
            own.enumerated().map { $0.offset == place ? Section.anyName : $0.element }
          }
        let isListed = forms.contains { listed.list[$0.joined(separator: ".")] != nil }
        #expect(isListed, "\(file.lastPathComponent): \(path)")
      }
    }
    #expect(recipes > 5)
  }

  @Test func `a key that another can stand for is not required`() throws {
    func usual(_ kind: String, _ path: String) throws -> RecipeValue? {
      try #require(RecipeKeys.all[kind]?.list[path]).declaration.usual
    }
    // Rows may be made instead, and perplexity is the reference's without a scorer.
    #expect(try usual("data", "files") == .null)
    #expect(try usual("evaluation", "evaluation.perplexity_scorer") == .null)
    #expect(try usual("evaluation", "evaluation.reference") == nil)
    #expect(try usual("align", "policy") == nil)
  }

  @Test func `what a choice decides is told`() throws {
    let align = try #require(RecipeKeys.all["align"])
    let beta = try #require(align.list["beta_r"])
    #expect(
      beta.conditions == [KeyList.Condition(choice: "objective", words: ["dpo-rw", "exo-rw"])])
    #expect(try #require(align.list["training.batch"]).conditions == [])
    let batch = try #require(align.list["training.batch"]).declaration
    #expect(batch.form == .whole && batch.range == "from 1 to 1000000")
  }
}
