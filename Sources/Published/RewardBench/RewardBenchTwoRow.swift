import Corpus
import Runs
import Statistics

/// One prompt of RewardBench 2 with the scores of its completions.
public struct RewardBenchTwoRow: Sendable, Equatable {
  public var id: String
  public var subset: String
  public var correct: [Double]
  public var incorrect: [Double]

  public init(id: String, subset: String, correct: [Double], incorrect: [Double]) {
    self.id = id
    self.subset = subset
    self.correct = correct
    self.incorrect = incorrect
  }

  /// Reads rows of `id`, `subset`, `num_correct` and `scores`, correct completions first.
  ///
  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [RewardBenchTwoRow] {
    try RowFile.read(path) { row throws(PublishedError) in
      let scores = try row.numbers("scores")
      let correct = try row.integer("num_correct")
      guard correct >= 1, correct < scores.count else {
        throw row.wrong(
          "num_correct", "is \(correct) of \(scores.count) scores",
          advice: "give the scores of correct and incorrect completions")
      }
      return RewardBenchTwoRow(
        id: try row.identifier("id"), subset: try row.string("subset"),
        correct: Array(scores.prefix(correct)), incorrect: Array(scores.dropFirst(correct)))
    }
  }

  public static func text(_ rows: [RewardBenchTwoRow]) -> String {
    JSONBuilder.lines(
      rows.map {
        JSONBuilder.object([
          ("id", .string($0.id)), ("subset", .string($0.subset)),
          ("scores", .array(($0.correct + $0.incorrect).map { .number($0) })),
          ("num_correct", .integer($0.correct.count)),
          ("num_incorrect", .integer($0.incorrect.count)),
          ("total_completions", .integer($0.correct.count + $0.incorrect.count)),
        ])
      })
  }

  /// The score of each domain, that of ties where both rows of every prompt are there.
  ///
  /// - Throws: ``PublishedError`` where a row of ties lacks its partner or its kind.
  public static func domains(
    _ rows: [RewardBenchTwoRow], file: String
  ) throws(PublishedError) -> [String: Double] {
    var domains: [String: Double] = [:]
    for (subset, rows) in Dictionary(grouping: rows, by: \.subset) {
      domains[subset] =
        subset == ties
        ? RewardBenchTwo.ties(try pairs(rows, file))
        : RewardBenchTwo.domain(rows.map { ($0.correct, $0.incorrect) })?.value
    }
    return domains
  }

  /// The domain that is scored in its own way.
  public static let ties = "Ties"
  /// All domains, of which the overall score is the mean.
  private static let all = ["Factuality", "Precise IF", "Math", "Safety", "Focus", ties]

  /// What one prompt is worth; see `RewardBenchTwo.credit`.
  public static func credit(correct: [Double], incorrect: [Double]) -> Double? {
    RewardBenchTwo.credit(correct: correct, incorrect: incorrect)
  }

  /// The score of each domain in the benchmark's order, others behind them, and of all six together
  /// where they are there.
  ///
  /// - Throws: as ``domains(_:file:)``.
  public static func summary(
    _ rows: [RewardBenchTwoRow], file: String
  ) throws(PublishedError) -> [(name: String, value: Double)] {
    let domains = try domains(rows, file: file)
    let names = all + domains.keys.filter { !all.contains($0) }.sorted()
    var found = names.compactMap { name in domains[name].map { (name: name, value: $0) } }
    let six = all.compactMap { domains[$0] }
    if six.count == all.count, let overall = RewardBenchTwo.overall(six) {
      found.append((name: "Overall", value: overall))
    }
    return found
  }

  /// Rows are named `ref:N` and `tied:N`.
  private static func pairs(
    _ rows: [RewardBenchTwoRow], _ file: String
  ) throws(PublishedError) -> [RewardBenchTwo.TiePair] {
    let byName = Dictionary(
      rows.map { (ByteText($0.id), $0) }, uniquingKeysWith: { first, _ in first })
    let names = rows.compactMap { $0.id.hasPrefix("tied:") ? $0.id.dropFirst(5) : nil }
    guard rows.count == 2 * names.count else {
      throw .content(
        file: file, problem: "the rows of ties are not pairs of ref: and tied:",
        advice: "give both rows of each prompt")
    }
    return try names.map { name throws(PublishedError) in
      guard let reference = byName["ref:\(name)"], let tied = byName["tied:\(name)"] else {
        throw .content(
          file: file, problem: "no row ref:\(name)", advice: "give both rows of each prompt")
      }
      return RewardBenchTwo.TiePair(
        reference: .init(correct: reference.correct, incorrect: reference.incorrect),
        tied: .init(correct: tied.correct, incorrect: tied.incorrect))
    }
  }
}
