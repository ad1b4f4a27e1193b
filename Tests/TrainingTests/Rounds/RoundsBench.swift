import Corpus
import Foundation
import Policy
import Recipe
import Runs
import Torch

@testable import Training

/// Rounds of a small policy on generated reviews, in a run's folder that goes away with it.
final class RoundsBench {
  /// A tokenizer and a policy of 94,400 weights, trained once for all tests.
  static let start = Result { try Started() }

  private static let startFolder = FileManager.default.temporaryDirectory.appending(
    path: "plumb-rounds-\(ProcessInfo.processInfo.processIdentifier)",
    directoryHint: .isDirectory)

  /// The folder of the policy that all rounds begin from.
  struct Started: Sendable {
    let url: URL
    var policy: URL {
      get throws {
        let store = CheckpointStore(RunDirectory(url).stage("sft").checkpoints)
        return store.url(of: try store.steps().last ?? 0)
      }
    }

    init() throws {
      url = RoundsBench.startFolder
      atexit { _ = try? FileManager.default.removeItem(at: RoundsBench.startFolder) }
      let recipe = """
        words: {kind: tokenizer, data: reviews, vocabulary: 640}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 64, heads: 4, positions: 88}
          max_length: 64
          training: {steps: 240, batch: 32, learning_rate: 1e-2}
        pairs:
          kind: sample
          policy: sft
          prompts: openings
          limit: 32
          per_prompt: 4
          max_tokens: 24
          reward: synthetic
        """
      for (name, stage) in try RoundsBench.stages(recipe) {
        _ = try stage.run(RoundsBench.context(RunDirectory(url), name))
      }
    }
  }

  let run: RunDirectory
  var shouldStop: () -> Bool = { false }
  var progress: (TrainingLoop.Progress) -> Void = { _ in }

