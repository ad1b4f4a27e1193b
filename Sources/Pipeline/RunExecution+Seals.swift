import Corpus
import Foundation
import Judging
import Policy
import Recipe
import Runs
import Torch
import Training

/// What every stage of a run was made from.
extension RunExecution {
  /// - Throws: ``TrainingError/unusable(_:)`` for a stage's folder that was made from something
  ///   else. A stage that has not made anything yet binds nobody: a mistake in its data can be
  ///   corrected.
  func checkSeals() throws {
    for planned in recipe.stages {
      let seeds: [Int?] = planned.repeats ? recipe.seeds.map { $0 } : [nil]
      for seed in seeds {
        let directory = run.stage(planned.name, seed: seed)
        guard let before = try StageSeal.read(directory), try !directory.isUntouched else {
          continue
        }
        let fresh = try seal(of: planned.name, seed: seed)
        guard before.key == fresh.key else {
          throw TrainingError.unusable(
            "\(directory.url.path) was made from something else: "
              + "\(fresh.difference(from: before)); choose another --output, or remove that folder")
        }
      }
    }
  }

  /// What determines a stage's outcome: its settings, its data, its inputs, and the machine's
  /// arithmetic.
  func seal(of name: String, seed: Int?) throws -> StageSeal {
    var inputs: [String: String] = [:]
    guard let planned = recipe.stages.first(where: { $0.name == name }) else {
      return StageSeal(inputs: inputs)
    }
    if let settings = recipe.document.resolved["stages"]?[name] {
      for (path, value) in settings.leaves where !Self.changesNothing(path) {
        inputs[path] = value
      }
      for key in ["data", "test", "prompts"] {
        guard case .string(let source)? = settings[key], recipe.data[source] != nil else {
          continue
        }
        inputs["\(key) \(source)"] = try DataFingerprint.of(source, in: recipe)
      }
      for (key, value) in try outside(settings) { inputs[key] = value }
    }
    inputs["seed"] = seed.map(String.init) ?? "none"
    inputs["precision"] = recipe.precision.rawValue
    inputs["device"] = recipe.device.description
    inputs["threads"] = String(Libtorch.threads)
    inputs["capability"] = Libtorch.capability
    inputs["libtorch"] = Libtorch.version
    for input in planned.stage.inputs {
      let repeats = recipe.repeats(input)
      let theirs = try seal(of: input, seed: repeats ? seed ?? recipe.seeds[0] : nil)
      inputs["stage \(input)"] = theirs.key
    }
    return StageSeal(inputs: inputs)
  }

  /// How a judge is reached and what it may cost, which may change where a stage goes on.
  private static func changesNothing(_ path: String) -> Bool {
    path.split(separator: ".").first == "oracle"
      && JudgingSettings.keysOfTransport.contains(String(path.dropFirst("oracle.".count)))
  }

  /// What a stage takes from outside the run, with its hashes: models that no stage makes, and the
  /// template that a judge is asked with.
  ///
  /// - Throws: `PolicyError` for a folder that holds no model.
  func outside(_ settings: RecipeValue) throws -> [String: String] {
    var hashes: [String: String] = [:]
    for (key, text) in settings.texts(of: ["policy", "from", "reward", "judges", "template"]) {
      switch key.split(separator: ".").last {
      case "template":
        guard JudgingSettings.isFile(template: text) else { continue }
        let file = URL(fileURLWithPath: text, relativeTo: recipe.base)
        hashes["\(key) \(text)"] = try SHA256.hex(ofFile: file)
      case "judges":
        guard case .local(_, let path)? = try? JudgeSpecification(text).kind else { continue }
        try hash(path, into: &hashes, under: key)
      default: try hash(text, into: &hashes, under: key)
      }
    }
    return hashes
  }

  /// - Parameter path: of a folder that holds a model; names without a slash are stages.
  private func hash(
    _ path: String, into hashes: inout [String: String], under key: String
  ) throws {
    guard path.contains("/") else { return }
    let folder = URL(fileURLWithPath: path, relativeTo: recipe.base)
    _ = try ConfigurationFile(reading: folder.appending(path: "config.json"))
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name == "config.json" || name.hasPrefix("tokenizer") || name.hasSuffix(".safetensors") {
      hashes["\(key) \(path)/\(name)"] = try SHA256.hex(ofFile: folder.appending(path: name))
    }
  }
}
