import Foundation
import Testing

/// The layering of the house: who may import whom. SwiftPM lets transitive imports through, so a
/// test reads every `import` line.
@Suite struct ImportTableTests {
  private static let table: [String: Set<String>] = {
    let text = """
      CTorch       →
      Torch        → CTorch
      Recipe       → CYAML
      Runs         → CCrypto
      Statistics   →
      Templates    →
      HTTP         → Runs CCurl
      Corpus       → Recipe Runs Templates CPCRE2 CZlib CZstd CLzma CParquet
      Published    → Corpus Runs Statistics
      Policy       → Torch Corpus Runs
      Training     → Policy Torch Corpus Statistics Runs Recipe
      Evaluation   → Policy Torch Corpus Judging Published Statistics Runs Recipe
      Judging      → Recipe Runs Statistics HTTP CSQLite
      Serving      → Command Judging HTTP Policy Torch Corpus Runs Recipe
      Theory       → Training Policy Torch Corpus Statistics Recipe
      Report       → Runs Statistics
      Auditing     → Corpus Report Runs Statistics
      Tracking     → Runs CSQLite
      Command      → Runs Recipe
      Comparing    → Command Judging HTTP Report Published Corpus Statistics Runs
      plumb        → Auditing Command Comparing Report Published Judging Tracking Runs Statistics Corpus Recipe
      Pipeline     → Auditing Command Comparing Report Serving Tracking Training Evaluation Judging Published Policy Torch Corpus Statistics Runs Recipe
      plumb-engine → Pipeline Command Comparing Report Serving Theory Tracking Training Evaluation Judging Published Policy Torch Corpus Runs Recipe
      """
    var table: [String: Set<String>] = [:]
    for line in text.split(separator: "\n") {
      let sides = line.split(separator: "→", omittingEmptySubsequences: false)
      let names = sides[1].split(separator: " ").map(String.init)
      table[sides[0].trimmingCharacters(in: .whitespaces)] = Set(names)
    }
    return table
  }()

  private static let toolchain: Set = [
    "Foundation", "Glibc", "Synchronization", "Dispatch", "Testing",
  ]

