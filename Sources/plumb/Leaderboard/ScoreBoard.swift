import Command
import Published
import Report
import Runs
import Statistics

/// Systems on the items of one task, compared item by item.
struct ScoreBoard {
  /// One metric that all files have.
  private struct Metric {
    let name: String
    let isShare: Bool
    let scores: [Estimate]
    let ranks: Ranks
    let contrasts: [(first: Int, second: Int, difference: Difference, corrected: Double)]
  }

  private let systems: [String]
  private let task: String
  private let items: Int
  private let leftOut: Int
  private let problems: [String]
  private let metrics: [Metric]

  /// - Throws: ``PublishedError`` for different tasks, or files without a common item or metric.
  init(_ files: [(path: String, format: ResultFormat)]) throws {
    let all = try files.map { path, format in
      format == .harness ? try ItemScores(harness: path) : try ItemScores(inspect: path)
    }
    if let other = all.first(where: { ByteText($0.task) != ByteText(all[0].task) }) {
      throw PublishedError.content(
        file: other.file, problem: "is of the task '\(other.task)', not '\(all[0].task)'",
        advice: "give the files of one task")
    }
    task = all[0].task
    let named = all.map(\.system).distinctTexts.count == all.count
    systems = all.map { named ? $0.system : $0.file }
    problems = all.compactMap(\.problem)
    let names = all.dropFirst().reduce(Set(all[0].metrics.keys)) {
      $0.intersection($1.metrics.keys)
    }
    var items: Set<ByteText> = []
    var union: Set<ByteText> = []
    var metrics: [Metric] = []
    for name in names.sorted() {
      let tables = all.map { $0.metrics[name] ?? [:] }
      let common = tables.dropFirst().reduce(Set(tables[0].keys)) { $0.intersection($1.keys) }
      tables.forEach { union.formUnion($0.keys) }
      items.formUnion(common)
      let order = common.sorted()
      if let metric = Metric(name.text, tables.map { table in order.map { table[$0] ?? [] } }) {
        metrics.append(metric)
      }
    }
    guard !metrics.isEmpty else {
      throw PublishedError.content(
        file: files[0].path, problem: "shares no scored item with the other files",
        advice: "give files of one task with the same items and metrics")
    }
    self.metrics = metrics
    self.items = items.count
    leftOut = union.subtracting(items).count
  }

  func show(_ output: Output) throws {
    if output.isJSON { return try showLines(output) }
    output.print(
      ForeignText.printable(
        "\(Numeral.count(systems.count)) system\(systems.count == 1 ? "" : "s") on "
          + "\(Numeral.count(items)) items of \(task); 95 % intervals over items"))
    for metric in metrics { show(metric, output) }
    output.print("")
    if systems.count > 1 {
      output.print(
        "Differences are paired by item; Holm p is corrected for all pairs of a metric's table.")
    }
    if leftOut > 0 {
      output.print("\(leftOut) items are not in all files and are left out.")
    }
    for problem in problems { output.print(ForeignText.printable(problem)) }
  }

  private func show(_ metric: Metric, _ output: Output) {
    output.print("")
    output.print(ForeignText.printable(metric.name))
    var table = TextTable([
      ("rank", .right), ("system", .left), ("mean", .right), ("interval", .left),
    ])
    let order = systems.indices.sorted {
      (-metric.scores[$0].value, $0) < (-metric.scores[$1].value, $1)
    }
    for index in order {
      table.append([
        CompareCommand.ranks(metric.ranks.ranges?[index]), ForeignText.printable(systems[index]),
        metric.value(metric.scores[index]), metric.interval(metric.scores[index]),
      ])
    }
    output.print(table, indent: "  ")
    guard !metric.contrasts.isEmpty else { return }
    output.print("")
    var contrasts = TextTable([
      ("first", .left), ("second", .left), ("difference", .right), ("interval", .left),
      ("p", .right), ("Holm p", .right),
    ])
    for one in metric.contrasts {
      contrasts.append([
        ForeignText.printable(systems[one.first]), ForeignText.printable(systems[one.second]),
        metric.value(one.difference.estimate), metric.interval(one.difference.estimate),
        CompareCommand.probability(one.difference.pValue),
        CompareCommand.probability(one.corrected),
      ])
    }
    output.print(contrasts, indent: "  ")
  }

  // MARK: Lines

  private struct ScoreLine: Encodable {
    let kind = "score"
    let task: String
    let metric: String
    let system: String
    let mean: NumberLine
    let ranks: [Int]?
  }

  private struct DifferenceLine: Encodable {
    let kind = "difference"
    let task: String
    let metric: String
    let first: String
    let second: String
    let difference: NumberLine
    let p: Double
    let corrected: Double
    let test: String

    private enum CodingKeys: String, CodingKey {
      case kind, task, metric, first, second, difference, p, test
      case corrected = "p_holm"
    }
  }

  private func showLines(_ output: Output) throws {
    for metric in metrics {
      for (index, score) in metric.scores.enumerated() {
        let range = metric.ranks.ranges?[index]
        try output.print(
          json: ScoreLine(
            task: task, metric: metric.name, system: systems[index], mean: NumberLine(score),
            ranks: range.map { [$0.lowerBound, $0.upperBound] }))
      }
      for one in metric.contrasts {
        try output.print(
          json: DifferenceLine(
            task: task, metric: metric.name, first: systems[one.first],
            second: systems[one.second], difference: NumberLine(one.difference.estimate),
            p: one.difference.pValue, corrected: one.corrected,
            test: one.difference.test.rawValue))
      }
    }
  }
}

extension ScoreBoard.Metric {
  /// - Parameter tables: `[system][item][epoch]`, the same items for all.
  fileprivate init?(_ name: String, _ tables: [[[Double]]]) {
    let inference = Inference()
    let isShare = tables.joined().joined().allSatisfy { (0...1).contains($0) }
    let scores = tables.compactMap { isShare ? inference.share($0) : inference.mean($0) }
    guard scores.count == tables.count else { return nil }
    var pairs: [(first: Int, second: Int, difference: Difference)] = []
    for first in tables.indices {
      for second in tables.indices where first < second {
        guard let found = inference.difference([tables[first]], minus: [tables[second]]) else {
          return nil
        }
        pairs.append((first, second, found))
      }
    }
    self.name = name
    self.isShare = isShare
    self.scores = scores
    ranks = inference.ranks(tables.map { [$0] })
    let corrected = MultipleComparisons.holm(pairs.map(\.difference.pValue)) ?? []
    contrasts = zip(pairs, corrected).map { ($0.first, $0.second, $0.difference, $1) }
  }

  fileprivate func value(_ estimate: Estimate) -> String {
    isShare ? Percent.value(estimate.value) : Numeral.significant(estimate.value)
  }

  fileprivate func interval(_ estimate: Estimate) -> String {
    guard let interval = estimate.interval else { return "" }
    return isShare
      ? Percent.interval(estimate)
      : "[\(Numeral.significant(interval.low)), \(Numeral.significant(interval.high))]"
  }
}
