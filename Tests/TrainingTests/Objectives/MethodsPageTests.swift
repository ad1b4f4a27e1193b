import Corpus
import Foundation
import Recipe
import Testing

@testable import Training

/// The table of methods of their page, and its example of each, are those of the registry.
@Suite struct MethodsPageTests {
  private let text: String

  init() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    text = try String(
      contentsOf: root.appending(path: "Sources/plumb/Documentation.docc/Methods.md"),
      encoding: .utf8)
  }

  /// The cells of the row of a method.
  private func row(_ name: String) -> [String]? {
    text.split(separator: "\n").first { $0.hasPrefix("| `\(name)` | ") && $0.hasSuffix(" |") }
      .map { $0.dropFirst(2).dropLast(2).components(separatedBy: " | ") }
  }

  /// Every `name` (default…) of a cell, in order.
  private func defaults(_ cell: String) -> [(name: String, value: String)] {
    cell.matches(of: /`([a-z_]+)` \(([^,;)]+)/).map { (String($0.1), String($0.2)) }
  }

  @Test(arguments: ObjectiveRegistry.all.map { $0.name })
  func everyMethodHasARowWithItsDefaults(name: String) throws {
    let cells = try #require(row(name), "no row for \(name)")
    try #require(cells.count == 4)
    let options = try readObjective("method: \(name)").objective.options
    let written = defaults(cells[3])
    #expect(written.map(\.name) == options.map(\.name))
    var numbers: [String: Double] = [:]
    for (option, (_, value)) in zip(options, written) {
      numbers[option.name] = Double(option.value)
      // As in `eta/3`.
      let quotient = value.split(separator: "/")
      let number =
        quotient.count == 2
        ? numbers[String(quotient[0])].map { $0 / (Double(quotient[1]) ?? .nan) }
        : Double(value.prefix { $0 != " " })
      if let number {
        #expect(number == Double(option.value), "\(option.name)")
      } else {
        #expect(value == option.value, "\(option.name)")
      }
    }
  }

  @Test func everyExampleIsAStageWithoutMistakes() throws {
    let marker = try #require(text.range(of: "# stages: an align stage for each method\n"))
    let end = try #require(text.range(of: "```", range: marker.upperBound..<text.endIndex))
    let document = try RecipeDocument.parse(
      String(text[marker.upperBound..<end.lowerBound]), name: "Methods.md")
    let nowhere = DataSource(files: ["/nowhere/rows.jsonl"])
    let names = RecipeNames(
      data: ["pairs": nowhere, "labelled": nowhere],
      stages: [(name: "sft", product: .languageModel), (name: "candidates", product: .candidates)])
    var shown: Set<String> = []
    for name in document.root.keys {
      let section = document.root.section(name)
      #expect(section.string("kind") == AlignStage.kind)
      shown.insert(type(of: AlignStage(from: section, names).objective).name)
    }
    try document.finish()
    let inOneStep = try ObjectiveRegistry.all.map { $0.name }.filter { name in
      try readObjective("method: \(name)").objective.needs
        .isDisjoint(with: [.previous, .winRates])
    }
    #expect(shown == Set(inOneStep))
  }
}
