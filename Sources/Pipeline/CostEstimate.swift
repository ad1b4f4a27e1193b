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
    /// For one seed, as are steps and operations.
    let tokens: Double
    let parameters: Int?
    let operations: Double
    let memory: Double
    /// For all seeds; nil without matrix products.
    let seconds: Double?
    /// For one seed.
    let questions: QuestionCount

    private enum CodingKeys: String, CodingKey {
      case stage, kind, seeds, examples, steps, tokens, parameters, operations, memory, seconds
    }
  }

  /// Of the measured rate of matrix products; what a whole step reached in runs on two cores,
  /// where norms, softmax, sampling and the optimiser take the rest.
  static let share = 0.25

  let lines: [Line]
  /// Operations per second of the fastest shape used; nil where nothing computes.
  let rate: Double?

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
        steps: estimate.steps,
        tokens: estimate.tokens, parameters: estimate.parameters, operations: estimate.operations,
        memory: estimate.memory,
        seconds: speed.map { Double(seeds) * estimate.operations / ($0 * Self.share) },
        questions: estimate.questions)
    }
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

  /// The table and what it rests on.
  func text(on device: Device) -> [String] {
    var table = TextTable([
      ("stage", .left), ("seeds", .right), ("examples", .right), ("steps", .right),
      ("tokens", .right), ("weights", .right), ("memory", .right), ("time", .right),
    ])
    for line in lines {
      table.append([
        line.stage, "\(line.seeds)", Numeral.count(line.examples),
        line.steps.map(Numeral.count) ?? "", line.tokens == 0 ? "" : Self.short(line.tokens),
        line.parameters.map { Self.short(Double($0)) } ?? "",
        line.memory == 0 ? "" : Self.plain(Numeral.bytes(Int(min(line.memory, 1e18)))),
        line.seconds.map { Self.plain(Numeral.duration(seconds: $0)) } ?? "",
      ])
    }
    guard let rate else { return table.lines }
    let total = Self.plain(Numeral.duration(seconds: seconds))
    let speed = Numeral.significant(rate / 1e9)
    let notes = [
      "",
      "About \(total) in all on this processor. Time is for all seeds, the other columns for one.",
      "Time: 6 operations per weight and token in training, 2 in sampling and scoring, at",
      "\(Int(Self.share * 100)) % of what matrix products of this width reach here (\(speed) GFLOP/s).",
      "Tokens: from bytes, completions at their greatest length. Expect a factor of two either way.",
      "Memory: of tensors; the program itself takes about 150 MB more.",
    ]
    return table.lines + notes
      + (device == .cpu ? [] : ["The recipe runs on \(device), which is faster than this."])
  }

  /// `1.65 M`.
  private static func short(_ value: Double) -> String {
    for (size, name) in [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")] where value >= size {
      return Numeral.significant(value / size) + name
    }
    return Numeral.fixed(value, decimals: 0)
  }

  private static func plain(_ text: String) -> String {
    text.replacing("\u{A0}", with: " ")
  }
}
