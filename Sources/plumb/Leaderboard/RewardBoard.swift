import Command
import Corpus
import Published
import Report
import Runs
import Statistics

/// Reward models by RewardBench: sections and score as published, intervals where pairs are there.
struct RewardBoard {
  private struct Entry {
    let model: String
    let version: Int
    let score: Double?
    /// By section, domain or subset, in the benchmark's order.
    let parts: [(name: String, value: Double)]
    /// Over all pairs or prompts alike; nil where the file holds accuracies only.
    let overall: Estimate?
  }

  private let entries: [Entry]

  init(_ files: [(path: String, format: ResultFormat)]) throws {
    entries = try files.map { path, format in
      switch format {
      case .rewardBench: try Self.result(path)
      case .rewardBenchPairs: try Self.pairs(path)
      default: try Self.second(path)
      }
    }
    if let other = zip(entries, files).first(where: { $0.0.version != entries[0].version }) {
      throw PublishedError.content(
        file: other.1.path, problem: "is of RewardBench \(other.0.version)",
        advice: "give files of one version")
    }
  }

  private static func result(_ path: String) throws -> Entry {
    let result = try RewardBenchResult(path: path)
    return entry(result.model, result.accuracies, nil)
  }

  private static func pairs(_ path: String) throws -> Entry {
    let rows = try RewardBenchOutput.read(path)
    let prompts = Dictionary(grouping: rows) { ByteText($0.prompt) }.sorted { $0.key < $1.key }
    return entry(
      DataFile.stem(of: path), RewardBenchOutput.accuracies(rows),
      Inference().share(prompts.map { $0.value.map { $0.isCorrect ? 1 : 0 } }))
  }

  private static func entry(
    _ model: String, _ accuracies: [String: Double], _ overall: Estimate?
  ) -> Entry {
    let sections = RewardBench.sections(accuracies)
    let parts = RewardBench.Section.allCases.compactMap { section in
      sections[section].map { (section.rawValue, $0) }
    }
    // A mean of some sections would stand in one column with means of all.
    let isWhole = RewardBench.Section.allCases.allSatisfy {
      $0 == .priorSets || sections[$0] != nil
    }
    return Entry(
      model: model, version: 1, score: isWhole ? RewardBench.score(sections) : nil, parts: parts,
      overall: overall)
  }

  private static func second(_ path: String) throws -> Entry {
    let rows = try RewardBenchTwoRow.read(path)
    let domains = try RewardBenchTwoRow.domains(rows, file: path)
    let credits = rows.filter { $0.subset != "Ties" }.compactMap {
      RewardBenchTwo.credit(correct: $0.correct, incorrect: $0.incorrect)
    }
    return Entry(
      model: DataFile.stem(of: path), version: 2,
      score: RewardBenchTwo.overall(domains.sorted { $0.key < $1.key }.map(\.value)),
      parts: domains.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      overall: Inference().share(credits.map { [$0] }))
  }

  /// What `--json` prints for each model.
  private struct Line: Encodable {
    let kind = "reward_bench"
    let version: Int
    let model: String
    let score: Double?
    let parts: [String: Double]
    let rows: NumberLine?
  }

  func show(_ output: Output) throws {
    let order = entries.indices.sorted {
      (-(entries[$0].score ?? -1), $0) < (-(entries[$1].score ?? -1), $1)
    }
    if output.givesRecords {
      for entry in order.map({ entries[$0] }) {
        try output.print(
          json: Line(
            version: entry.version, model: entry.model, score: entry.score,
            parts: Dictionary(entry.parts, uniquingKeysWith: { one, _ in one }),
            rows: entry.overall.map { NumberLine($0) }))
      }
      return
    }
    let names = entries.flatMap { $0.parts.map(\.name) }.distinctTexts
    output.print(
      "RewardBench \(entries[0].version), in percent; a score is the benchmark's weighted mean of its "
        + "parts")
    output.print("")
    var table = TextTable(
      [("model", .left), ("score", .right)] + names.map { ($0, .right) }
        + [("all rows", .right), ("interval", .left)])
    for entry in order.map({ entries[$0] }) {
      let parts = Dictionary(entry.parts, uniquingKeysWith: { one, _ in one })
      func shown(_ value: Double?) -> String { value.map { Percent.number($0) } ?? "–" }
      table.append(
        [ForeignText.printable(entry.model), shown(entry.score)] + names.map { shown(parts[$0]) }
          + [shown(entry.overall?.value), Percent.interval(entry.overall)])
    }
    output.print(table)
    if entries.contains(where: { $0.score == nil }) {
      output.print("")
      output.print(
        "A section that lacks a subset has no accuracy, and a model that lacks a section no score: a "
          + "part does not compare with the whole.")
    }
  }
}
