import Foundation
import Policy
import Recipe
import Runs
import Torch

@testable import Training

/// Small trainings of real decoders, each in a folder that goes away with it.
final class Workbench {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "plumb-training-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      print("left behind: \(url.path): \(error)")
    }
  }

  /// A stage's folder, made.
  func directory(_ name: String) throws -> StageDirectory {
    let folder = url.appending(path: name, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return StageDirectory(folder)
  }

  /// Every file below a folder, by its relative path.
  static func files(below folder: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      var isDirectory: ObjCBool = false
      let path = folder.appending(path: name).path
      if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
        !isDirectory.boolValue
      {
        files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
      }
    }
    return files
  }

  static func records(_ directory: StageDirectory) throws -> [StepRecord] {
    try Journal<StepRecord>.read(directory.steps).records
  }

  /// - Parameter text: the `training` section, in YAML's flow style.
  static func settings(_ text: String) throws -> OptimisationSettings {
    let document = try RecipeDocument.parse("training: {\(text)}", name: "test", overrides: [])
    let settings = OptimisationSettings(
      from: document.root.section("training"), learningRate: 1e-2, epochs: 1)
    try document.finish()
    return settings
  }

  static func loop(_ settings: String, seed: UInt64 = 7) throws -> TrainingLoop {
    TrainingLoop(
      settings: try self.settings(settings), seed: seed,
      decorate: { try AtomicFile.write(Data("words\n".utf8), to: $0.appending(path: "words.txt")) })
  }

  static func model(labels: Int? = nil) throws -> Decoder {
    let configuration = ModelConfiguration(
      architecture: .llama, vocab: 13, hidden: 8, layers: 1, heads: 2, positions: 24,
      endToken: 12, labels: labels)
    return try Decoder.start(configuration, with: Generator(seed: 4, stream: "start"))
  }

  /// Sequences of two to nine tokens, the same for everybody.
  static func sequences(_ count: Int, shortest: Int = 2) -> [[Int]] {
    (0..<count).map { index in
      (0..<shortest + index * 5 % 8).map { ($0 * (index + 3) + index * 7) % 12 } + [12]
    }
  }

  static func languageTask(
    _ model: Decoder, count: Int = 24, heldOut: Double = 0
  ) -> LanguageModelTask {
    let examples = sequences(count).enumerated().map {
      LanguageModelTask.Example(id: "text-\($0)", prompt: [], tokens: $1)
    }
    return LanguageModelTask(model, examples, heldOut: heldOut)
  }

  static func alignmentTask(
    _ model: Decoder, count: Int = 24, heldOut: Double = 0
  ) throws -> AlignmentTask {
    let texts = sequences(2 * count, shortest: 1)
    let examples = (0..<count).map { index in
      AlignmentTask.Example(
        id: "pair-\(index)", prompt: Array(texts[index].prefix(1 + index % 3)),
        candidates: [texts[2 * index], texts[2 * index + 1]], rewards: nil)
    }
    let scored = try AlignmentTask.scored(examples, by: model.copied(), temperature: 1)
    return AlignmentTask(model, DPOPref(beta: 0.5), scored, temperature: 1, heldOut: heldOut)
  }

  static func classifierTask(
    _ model: Decoder, count: Int = 24, heldOut: Double = 0
  ) -> ClassifierTask {
    let examples = sequences(count).enumerated().map {
      ClassifierTask.Example(id: "label-\($0)", tokens: $1, isPositive: $0 % 3 == 0)
    }
    return ClassifierTask(model, examples, heldOut: heldOut)
  }

  static func rewardTask(
    _ model: Decoder, count: Int = 24, heldOut: Double = 0
  ) -> PreferenceRewardTask {
    let texts = sequences(2 * count)
    let examples = (0..<count).map {
      PreferenceRewardTask.Example(
        id: "choice-\($0)", chosen: texts[2 * $0], rejected: texts[2 * $0 + 1])
    }
    return PreferenceRewardTask(model, examples, centring: 0.01, heldOut: heldOut)
  }

  /// One task of each kind, with a model of its own.
  static func tasks(heldOut: Double = 0) throws -> [any LearningTask] {
    [
      languageTask(try model(), heldOut: heldOut),
      try alignmentTask(model(), heldOut: heldOut),
      classifierTask(try model(labels: 1), heldOut: heldOut),
      rewardTask(try model(labels: 1), heldOut: heldOut),
    ]
  }
}
