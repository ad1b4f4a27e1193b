import Command
import Corpus
import Evaluation
import Foundation
import Policy
import Recipe
import Report
import Torch
import Training

/// What a recipe will cost, from its settings and the sizes of its data: no model is loaded.
struct CostEstimate {
  /// One stage for one seed, or the evaluation.
  struct Line: Encodable {
    let stage: String
    let kind: String
    let seeds: Int
    let examples: Int
    let steps: Int?
    /// That the steps are of, at most; nil for one.
    let trainings: Int?
    /// For one seed, as are steps and operations.
    let tokens: Double
    let parameters: Int?
    let operations: Double
    let memory: Double
    /// For all seeds; nil without matrix products.
    let seconds: Double?
    /// For one seed.
    let questions: QuestionCount
    /// The stage that the recipe writes, where this is one of its settings.
    let sweep: String?
    /// How much of it examinations are, 0 to 1.
    let examShare: Double

    /// Costs that are told in one row are the same but for their time.
    func isLike(_ other: Line) -> Bool {
      sweep != nil && sweep == other.sweep && seeds == other.seeds && examples == other.examples
        && steps == other.steps && tokens == other.tokens && parameters == other.parameters
        && memory == other.memory
    }

    private enum CodingKeys: String, CodingKey {
      case stage, sweep, kind, seeds, examples, steps, trainings, tokens, parameters, operations,
        memory,
        seconds
    }
  }

  /// Of the measured rate of matrix products; what a whole step reached in runs on two cores,
  /// where norms, softmax, sampling and the optimiser take the rest.
  static let share = 0.25

  let lines: [Line]
  /// Operations per second of the fastest shape used; nil where nothing computes.
  let rate: Double?
  /// Trainings that follow a selection, at most; nil without one.
  let following: (trainings: Int, seeds: Int, seconds: Double)?

  init(_ plan: RunRecipe, _ outlook: Outlook) throws {
    if let threads = plan.threads { try Libtorch.setThreads(threads) }
    var rates: [Int: Double] = [:]
    for width in Set(outlook.parts.compactMap(\.estimate.hidden)) {
      rates[width] = try Self.measuredRate(width: width, precision: plan.precision)
    }
    rate = rates.values.max()
    lines = outlook.parts.map { part in
      let (seeds, estimate) = (part.seeds, part.estimate)
      let speed = estimate.hidden.flatMap { rates[$0] }
      return Line(
        stage: part.name, kind: part.kind, seeds: seeds, examples: estimate.examples,
        steps: estimate.steps, trainings: estimate.trainings > 1 ? estimate.trainings : nil,
        tokens: estimate.tokens, parameters: estimate.parameters, operations: estimate.operations,
        memory: estimate.memory == 0 ? 0 : estimate.memory + outlook.memory.program,
        seconds: speed.map { Double(seeds) * estimate.operations / ($0 * Self.share) },
        questions: estimate.questions, sweep: part.sweep,
        examShare: estimate.operations > 0 ? estimate.examOperations / estimate.operations : 0)
    }
    following = plan.evaluation?.selection.map { [lines] in Self.following($0, plan, lines) }
  }

  var seconds: Double { lines.compactMap(\.seconds).reduce(0, +) }

  /// Floating-point operations per second of `[2048, width] × [width, 4 · width]` on this
  /// processor, the best of 0.2 seconds.
  private static func measuredRate(width: Int, precision: Precision) throws -> Double {
    let width = min(width, 4096)
    let generator = try Generator(seed: 0, stream: "estimate")
    let left = try generator.normal([2048, width], deviation: 1)
    let right = try generator.normal([4 * width, width], deviation: 1)
    let operations = 2 * 2048 * Double(width) * 4 * Double(width)
    let clock = ContinuousClock()
    let begin = clock.now
    var best = Double.infinity
    repeat {
      let start = clock.now
      _ = try left.linear(right, precision: precision)
      best = min(best, (clock.now - start) / .seconds(1))
    } while clock.now - begin < .milliseconds(200)
    return operations / best
  }

  // MARK: Printing

  var table: TextTable {
    var table = TextTable([
      ("stage", .left), ("seeds", .right), ("examples", .right), ("steps", .right),
      ("tokens", .right), ("weights", .right), ("memory", .right), ("time", .right),
    ])
    for rows in alike {
      guard let line = rows.first else { continue }
      let times = rows.compactMap(\.seconds)
      let name =
        rows.count == 1 ? line.stage : "\(line.sweep ?? line.stage), \(rows.count) settings"
      table.append([
        name, "\(line.seeds)", Numeral.count(line.examples),
        line.steps.map(Numeral.count) ?? "", line.tokens == 0 ? "" : Self.short(line.tokens),
        line.parameters.map { Self.short(Double($0)) } ?? "",
        line.memory == 0 ? "" : Numeral.plain(Numeral.bytes(Int(min(line.memory, 1e18)))),
        times.isEmpty ? "" : Numeral.plain(Numeral.duration(seconds: times.reduce(0, +))),
      ])
    }
    return table
  }