  /// The modules that a Swift file imports.
  private static func imports(in text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      let kinds = "(?:(?:struct|class|enum|protocol|typealias|func|let|var)\\s+)?"
      let access = "(?:(?:public|package|internal|fileprivate|private)\\s+)?"
      let pattern = "^\\s*(?:@\\w+(?:\\([^)]*\\))?\\s+)*\(access)import\\s+\(kinds)(\\w+)"
      guard let expression = try? NSRegularExpression(pattern: pattern) else { return nil }
      let whole = NSRange(line.startIndex..., in: line)
      guard let match = expression.firstMatch(in: String(line), range: whole) else { return nil }
      return Range(match.range(at: 1), in: String(line)).map { String(String(line)[$0]) }
    }
  }

  /// One line for each import that the table does not allow.
  private static func violations(target: String, file: String, text: String) -> [String] {
    guard let allowed = table[target] else { return ["\(target) is not in the table"] }
    return imports(in: text).filter { !allowed.contains($0) && !toolchain.contains($0) }
      .map { "\(file): \(target) may not import \($0)" }
  }

  @Test func `every import stands in the table`() throws {
    let sources = Repository.root.appending(path: "Sources")
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
      .filter { $0.hasSuffix(".swift") }
    #expect(files.count > 10)
    for file in files {
      let target = String(file.prefix { $0 != "/" })
      let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
      let found = ImportTableTests.violations(target: target, file: file, text: text)
      #expect(found.isEmpty, "\(found.joined(separator: "; "))")
    }
  }

  @Test(.enabled(if: Repository.isCheckout)) func `the README shows the same table`() throws {
    let text = try String(
      contentsOf: Repository.root.appending(path: "README.md"), encoding: .utf8)
    var shown: [String: Set<String>] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let target = cells[0].trimmingCharacters(in: ["`"])
      guard ImportTableTests.table[target] != nil, cells.count == 3 else { continue }
      // Libraries that a shim is around are no targets.
      let names = cells[1].split(separator: " ").map(String.init)
      shown[target] = Set(names.filter { $0 != "–" && $0 != "libtorch" })
    }
    #expect(shown == ImportTableTests.table)
  }

  @Test func `a forbidden import is found, however it is written`() {
    let text = """
      import Foundation
      @preconcurrency import Torch
        public import struct CTorch.Handle
      // import Policy
      let word = "import Training"
      """
    #expect(ImportTableTests.imports(in: text) == ["Foundation", "Torch", "CTorch"])
    #expect(
      ImportTableTests.violations(target: "Report", file: "Page.swift", text: text) == [
        "Page.swift: Report may not import Torch", "Page.swift: Report may not import CTorch",
      ])
    #expect(
      ImportTableTests.violations(target: "Misc", file: "M.swift", text: "") == [
        "Misc is not in the table"
      ])
  }

  @Test func `only Torch sees libtorch, and records, recipes and reports never touch a tensor`() {
    for (target, allowed) in ImportTableTests.table {
      #expect(allowed.contains("CTorch") == (target == "Torch"))
    }
    for target in [
      "Recipe", "Runs", "Statistics", "Templates", "HTTP", "Corpus", "Published", "Judging",
      "Report", "Command", "Comparing", "plumb",
    ] {
      #expect(ImportTableTests.table[target]?.contains("Torch") == false)
    }
  }

  /// What a test imports undeclared is found by accident, and not built anew when it changes.
  @Test func `a test target declares what it imports`() throws {
    let manifest = try String(
      contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
    let flat = manifest.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let tests = Repository.root.appending(path: "Tests")
    let files = try FileManager.default.subpathsOfDirectory(atPath: tests.path)
      .filter { $0.hasSuffix(".swift") }
    let targets = Set(files.map { String($0.prefix { $0 != "/" }) })
      .subtracting(["TestSupport", "EngineDouble"])
    #expect(targets.count > 10)
    for target in targets.sorted() {
      let expression = try NSRegularExpression(pattern: "tests\\( ?\"\(target)\", \\[([^\\]]*)\\]")
      let whole = NSRange(flat.startIndex..., in: flat)
      let match = try #require(expression.firstMatch(in: flat, range: whole), "\(target)")
      let listed = try #require(Range(match.range(at: 1), in: flat))
      let declared = Set(flat[listed].split { !$0.isLetter && !$0.isNumber }.map(String.init))
      // This file holds imports as texts.
      for file in files
      where file.hasPrefix("\(target)/") && !file.hasSuffix("/ImportTableTests.swift") {
        let text = try String(contentsOf: tests.appending(path: file), encoding: .utf8)
        let found = Set(ImportTableTests.imports(in: text)).subtracting(declared)
          .subtracting(ImportTableTests.toolchain).subtracting(["TestSupport"])
        #expect(found.isEmpty, "\(file) imports \(found.sorted())")
      }
    }
  }

  @Test func `the manifest declares what the table allows`() throws {
    let manifest = try String(
      contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
    let flat = manifest.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for (target, allowed) in ImportTableTests.table where target != "CTorch" {
      let library = "library\\( ?\"\(target)\"(?:, \\[([^\\]]*)\\])? ?[,)]"
      let executable = "executableTarget\\( ?name: \"\(target)\", dependencies: \\[([^\\]]*)\\]"
      let expression = try NSRegularExpression(pattern: "\(library)|\(executable)")
      let whole = NSRange(flat.startIndex..., in: flat)
      let match = try #require(expression.firstMatch(in: flat, range: whole), "\(target)")
      let listed = (1...2).compactMap { Range(match.range(at: $0), in: flat) }.map { flat[$0] }
      let names = listed.joined().split { !$0.isLetter && !$0.isNumber }.map(String.init)
      #expect(Set(names) == allowed, "\(target)")
    }
  }
}
