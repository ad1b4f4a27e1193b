import Foundation
import Runs
import Training

/// What a run's stages were made from, and whether they still are what they were.
extension RunExecution {
  /// A finished stage whose last checkpoint is not whole, and has to be made again.
  struct Damage: Equatable {
    let step: Int
    let problem: String
  }

  /// - Returns: by stage folder, the finished stages to be made again.
  /// - Throws: ``TrainingError/unusable(_:)`` for a stage's folder that was made from something
  ///   else, or was changed since. A stage that has not made anything yet binds nobody: a mistake in
  ///   its data can be corrected.
  func checkSeals() throws -> [URL: Damage] {
    let all = recipe.stages.flatMap { planned in
      seeds(of: planned).map { RunRecipe.Training(planned: planned, seed: $0) }
    }
    return try checkSeals(of: all)
  }

  /// The same of some trainings alone.
  func checkSeals(of trainings: [RunRecipe.Training]) throws -> [URL: Damage] {
    var damages: [URL: Damage] = [:]
    for training in trainings {
      let (planned, seed) = (training.planned, training.seed)
      let directory = run.stage(planned.name, seed: seed)
      guard let before = try StageSeal.read(directory),
        try before.isFinished || !directory.isUntouched
      else { continue }
      let fresh = try seals.seal(of: planned, seed: seed)
      guard before.key == fresh.key else {
        throw TrainingError.unusable(
          "\(directory.url.path) was made from something else: "
            + "\(fresh.difference(from: before)); choose another --output, or remove that folder")
      }
      for (source, hash) in try products(of: recipe.sources(of: training)) {
        guard let then = before.sources?[source], then != hash else { continue }
        throw TrainingError.unusable(
          "\(directory.url.path) was made from another outcome of stage \(source), which has "
            + "been made again since; remove \(directory.url.path), so that it follows")
      }
      guard before.isFinished else { continue }
      switch try before.outcome?.state(of: directory) ?? .whole {
      case .whole: break
      case .changed(let path, let problem):
        throw TrainingError.unusable(
          "\(path) \(problem); put back what was there, or remove \(directory.url.path) and what "
            + "was made from it, so that stage \(planned.name) runs again")
      case .damaged(let step, let problem):
        damages[directory.url] = Damage(step: step, problem: problem)
      }
    }
    return damages
  }

  func seeds(of planned: RunRecipe.PlannedStage) -> [Int?] {
    planned.repeats ? (recipe.seeds + recipe.selectionSeeds).map { $0 } : [nil]
  }

  /// What finished stages hold, by their names.
  func products(
    of sources: [RunRecipe.Training]
  ) throws -> [(stage: String, hash: String)] {
    try sources.compactMap { source in
      let seal = try StageSeal.read(run.stage(source.planned.name, seed: source.seed))
      guard seal?.isFinished == true, let outcome = seal?.outcome else { return nil }
      return (source.planned.name, outcome.product)
    }
  }
}
