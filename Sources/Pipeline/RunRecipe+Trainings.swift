import Runs
import Training

/// A recipe as a list of what is made, one stage for one seed each.
extension RunRecipe {
  /// One stage for one seed.
  struct Training {
    let planned: PlannedStage
    /// Nil for a stage that runs once.
    let seed: Int?

    /// As messages and costs name it.
    var label: String { seed.map { "\(planned.name) seed \($0)" } ?? planned.name }

    /// Where it lies in the run.
    var folder: String { planned.name + (seed.map { "/seed-\($0)" } ?? "") }

    /// No other training of the run has it; letters, digits and `. _ - @` alone.
    var fileName: String {
      RunDirectory.workName(of: planned.name) + (seed.map { "@\($0)" } ?? "")
    }
  }

  /// What is made before anything is measured, in the order in which it is made: with a selection what
  /// that chooses from, with its seeds.
  var firstTrainings: [Training] {
    evaluation?.selection.map { trainings(of: stages, seeds: $0.terms.seeds) }
      ?? trainings(of: stages, seeds: seeds)
  }

  /// Swept stages that a selection's trainings are spent on although it does not choose among them, a
  /// line each.
  var idleRemarks: [String] {
    guard let evaluation, evaluation.selection != nil else { return [] }
    let used = ancestors(of: evaluation.policies)
    let idle = stages.filter { $0.sweep != nil && $0.serves == nil && !used.contains($0.name) }
    let names = idle.compactMap(\.sweep).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return names.map { name in
      let count = idle.count { $0.sweep == name }
      return
        "stages.\(name): \(count) settings are trained that the selection does not choose among and nothing "
        + "measures; name \(name) in evaluation.policies, or take the stage out"
    }
  }

  /// What is made, with the recipe's seeds, once a selection has chosen.
  ///
  /// - Parameter chosen: policies as the evaluation names them.
  func trainings(following chosen: [String]) -> [Training] {
    trainings(of: stages(following: chosen), seeds: seeds)
  }

  /// - Parameter seeds: of the stages that repeat.
  private func trainings(of some: [PlannedStage], seeds: [Int]) -> [Training] {
    // What runs once reads the recipe's first seed of what repeats.
    let once = ancestors(of: some.filter { !$0.repeats }.map(\.name))
    return some.flatMap { planned -> [Training] in
      guard planned.repeats else { return [Training(planned: planned, seed: nil)] }
      let first = once.contains(planned.name) && !seeds.contains(self.seeds[0])
      return (first ? [self.seeds[0]] + seeds : seeds).map { Training(planned: planned, seed: $0) }
    }
  }

  /// One training; nil for a stage that the recipe does not have.
  func training(of name: String, seed: Int?) -> Training? {
    stages.first { $0.name == name }.map { Training(planned: $0, seed: seed) }
  }

  /// The trainings of one stage.
  ///
  /// - Parameters:
  ///   - name: a stage as the run's folders have it, or a swept one for all its settings.
  ///   - seed: nil for all that are sure to be needed.
  /// - Throws: `TrainingError.unusable` with what there is.
  func trainings(only name: String, seed: Int?) throws -> [Training] {
    let meant = try trainings(of: name, seed: seed, option: "--only")
    guard seed == nil else { return meant }
    let labels = Set(meant.map(\.label))
    return firstTrainings.filter { labels.contains($0.label) }
  }

  /// The trainings of one stage, whether or not they are needed.
  ///
  /// - Parameters:
  ///   - name: a stage as the run's folders have it, or a swept one for all its settings.
  ///   - seed: nil for all that the recipe knows.
  ///   - option: of the command line, that names it.
  /// - Throws: `TrainingError.unusable` with what there is.
  func trainings(of name: String, seed: Int?, option: String) throws -> [Training] {
    let meant = stages.filter { $0.name == name || $0.sweep == name }
    guard !meant.isEmpty else {
      let written = stages.map { $0.sweep ?? $0.name }
      let names = written.indices.filter { !written[..<$0].contains(written[$0]) }.map {
        written[$0]
      }
      throw TrainingError.unusable(
        "\(option) \(name): the recipe has no such stage (there is \(names.joined(separator: ", ")))"
      )
    }
    let known = seeds + selectionSeeds
    guard let seed else {
      return meant.flatMap { planned in
        (planned.repeats ? known.map { $0 } : [nil]).map { Training(planned: planned, seed: $0) }
      }
    }
    guard meant.contains(where: \.repeats) else {
      throw TrainingError.unusable("\(option) \(name) runs once for all seeds; leave --seed out")
    }
    guard known.contains(seed) else {
      throw TrainingError.unusable(
        "--seed \(seed) is none of the recipe's (\(known.map(String.init).joined(separator: ", ")))"
      )
    }
    return meant.filter(\.repeats).map { Training(planned: $0, seed: seed) }
  }

  /// What one reads, each with the seed at which it reads it, in the order of its settings.
  func sources(of training: Training) -> [Training] {
    training.planned.inputs.compactMap { input in
      guard case .stage(let name) = input,
        let source = stages.first(where: { $0.name == name })
      else { return nil }
      return Training(planned: source, seed: source.repeats ? training.seed ?? seeds[0] : nil)
    }
  }
}
