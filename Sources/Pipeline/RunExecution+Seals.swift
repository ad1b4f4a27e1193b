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

  typealias Standing = (training: RunRecipe.Training, standing: StageStanding)

  /// All that the recipe may have a run make, each after what it is made from.
  var trainings: [RunRecipe.Training] {
    recipe.stages.flatMap { planned in
      seeds(of: planned).map { RunRecipe.Training(planned: planned, seed: $0) }
    }
  }

  func seeds(of planned: RunRecipe.PlannedStage) -> [Int?] {
    planned.repeats ? (recipe.seeds + recipe.selectionSeeds).map { $0 } : [nil]
  }

  /// What the folders of trainings are to the recipe.
  ///
  /// - Throws: `RunError` for folders that cannot be read, which are not damaged ones.
  func standings(of trainings: [RunRecipe.Training]) throws -> [Standing] {
    try trainings.map { ($0, try standing(of: $0)) }
  }

  private func standing(of training: RunRecipe.Training) throws -> StageStanding {
    let directory = run.stage(training.planned.name, seed: training.seed)
    let seal: StageSeal?
    do {
      seal = try StageSeal.read(directory)
    } catch RunError.invalidFile(let path, let problem) {
      return .edited("\(RunError.invalidFile(path: path, problem: problem))")
    }
    guard let seal, try seal.isFinished || !directory.isUntouched else { return .absent }
    let fresh = try seals.seal(of: training.planned, seed: training.seed)
    guard seal.key == fresh.key else { return .stale(fresh.reasons(besides: seal)) }
    for (source, hash) in try products(of: recipe.sources(of: training)) {
      guard let then = seal.sources?[source], then != hash else { continue }
      return .stale(["stage \(source) has been made again since, and came out differently"])
    }
    guard seal.isFinished else { return .begun }
    switch try seal.outcome?.state(of: directory) ?? .whole {
    case .whole: return .finished
    case .damaged(let step, let problem): return .damaged(Damage(step: step, problem: problem))
    case .changed(let path, let problem):
      return .edited(
        "\(path) \(problem); put back what was there, or make it and what was made from it anew with "
          + "--redo \(training.planned.name)")
    }
  }

  /// - Returns: by stage folder, the finished stages to be made again.
  /// - Throws: ``TrainingError/unusable(_:)`` for stages' folders that were made from something else, or
  ///   were changed since: all of them, with reasons and what they took. A stage that has not made
  ///   anything yet binds nobody: a mistake in its data can be corrected.
  func checkSeals(of trainings: [RunRecipe.Training]) throws -> [URL: Damage] {
    try damages(among: standings(of: trainings))
  }

  func damages(among standings: [Standing]) throws -> [URL: Damage] {
    var damages: [URL: Damage] = [:]
    var stale: [(training: RunRecipe.Training, reasons: [String])] = []
    for (training, standing) in standings {
      switch standing {
      case .absent, .begun, .finished: continue
      case .edited(let problem): throw TrainingError.unusable(problem)
      case .stale(let reasons): stale.append((training, reasons))
      case .damaged(let damage):
        damages[run.stage(training.planned.name, seed: training.seed).url] = damage
      }
    }
    guard stale.isEmpty else { throw TrainingError.unusable(try words(ofStale: stale)) }
    return damages
  }

  /// A line for each, and one of what to do.
  private func words(
    ofStale stale: [(training: RunRecipe.Training, reasons: [String])]
  ) throws -> String {
    let prices = try StagePrices(run)
    let shown = 20
    var lines = stale.prefix(shown).map { training, reasons in
      let seconds = prices.seconds(of: training.label)
      let folder = run.stage(training.planned.name, seed: training.seed).url.path
      return "\(folder) was made from something else: "
        + reasons.prefix(4).joined(separator: "; ")
        + (seconds.map { " (took \(StagePrices.words($0)))" } ?? "")
    }
    if stale.count > shown { lines.append("and \(stale.count - shown) more") }
    // Those that nothing above them explains.
    let names = Set(stale.map(\.training.label))
    var roots: [String] = []
    for (training, _) in stale
    where !recipe.sources(of: training).contains(where: { names.contains($0.label) }) {
      let name = training.planned.name
      if !roots.contains(name) { roots.append(name) }
    }
    let known = stale.compactMap { prices.seconds(of: $0.training.label) }
    let price =
      known.isEmpty ? "" : ", \(StagePrices.words(known.reduce(0, +))) the last time"
    lines.append(
      "nothing was touched; \(roots.map { "--redo \($0)" }.joined(separator: " ")) makes anew what has to be "
        + "(\(stale.count) training\(stale.count == 1 ? "" : "s")\(price)), or choose another --output"
    )
    return lines.joined(separator: "\n")
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
