import Corpus
import Runs
import Statistics

/// RewardBench 1's file of results: accuracies of subsets beside what was run.
public struct RewardBenchResult: Sendable, Equatable {
  public var model: String
  public var chatTemplate: String?
  /// By subset, 0 … 1.
  public var accuracies: [String: Double]

  public init(model: String, chatTemplate: String? = nil, accuracies: [String: Double]) {
    self.model = model
    self.chatTemplate = chatTemplate
    self.accuracies = accuracies
  }

  /// Reads the accuracies from `extra_results`, or from the object itself, where older files have
  /// them among the other fields.
  ///
  /// - Throws: ``PublishedError`` where the file is no such object, holds no subset of RewardBench,
  ///   or an accuracy lies outside 0 … 1.
  public init(path: String) throws(PublishedError) {
    let row = try RowFile.object(path)
    model = try row.string("model")
    chatTemplate = try row.optionalString("chat_template")
    let source = try row.optionalObject("extra_results") ?? row
    var accuracies: [String: Double] = [:]
    for (name, _) in RewardBench.Section.allCases.flatMap(\.subsets) where source.has(name) {
      let value = try source.number(name)
      guard (0...1).contains(value) else {
        throw source.wrong(name, "is \(value)", advice: "give an accuracy in 0 … 1")
      }
      accuracies[name] = value
    }
    guard !accuracies.isEmpty else {
      throw .content(
        file: path, problem: "holds no subset of RewardBench",
        advice: "give the file of scores by subset")
    }
    self.accuracies = accuracies
  }

  /// Complete sections, and the score over them.
  public var sections: [RewardBench.Section: Double] { RewardBench.sections(accuracies) }
  public var score: Double? { RewardBench.score(sections) }

  /// Complete sections in the benchmark's order, and the score where they are all of its four.
  public var summary: [(name: String, value: Double)] {
    let sections = sections
    var found = RewardBench.Section.allCases.compactMap { section in
      sections[section].map { (name: section.rawValue, value: $0) }
    }
    let four = RewardBench.Section.allCases.filter { $0 != .priorSets }
    if four.allSatisfy({ sections[$0] != nil }), let score {
      found.append((name: "Overall", value: score))
    }
    return found
  }

  /// The file for such results.
  public var text: String {
    JSONText.line(
      JSONBuilder.object([
        ("model", .string(model)), ("chat_template", chatTemplate.map { .string($0) }),
        (
          "extra_results",
          JSONBuilder.object(
            accuracies.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })
        ),
      ])) + "\n"
  }
}
