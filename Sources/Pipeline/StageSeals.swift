import Command
import Corpus
import Foundation
import Judging
import Policy
import Recipe
import Runs
import Torch
import Training

/// What the stages of a recipe are made from, each worked out once.
final class StageSeals {
  private let recipe: RunRecipe
  private var known: [String: StageSeal] = [:]
  /// Of all stages, by their names.
  private let settings: RecipeValue?
  private let stages: [String: RunRecipe.PlannedStage]

  init(_ recipe: RunRecipe) {
    self.recipe = recipe
    settings = recipe.document.resolved["stages"]
    stages = Dictionary(recipe.stages.map { ($0.name, $0) }) { first, _ in first }
  }

  /// What determines a stage's outcome: its settings, all that it declared, and the machine's
  /// arithmetic.
  ///
  /// - Throws: `CorpusError`, `PolicyError` or `RunError` for an input that cannot be read.
  func seal(of planned: RunRecipe.PlannedStage, seed: Int?) throws -> StageSeal {
    let place = "\(planned.name)/\(seed.map(String.init) ?? "")"
    if let seal = known[place] { return seal }
    var inputs: [String: String] = [:]
    for (path, value) in settings?[planned.serves ?? planned.name]?.leaves ?? []
    where !Self.changesNothing(path) {
      inputs[path] = value
    }
    inputs["seed"] = seed.map(String.init) ?? "none"
    inputs["precision"] = recipe.precision.rawValue
    inputs["device"] = recipe.device.description
    inputs["threads"] = String(Libtorch.threads)
    inputs["capability"] = Libtorch.capability
    inputs["libtorch"] = Libtorch.version
    if let template = recipe.chatTemplate {
      inputs["chat template"] = SHA256.hex(of: template.source)
    }
    for input in planned.inputs {
      let (name, hash) = try identity(of: input, for: seed)
      inputs[name] = hash
    }
    var seal = StageSeal(inputs: inputs)
    seal.version = Plumb.version
    known[place] = seal
    return seal
  }

  /// Reads everything that comes from outside the run.
  ///
  /// - Parameter some: only what these stages are made from; nil for all.
  func checkInputs(of some: Set<String>? = nil) throws {
    let stages = recipe.stages.filter { some?.contains($0.name) ?? true }
    for input in Set(stages.flatMap(\.inputs)) {
      if case .stage = input { continue }
      _ = try identity(of: input, for: nil)
    }
  }

  private func identity(
    of input: StageInput, for seed: Int?
  ) throws -> (name: String, hash: String) {
    switch input {
    case .stage(let name):
      guard let source = stages[name] else {
        return ("stage \(name)", "")
      }
      let key = try seal(of: source, seed: source.repeats ? seed ?? recipe.seeds[0] : nil).key
      return ("stage \(name)", key)
    case .data(let name):
      return ("data \(name)", try DataFingerprint.of(name, in: recipe))
    case .folder(let path):
      let folder = try ModelFolder.find(path, from: recipe.base)
      return ("folder \(path)", try ModelIdentity.of(folder))
    case .file(let path):
      let file = URL(fileURLWithPath: path, relativeTo: recipe.base)
      return ("file \(path)", try FileDigest.of(file))
    }
  }

  /// How a judge is reached and what it may cost, which may change where a stage goes on.
  private static func changesNothing(_ path: String) -> Bool {
    path.split(separator: ".").first == "oracle"
      && JudgingSettings.keysOfTransport.contains(String(path.dropFirst("oracle.".count)))
  }
}