  init() throws {
    run = RunDirectory(
      FileManager.default.temporaryDirectory.appending(
        path: "plumb-rounds-\(UUID().uuidString)", directoryHint: .isDirectory))
    try FileManager.default.createDirectory(at: run.url, withIntermediateDirectories: true)
    // A sample stage's folder is read through the run.
    let pairs = try Self.start.get().url.appending(path: "pairs")
    try FileManager.default.createSymbolicLink(
      at: run.url.appending(path: "pairs"), withDestinationURL: pairs)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: run.url)
    } catch {
      print("left behind: \(run.url.path): \(error)")
    }
  }

  static let data = """
    reviews: {generate: {reviews: 1200, seed: 1}}
    openings: {generate: {reviews: 64, seed: 2}}
    praise: {generate: {reviews: 32, seed: 5, label: 1}}
    """

  /// The stages of a recipe, by name, in order.
  ///
  /// - Throws: `RecipeError` with all mistakes.
  static func stages(
    _ text: String, judge: RecipeNames.JudgedOracle? = nil
  ) throws -> [(name: String, stage: any Stage)] {
    let indented = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "  \($0)" }.joined(separator: "\n")
    let generated = data.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    let document = try RecipeDocument.parse(
      "data:\n\(generated)\nstages:\n\(indented)\n", name: "test")
    var names = RecipeNames(data: [:], stages: [("pairs", .candidates)])
    names.judgedOracle = judge
    for (name, section) in document.root.sections("data") {
      names.data[name] = DataSource(from: section, directory: "/")
    }
    var stages: [(name: String, stage: any Stage)] = []
    for (name, section) in document.root.sections("stages") {
      guard let stage = StageRegistry.stage(from: section, names) else { continue }
      stages.append((name, stage))
      names.stages.append((name, type(of: stage).product))
    }
    try document.finish()
    return stages
  }

  static func context(
    _ run: RunDirectory, _ name: String, seed: Int? = nil,
    shouldStop: @escaping () -> Bool = { false }
  ) throws -> StageContext {
    let context = StageContext(
      run: run, name: name, seed: seed, seeds: { _ in nil }, base: URL(filePath: "/"),
      device: .cpu, precision: .full, shouldStop: shouldStop, progress: { _ in }, note: { _ in })
    try FileManager.default.createDirectory(
      at: context.directory.url, withIntermediateDirectories: true)
    return context
  }

  /// Settings that every method gets here, and those of a test.
  ///
  /// - Parameter training: passes or steps of a round; by default two passes, or four steps where
  ///   rounds continue one training. Nothing for a method that takes no such settings.
  static func recipe(
    _ method: String, _ more: String, training: String? = nil, learningRate: Double = 1e-3
  ) throws -> String {
    let policy = try start.get().policy.path
    let isContinued = ["online", "sail"].contains { method.hasPrefix($0) }
    let moves = training ?? (isContinued ? "steps: 4" : "epochs: 2")
    let batch = moves.contains("batch") ? "" : "batch: 8, "
    let settings = "{\(moves), \(batch)learning_rate: \(learningRate)}"
    let line = moves.isEmpty ? "" : "\n  training: \(settings)"
    return """
      \(method):
        kind: rounds
        method: \(method)
        policy: \(policy)
        rounds: 2
        chunk: 8
        \(more.replacingOccurrences(of: "\n", with: "\n  "))\(line)
      """
  }

  /// What the data and labels of a method need.
  ///
  /// - Parameter prompts: how many, where they are all sampled.
  static func needs(_ method: RoundMethod, prompts: Int = 32) -> String {
    let drawn = "max_tokens: 24"
    let openings = "prompts: openings\nlimit: \(prompts)\n\(drawn)"
    switch method {
    case .spin: return "data: praise\n\(drawn)\nlambda: 1"
    case .irl:
      return """
        data: praise
        \(drawn)
        candidates: 4
        reward: synthetic
        refit: {training: {epochs: 2, batch: 16, learning_rate: 5e-3}}
        """
    case .iterativeDPO, .bestOfM: return "\(openings)\nreward: synthetic"
    case .onlineDPO: return "\(openings)\n\(oracle)\nbeta: 0.1"
    case .onlineIPO: return "\(openings)\n\(oracle)\ntau: 0.2"
    case .sppo: return "\(openings)\n\(oracle)\neta: 20"
    case .dno: return "\(openings)\n\(oracle)\nbeta: 0.5\neta: 10"
    case .inpo: return "\(openings)\n\(oracle)\neta: 0.1\ntau: 0.03"
    case .sailDP: return "data: pairs\nreward: synthetic"
    case .sailPP: return "\(openings)\nreward: synthetic"
    case .sailPR: return "\(openings)\n\(oracle)\nbaseline: mean"
    case .lire: return "data: pairs\n\(drawn)\nreward: synthetic"
    }
  }

  static let oracle = "oracle: {kind: bradley-terry, reward: synthetic, temperature: 0.5}"

  /// Runs a stage, or goes on with it.
  @discardableResult
  func play(
    _ recipe: String, seed: Int? = nil, judge: RecipeNames.JudgedOracle? = nil
  ) throws -> StageResult {
    guard let (name, stage) = try Self.stages(recipe, judge: judge).last else {
      throw TrainingError.unusable("no stage")
    }
    var context = try Self.context(run, name, seed: seed, shouldStop: shouldStop)
    context.progress = progress
    return try stage.run(context)
  }

  func directory(_ name: String, seed: Int? = nil) -> StageDirectory {
    run.stage(name, seed: seed)
  }

  func records(_ name: String, seed: Int? = nil) throws -> [RoundRecord] {
    let file = directory(name, seed: seed).url.appending(path: "rounds.jsonl")
    return try Journal<RoundRecord>.read(file).records
  }

  /// Every file of a stage but its wall-clock times.
  func files(_ name: String) throws -> [String: Data] {
    try Workbench.files(below: directory(name).url).filter { !$0.key.hasSuffix("costs.jsonl") }
  }
}
