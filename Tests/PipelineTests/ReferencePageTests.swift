import Command
import Foundation
import Testing

@testable import Pipeline

/// The pages of the documentation say what the program obeys, and nothing that it does not know.
@Suite(.enabled(if: Documentation.isThere)) struct ReferencePageTests {
  @Test(arguments: ReferencePage.all.map(\.file))
  func `the repository's page is the one that the program writes`(_ file: String) throws {
    let page = try #require(ReferencePage.all.first { $0.file == file })
    let kept = try Documentation.text(of: file)
    #expect(kept == page.text, "run: make reference")
  }

  @Test func `every option and command that a page names is there`() throws {
    let reference = CommandReference.page
    let options = Set(reference.matches(of: /--([a-z][a-z0-9-]+)/).map { String($0.1) })
    let commands = Set(CommandName.allCases.map(\.rawValue))
    for file in try Documentation.files {
      let text = try Documentation.text(of: file)
      #expect(Documentation.unknownOptions(in: text, known: options) == [], "\(file)")
      #expect(Documentation.unknownCommands(in: text, known: commands) == [], "\(file)")
    }
  }

  @Test func `an option or command that nobody knows would be found`() {
    #expect(
      Documentation.unknownOptions(in: "`plumb run --onyl sft`", known: ["only"]) == ["--onyl"])
    #expect(Documentation.unknownOptions(in: "| `--onyl` | x |", known: ["only"]) == ["--onyl"])
    #expect(Documentation.unknownCommands(in: "`plumb rnu x.yaml`", known: ["run"]) == ["rnu"])
  }

  @Test func `every link of a page leads to a page, a heading or a file`() throws {
    for file in try Documentation.files {
      for link in Documentation.links(in: try Documentation.text(of: file)) {
        #expect(try Documentation.leads(link, from: file), "\(file): \(link)")
      }
    }
    #expect(try !Documentation.leads("Recipes.md#no-such-heading", from: "Methods.md"))
    #expect(try !Documentation.leads("../../../benchmarks/none/README.md", from: "Methods.md"))
  }

  @Test func `the README is a page that one reads`() throws {
    let lines = try Documentation.text(of: Documentation.readme).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 251)
  }
}

/// The README and the pages beside the program.
enum Documentation {
  static let readme = "../../../README.md"
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static var folder: URL { root.appending(path: "Sources/plumb/Documentation.docc") }

  static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

  /// The README first; as ``text(of:)`` takes them.
  static var files: [String] {
    get throws {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      return [readme] + names.filter { $0.hasSuffix(".md") }.sorted()
    }
  }

  private static func place(_ file: String) -> URL {
    URL(filePath: folder.path + "/" + file).standardizedFileURL
  }

  static func text(of file: String) throws -> String {
    try String(contentsOf: place(file), encoding: .utf8)
  }

  /// Options of programs of others that the pages show how to call.
  private static let foreign: Set = ["outtype", "partition"]

  /// Those between backticks, or in lines of code that call Plumb.
  static func unknownOptions(in text: String, known: Set<String>) -> [String] {
    let spans = text.matches(of: /`([^`\n]+)`/).map { String($0.1) }
    let calls = text.replacing("\\\n", with: " ").split(separator: "\n")
      .filter { $0.contains("plumb ") && !$0.hasPrefix("|") }.map(String.init)
    let found = (spans.filter { $0.hasPrefix("--") || $0.hasPrefix("plumb ") } + calls).flatMap {
      $0.matches(of: /(?:^|[\s\[(`])--([a-z][a-z0-9-]+)/).map { String($0.1) }
    }
    return Set(found).subtracting(known).subtracting(foreign).sorted().map { "--\($0)" }
  }

  static func unknownCommands(in text: String, known: Set<String>) -> [String] {
    text.matches(of: /(?:`|^|\n\s*)plumb ([a-z]+)/).map { String($0.1) }
      .filter { !known.contains($0) }
  }

  static func links(in text: String) -> [String] {
    text.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }.filter { !$0.contains("://") }
  }

  static func leads(_ link: String, from file: String) throws -> Bool {
    let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let target =
      parts[0].isEmpty
      ? place(file) : place(file).deletingLastPathComponent().appending(path: String(parts[0]))
    guard FileManager.default.fileExists(atPath: target.standardizedFileURL.path) else {
      return false
    }
    guard parts.count == 2 else { return true }
    let text = try String(contentsOf: target.standardizedFileURL, encoding: .utf8)
    return anchors(text).contains(String(parts[1]))
  }

  /// Of headings, as those who show Markdown make them.
  private static func anchors(_ text: String) -> Set<String> {
    Set(
      text.matches(of: /(?:^|\n)#+ ([^\n]+)/).map { heading in
        heading.1.lowercased().filter {
          $0.isLetter || $0.isNumber || $0 == " " || "-_".contains($0)
        }
        .replacing(" ", with: "-")
      })
  }
}