  /// What the table rests on.
  func notes(on device: Device) -> [String] {
    let lines = trainings + searches
    guard let rate else { return lines }
    let total = Numeral.plain(Numeral.duration(seconds: seconds))
    let speed = Numeral.significant(rate / 1e9)
    let notes = [
      "",
      "About \(total) in all on this processor. Time is for all seeds, the other columns for one.",
      "Time: 6 operations per weight and token in training, 2 in sampling and scoring, at",
      "\(Int(Self.share * 100)) % of what matrix products of this width reach here (\(speed) GFLOP/s).",
      "Tokens: from bytes, completions at their greatest length. Expect a factor of two either way.",
      "Memory: of the process at its peak, the program itself among it.",
    ]
    return lines + notes
      + (device == .cpu ? [] : ["The recipe runs on \(device), which is faster than this."])
  }

  /// What is chosen is trained again with the recipe's seeds: of every method two policies a cap, the
  /// best one, and no more than there are.
  private static func following(
    _ selection: SelectionPlan, _ plan: RunRecipe, _ lines: [Line]
  ) -> (trainings: Int, seeds: Int, seconds: Double) {
    let measured = Set(plan.evaluation?.policies ?? [])
    let sweeps = Dictionary(plan.stages.map { ($0.name, $0.sweep ?? $0.name) }) { first, _ in first
    }
    let repeating = Set(plan.stages.filter(\.repeats).map(\.name))
    let methods = Dictionary(
      grouping: lines.filter { measured.contains($0.stage) && repeating.contains($0.stage) }
    ) { sweeps[$0.stage] ?? $0.stage }
    let asked = 2 * (selection.terms.caps.count + selection.terms.rewards.count) + 1
    var (trainings, seconds) = (0, 0.0)
    for settings in methods.values {
      let dearest = settings.sorted { ($0.seconds ?? 0) > ($1.seconds ?? 0) }.prefix(asked)
      trainings += dearest.count * plan.seeds.count
      seconds += dearest.reduce(0) {
        $0 + ($1.seconds ?? 0) / Double(max(1, $1.seeds)) * Double(plan.seeds.count)
      }
    }
    return (trainings, plan.seeds.count, seconds)
  }

  /// Neighbours that differ in nothing but their names.
  private var alike: [[Line]] {
    lines.reduce(into: []) { groups, line in
      if let last = groups.last?.first, last.isLike(line) {
        groups[groups.count - 1].append(line)
      } else {
        groups.append([line])
      }
    }
  }

  /// How many trainings a recipe with sweeps or a selection is, for programs.
  struct Trainings: Encodable {
    let kind = "trainings"
    let trainings: Int
    /// Settings of each swept stage.
    let settings: [String: Int]
    /// At most so many follow a selection.
    let following: Int?
    let followingSeconds: Double?
  }

  var counted: Trainings? {
    let trained = lines.filter { $0.steps != nil }
    let settings = Dictionary(grouping: trained.filter { $0.sweep != nil }) { $0.sweep ?? "" }
      .mapValues(\.count)
    guard !settings.isEmpty || following != nil else { return nil }
    return Trainings(
      trainings: trained.reduce(0) { $0 + $1.seeds * ($1.trainings ?? 1) }, settings: settings,
      following: following?.trainings, followingSeconds: following?.seconds)
  }

  /// How many trainings searches for a KL are.
  private var searches: [String] {
    let found = lines.compactMap { line in line.trainings.map { (line.stage, $0) } }
    guard !found.isEmpty else { return [] }
    let parts = found.map { "\($0.0) \(Numeral.count($0.1))" }
    return ["", "Searches for a KL, trainings at most: \(parts.joined(separator: ", "))."]
  }

  /// How many trainings a recipe with sweeps is.
  private var trainings: [String] {
    var sweeps: [String] = []
    for line in lines {
      if let sweep = line.sweep, line.steps != nil, !sweeps.contains(sweep) { sweeps.append(sweep) }
    }
    let again = following.map { found in
      "Then at most \(Numeral.count(found.trainings)) more of what the selection chooses, with "
        + "\(found.seeds) fresh seed\(found.seeds == 1 ? "" : "s") each"
        + (found.seconds > 0
          ? ", about \(Numeral.plain(Numeral.duration(seconds: found.seconds)))." : ".")
    }
    guard !sweeps.isEmpty else { return again.map { ["", $0] } ?? [] }
    let trained = lines.filter { $0.steps != nil }
    let parts = sweeps.map { sweep in
      let mine = trained.filter { $0.sweep == sweep }
      let seeds = mine.first?.seeds ?? 1
      let times = mine.compactMap(\.seconds)
      return "\(sweep) \(Numeral.count(mine.count)) settings"
        + (seeds > 1 ? " × \(seeds) seeds" : "")
        + (times.isEmpty
          ? "" : ", about \(Numeral.plain(Numeral.duration(seconds: times.reduce(0, +))))")
    }
    let all = trained.reduce(0) { $0 + $1.seeds * ($1.trainings ?? 1) }
    return ["", "\(Numeral.count(all)) trainings: \(parts.joined(separator: "; "))."]
      + (again.map { [$0] } ?? [])
  }

  /// `1.65 M`.
  private static func short(_ value: Double) -> String {
    for (size, name) in [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")] where value >= size {
      return Numeral.significant(value / size) + name
    }
    return Numeral.fixed(value, decimals: 0)
  }
}
