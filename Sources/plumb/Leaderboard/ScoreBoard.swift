import Command
import Comparing
import Published
import Report
import Runs
import Statistics

/// Systems on the items of one task, compared item by item.
struct ScoreBoard {
  private let systems: [String]
  private let task: String
  private let items: Int
  private let leftOut: Int
  private var problems: [String]
  private let metrics: [BoardMetric]

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
    var metrics: [BoardMetric] = []
    for name in names.sorted() {
      let tables = all.map { $0.metrics[name] ?? [:] }
      let common = tables.dropFirst().reduce(Set(tables[0].keys)) { $0.intersection($1.keys) }
        .filter { item in Set(all.compactMap { $0.contents[item] }).count < 2 }
      for table in tables { union.formUnion(table.keys) }
      items.formUnion(common)
      let order = common.sorted()
      if let metric = BoardMetric(name.text, tables.map { table in order.map { table[$0] ?? [] } })
      {
        metrics.append(metric)
      }
    }
    guard !metrics.isEmpty else {
      throw PublishedError.content(
        file: files[0].path, problem: "shares no scored item with the other files",
        advice: "give files of one task with the same items and metrics")
    }
    self.metrics = metrics
    let other = union.count { item in Set(all.compactMap { $0.contents[item] }).count > 1 }
    if other > 0 {
      problems.append(
        "\(other) number\(other == 1 ? " stands" : "s stand") for different documents in the files "
          + "and \(other == 1 ? "is" : "are") left out.")
    }
    self.items = items.count
    leftOut = union.subtracting(items).count
  }

  func show(_ output: Output) throws {
    if output.givesRecords { return try showLines(output) }
    output.print(
      ForeignText.printable(
        "\(Numeral.count(systems.count)) system\(systems.count == 1 ? "" : "s") on "
          + "\(Numeral.count(items)) item\(items == 1 ? "" : "s") of \(task); 95 % intervals over items"
      ))
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

  private func show(_ metric: BoardMetric, _ output: Output) {
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
        ComparisonTable.ranks(metric.ranks.ranges?[index]), ForeignText.printable(systems[index]),
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
        Numeral.probability(one.difference.pValue),
        Numeral.probability(one.correctedPValue),
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
      case corrected = "pHolm"
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
            p: one.difference.pValue, corrected: one.correctedPValue,
            test: one.difference.test.rawValue))
      }
    }
  }
}
