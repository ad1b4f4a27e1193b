import Command
import Corpus
import Foundation
import Glibc
import Pipeline
import Policy
import Recipe
import Runs
import Theory
import Torch
import Training

/// Measurements for `benchmarks/speed`: one JSON line each, with the keys the peer's script prints.
enum Bench {
  private static let output = Output(format: .json, isQuiet: false)

  static func main(_ arguments: [String]) -> ExitCode {
    do {
      try run(arguments)
      return .success
    } catch {
      output.complain("bench: \(error)")
      return .usage
    }
  }

  private static func run(_ arguments: [String]) throws {
    var options: [String: String] = [:]
    var index = 1
    while index + 1 < arguments.count {
      options[arguments[index]] = arguments[index + 1]
      index += 2
    }
    func option(_ name: String) throws -> String {
      guard let value = options[name] else { throw PolicyError.input("bench needs \(name)") }
      return value
    }
    let precision = Precision(rawValue: options["--dtype"] ?? "float32") ?? .full
    switch arguments.first {
    case "matmul": try matmul(precision)
    case "dpo": try dpo(try option("--model"), try option("--data"), precision)
    case "sample": try sample(try option("--model"), try option("--data"), precision)
    case "density":
      try density(
        Int(options["--repetitions"] ?? "500") ?? 500,
        draws: Int(options["--draws"] ?? "256") ?? 256)
    default: throw PolicyError.input("bench measures matmul, dpo, sample or density")
    }
  }

  private static func report(
    _ what: String, _ precision: Precision, seconds: Double, tokens: Int, more: String = ""
  ) {
    let rate = Double(tokens) / seconds
    output.print(
      jsonLine: "{\"what\": \"\(what)\", \"side\": \"plumb\", "
        + "\"dtype\": \"\(precision.rawValue)\", "
        + "\"seconds\": \(seconds), \"tokens\": \(tokens), \"tokens_per_second\": \(rate), "
        + "\"peak_memory_bytes\": \(Meter.peakMemory)\(more)}")
  }

  /// How often bands of density ratios hold the true ratio, for `benchmarks/densities`.
  private static func density(_ repetitions: Int, draws: Int) throws {
    for cell in try DensityWorld().coverage(repetitions: repetitions, draws: draws)
    where cell.asked > 0 {
      output.print(
        jsonLine: "{\"what\": \"density\", \"draws\": \(draws), "
          + "\"repetitions\": \(repetitions), \"quantity\": \"\(cell.name)\", "
          + "\"coverage\": \(cell.share), \"asked\": \(cell.asked)}")
    }
  }

  /// The machine's matrix-product rate in float32.
  private static func matmul(_ precision: Precision) throws {
    let generator = try Generator(seed: 0, stream: "bench")
    for (rows, inner, columns) in [(2048, 384, 1536), (2048, 2048, 2048)] {
      let a = try generator.normal([rows, inner], deviation: 1)
      let b = try generator.normal([columns, inner], deviation: 1)
      var times: [Double] = []
      for _ in 0..<25 {
        let start = ContinuousClock.now
        _ = try a.linear(b, precision: precision)
        times.append((ContinuousClock.now - start) / .seconds(1))
      }
      let median = times.sorted()[12]
      let rate = 2 * Double(rows * inner * columns) / median / 1e9
      report(
        "matmul-\(rows)x\(inner)x\(columns)", precision, seconds: median, tokens: rows,
        more: ", \"gflops\": \(rate)")
    }
  }

  /// One pass of DPO over the pairs in batches of 8, timed from the fourth step on; the reference
  /// is scored in every step's time, as the peer does.
  private static func dpo(_ folder: String, _ file: String, _ precision: Precision) throws {
    let reference = try LanguageModel.load(
      URL(fileURLWithPath: folder), precision: precision)
    let model = try reference.decoder.copied()
    let data = DataSource(files: [file])
    let examples = try data.preferencePairs().map { pair in
      let reading = try reference.read(pair.prompt, [pair.chosen, pair.rejected])
      return AlignmentTask.Example(
        id: pair.id, prompt: reading.prompt, candidates: reading.completions)
    }
    let document = try RecipeDocument.parse("beta: 0.1", name: "bench", overrides: [])
    let objective = DPOPref(from: document.root)
    try model.requireGradients()
    var optimiser = try AdamW(model.parameters, AdamW.Settings())
    var timed = 0.0
    var tokens = 0
    for step in 0..<examples.count / 8 {
      let start = ContinuousClock.now
      let part = try AlignmentTask.scored(
        Array(examples[step * 8..<step * 8 + 8]), by: reference.decoder, temperature: 1)
      let task = AlignmentTask(model, objective, part, temperature: 1, heldOut: 0)
      let (loss, _) = try task.loss(of: Array(0..<8), weight: 8)
      _ = try loss.item()
      try loss.backward()
      _ = try optimiser.clipGradients(to: 1)
      try optimiser.update(rate: 1e-6)
      guard step >= 3 else { continue }
      timed += (ContinuousClock.now - start) / .seconds(1)
      // Both rows of a pair count their prompt, as the peer's batches hold it twice.
      tokens += part.reduce(0) { total, example in
        total + 2 * example.prompt.count + example.candidates.reduce(0) { $0 + $1.count }
      }
    }
    report("dpo", precision, seconds: timed, tokens: tokens)
  }

  /// 64 completions of 64 tokens: of 64 prompts, and of 16 prompts four each.
  private static func sample(_ folder: String, _ file: String, _ precision: Precision) throws {
    let model = try LanguageModel.load(URL(fileURLWithPath: folder), precision: precision)
    let pairs = try DataSource(files: [file]).preferencePairs()
    let prompts = try pairs.prefix(64).map { try model.prompt($0.prompt) }
    var settings = model.sampling(temperature: 1, maxTokens: 64)
    settings.endTokens = []
    let sampler = Sampler(model.decoder, settings)
    for (count, each) in [(64, 1), (16, 4)] {
      var times: [Double] = []
      for round in 0..<4 {
        let uniform = try Generator(seed: UInt64(round), stream: "bench").uniform([64, 64])
        let start = ContinuousClock.now
        _ = try sampler.sample(Array(prompts.prefix(count)), count: each, uniform: uniform)
        if round > 0 { times.append((ContinuousClock.now - start) / .seconds(1)) }
      }
      report(
        each == 1 ? "sample" : "sample-\(each)-per-prompt", precision, seconds: times.sorted()[1],
        tokens: 64 * 64)
    }
  }
}
