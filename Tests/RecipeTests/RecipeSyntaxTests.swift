import Foundation
import Recipe
import Testing

@Suite struct RecipeSyntaxTests {
  @Test(arguments: [
    ("a: 1\na: 2\n", "recipe.yaml:2:1: key \"a\" is written twice; first at recipe.yaml:1:1"),
    (
      "a:\n\tb: 1\n",
      "recipe.yaml:2:1: not YAML: found character that cannot start any token "
        + "while scanning for the next token; indent with spaces, not tabs"
    ),
    ("- 1\n", "recipe.yaml:1:1: a recipe is a mapping of settings; this is a list"),
    ("just text\n", "recipe.yaml:1:1: a recipe is a mapping of settings; this is \"just text\""),
    ("a: 1\n---\nb: 2\n", "recipe.yaml:2:1: a second document starts here; keep one in a file"),
    ("a: *b\n", "recipe.yaml:1:4: alias *b has no anchor before it"),
    ("a: &x [*x]\n", "recipe.yaml:1:8: alias *x has no anchor before it"),
    (
      "a: !python/object x\n",
      "recipe.yaml:1:4: this tag is not supported; write the value without a tag"
    ),
    (
      "? [1]\n: 2\n",
      "recipe.yaml:1:3: a key must be plain text, not a list, mapping or alias"
    ),
    (
      "a: &x {b: 1}\nc:\n  <<: *x\n",
      "recipe.yaml:3:3: merge keys (<<) are not supported; write the keys out"
    ),
    ("a: \"x\u{0}y\"\n", "recipe.yaml:1:6: not YAML: control characters are not allowed"),
  ])
  func brokenTextGivesOneLineWithItsPlace(text: String, message: String) {
    #expect(mistakes(in: text) { _ = $0.has("a") } == [message])
  }

  @Test func truncatedListsAndDeepNestingAreErrors() {
    #expect(mistakes(in: "a: [1, 2\n").count == 1)
    let deep = mistakes(in: "a: " + String(repeating: "[", count: 500))
    #expect(deep == ["recipe.yaml:1:67: nested deeper than 64 levels"])
  }

  @Test func aliasBombsStopAtTheNodeLimit() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let row = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(row)]\n"
    }
    let found = mistakes(in: text)
    #expect(found.count == 1)
    #expect(found[0].hasSuffix("more than 100000 values, aliases counted each time they are used"))
  }

  @Test func anEmptyRecipeIsAnEmptyMapping() {
    let found = mistakes(in: "") { root in #expect(root.keys.isEmpty) }
    #expect(found == [])
    #expect(mistakes(in: "# only a comment\n") == [])
  }

  @Test func aliasesRepeatTheirAnchor() {
    let found = mistakes(in: "a: &x {b: 1}\nc: *x\n") { root in
      #expect(root.section("a").int("b") == 1)
      #expect(root.section("c").int("b") == 1)
    }
    #expect(found == [])
  }

  @Test func filesThatCannotBeReadSayWhy() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "plumb-recipe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    func message(_ path: String) -> String {
      do {
        _ = try RecipeDocument.load(path: path)
        return "loaded"
      } catch {
        return "\(error)"
      }
    }
    let large = folder.appendingPathComponent("large.yaml").path
    try Data(repeating: 0x20, count: RecipeDocument.byteLimit + 1).write(
      to: URL(fileURLWithPath: large))
    let latin = folder.appendingPathComponent("latin.yaml").path
    try Data("a: 1\nb: é".utf8 + [0xE9, 0x0A]).write(to: URL(fileURLWithPath: latin))
    let missing = folder.appendingPathComponent("none.yaml").path
    #expect(message(missing) == "\(missing): no such file; give the path of a recipe")
    #expect(message(folder.path) == "\(folder.path): is a directory; give the path of a recipe")
    #expect(
      message(large) == "\(large): is larger than 4 MB; a recipe holds settings, not data")
    #expect(message(latin) == "\(latin):2:5: not UTF-8; save the file as UTF-8")
    #expect(
      message("/dev/zero") == "/dev/zero: is not a regular file; give the path of a recipe")
  }

  /// Changed bytes give a recipe or mistakes, never a trap.
  @Test func damagedTextNeverTraps() throws {
    let text = Array("a: [1, 2.5, \"x\\n\"]\nb: &k {c: true, d: ~}\ne: *k\nf: |\n  é\n".utf8)
    var state: UInt64 = 1
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var refused = 0
    for _ in 0..<3000 {
      var bytes = text
      for _ in 0...random(3) { bytes[random(bytes.count)] = UInt8(random(128)) }
      let damaged = String(decoding: bytes.prefix(1 + random(bytes.count)), as: UTF8.self)
      let found = mistakes(in: damaged) { root in
        _ = (root.doubles("a"), root.section("b").bool("c", default: false))
        _ = (root.optionalSection("e")?.optionalString("d"), root.string("f"))
      }
      if !found.isEmpty { refused += 1 }
      #expect(!found.contains { $0.contains("\n") || $0.hasPrefix("not a RecipeError") })
    }
    #expect(refused > 1000)
  }
}
