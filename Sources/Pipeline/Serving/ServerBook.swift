import Foundation
import Policy
import Recipe
import Serving
import Training

/// `servers` of a recipe: what it says of the servers in which policies and rewards live, by the names of those.
final class ServerBook {
  /// The key of a recipe.
  static let key = "servers"

  private struct Entry {
    let section: Section
    let settings: ServingSettings
    let tokenizer: String?
    let checkpoint: String?
  }

  private let root: Section
  private var entries: [String: Entry] = [:]
  private var used: Set<String> = []
  private let base: URL

  init(from root: Section, base: URL) {
    self.root = root
    self.base = base
    guard root.has(Self.key) else { return }
    let all = root.sections(
      Self.key,
      about: "What is known of servers in which policies and rewards live, by server:MODEL@URL.")
    for (given, section) in all {
      let isListed = given == Section.anyName
      let name = ServerBook.name(isListed ? "server:MODEL@http://localhost" : given) { problem in
        root.section(Self.key).mistake(given, problem)
      }
      guard let name else {
        section.leaveRest()
        continue
      }
      entries[given] = Entry(
        section: section, settings: ServingSettings(name, from: section, base: base.path),
        tokenizer: section.optionalString(
          "tokenizer",
          about: "Whose tokens it reads: a stage or a folder; those of the checkpoint without it."
        ),
        checkpoint: section.optionalString(
          "checkpoint",
          about: "What it serves: a stage or a folder, which its answers are held against."))
    }
  }

  private static func name(_ text: String, _ complain: (String) -> Void) -> ServerName? {
    do throws(PolicyError) {
      return try ServerName(text)
    } catch {
      complain("\(error)")
      return nil
    }
  }

  /// What makes a policy that a key names; nil after a mistake there.
  ///
  /// - Parameter names: of the section that is read; what the server is held against becomes an input of it.
  func maker(
    _ given: String, _ key: String, _ section: Section, _ names: RecipeNames,
    _ product: StageProduct
  ) -> ServedMaker? {
    guard let name = ServerBook.name(given, { section.mistake(key, at: given, $0) }) else {
      return nil
    }
    used.insert(given)
    let entry = entries[given]
    let settings = entry?.settings ?? ServingSettings(name)
    if let problem = settings.problem(environment: ProcessInfo.processInfo.environment) {
      (entry?.section ?? section).mistake(
        entry.map { $0.section.has("api_key_env") ? "api_key_env" : "kind" } ?? key,
        // It names the options of a command.
        problem.replacing("--api-key-env", with: "api_key_env")
          .replacing("--allow-http", with: "allow_http: true"))
    }
    func source(_ text: String?, _ part: String) -> ModelSource? {
      guard let text, let entry else { return nil }
      return names.source(text, part, in: entry.section, product)
    }
    return ServedMaker(
      settings: settings, tokenizerSource: source(entry?.tokenizer, "tokenizer"),
      checkpoint: source(entry?.checkpoint, "checkpoint"))
  }

  /// Refuses what is said of servers that nobody names: a name is typed twice, and easily otherwise.
  func finish() {
    for given in entries.keys.sorted() where !used.contains(given) && given != Section.anyName {
      root.section(Self.key).mistake(
        given, "no policy or reward of the recipe has this name; write it as where that is named")
    }
  }
}
