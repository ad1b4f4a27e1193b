import Foundation

/// A folder with a recipe and the run it makes, which goes away with its owner.
final class Workplace {
  let url: URL

  init(recipe: String = Workplace.recipe) throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "plumb-run-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try write("tiny.yaml", recipe)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      print("left behind: \(url.path): \(error)")
    }
  }

  var run: URL { url.appending(path: "run", directoryHint: .isDirectory) }

  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  func write(_ name: String, _ data: Data) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  /// The same command every time: its arguments are part of a run's records.
  static let arguments = ["run", "tiny.yaml", "-o", "run"]

  func start() throws -> Engine.Running { try Engine.Running(Workplace.arguments, in: url) }

  func complete() throws -> Engine.Outcome {
    try Engine.run(Workplace.arguments, in: url)
  }

  /// Every file of the run but those of ``isWallClock(_:)``; the report without its table of
  /// costs.
  func records() throws -> [String: Data] {
    try Workplace.records(of: run)
  }

  static func records(of run: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: run.path) {
      var isDirectory: ObjCBool = false
      let path = run.appending(path: name).path
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
        !isDirectory.boolValue, !isWallClock(name)
      else { continue }
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      files[name] = name == "report.html" ? withoutCosts(data) : data
    }
    return files
  }

  /// What a run records of time and memory, of requests, of who holds it, and what a crash tore off.
  static func isWallClock(_ name: String) -> Bool {
    name == ".lock" || name.hasPrefix(".locks/") || name.hasPrefix(".plan/")
      || name.hasSuffix("costs.jsonl") || name.hasSuffix(".torn")
      || name.hasSuffix("ledger.jsonl") || name.hasSuffix("spending.json")
  }

  private static func withoutCosts(_ page: Data) -> Data { page.without(section: "cost") }

  /// Names that are there only once, or hold other bytes.
  static func differences(_ found: [String: Data], _ expected: [String: Data]) -> [String] {
    Set(found.keys).union(expected.keys).sorted().filter { found[$0] != expected[$0] }
  }

  /// All that a run does, small: 0.15 million weights, three seconds on one core. A third of the
  /// training is spent on saving.
  static let recipe = """
    name: tiny
    seeds: [0, 1]
    threads: 1
    data:
      reviews: {generate: {reviews: 600, seed: 1}}
      openings: {generate: {reviews: 64, seed: 2}}
      unseen: {generate: {reviews: 16, seed: 3}}
    stages:
      words: {kind: tokenizer, data: reviews, vocabulary: 640}
      sft:
        kind: language-model
        data: reviews
        tokenizer: words
        model: {layers: 2, hidden: 64, heads: 4, positions: 96}
        max_length: 64
        training: {steps: 40, batch: 24, learning_rate: 1e-2, checkpoints: 10}
      candidates:
        kind: sample
        policy: sft
        prompts: openings
        per_prompt: 4
        max_tokens: 24
        chunk: 4
        reward: synthetic
      exo:
        kind: align
        objective: exo-pref
        policy: sft
        data: candidates
        training: {steps: 6, batch: 8, learning_rate: 1e-3, checkpoints: 3}
        probe_prompts: 4
    evaluation:
      reference: sft
      reward: synthetic
      prompts_from: {prompts: unseen}
      prompts: 8
      samples: 2
      max_tokens: 24
      best_of: [1, 2, 4]
      best_of_pool: 4
      best_of_prompts: 4
      density_prompts: 1
      density_samples: 8
      density_beta: 0.5
      bootstrap: 100
      batch: 2
    """
}

extension Data {
  /// A page without one of its sections.
  func without(section id: String) -> Data {
    let text = String(decoding: self, as: UTF8.self)
    guard let start = text.range(of: "<section id=\"\(id)\">"),
      let end = text.range(of: "</section>", range: start.upperBound..<text.endIndex)
    else { return self }
    return Data((text[..<start.lowerBound] + text[end.upperBound...]).utf8)
  }
}

/// The run that nothing interrupted, made once.
struct Undisturbed: Sendable {
  /// When a folder of the run appeared, in seconds after the start; and the end.
  var times: [String: Double]
  var seconds: Double
  var records: [String: Data]
  var output: String

  static let shared = Result { try make() }

  private static func make() throws -> Undisturbed {
    let place = try Workplace()
    let clock = ContinuousClock()
    let start = clock.now
    let process = try place.start()
    var times: [String: Double] = [:]
    for name in ["sft", "candidates", "exo", "evaluation"]
    where process.wait(for: "run/\(name)") {
      times[name] = (clock.now - start) / .seconds(1)
    }
    let outcome = try process.finish()
    guard outcome.status == 0 else { throw Failure(errors: outcome.errors) }
    return Undisturbed(
      times: times, seconds: (clock.now - start) / .seconds(1), records: try place.records(),
      output: outcome.output)
  }

  struct Failure: Error {
    var errors: String
  }

  /// How long the run works after a folder appeared, until the next of the four, in seconds.
  func duration(of name: String) -> Double {
    let start = times[name] ?? 0
    let next = times.values.filter { $0 > start }.min() ?? seconds
    return next - start
  }
}
