import Runs
import Training

extension JudgingPlan {
  /// Looks for every checkpoint that is judged by its step, before anything is measured: where data
  /// decide how many steps a training has, the recipe alone does not tell.
  ///
  /// - Throws: `TrainingError.unusable` that names the checkpoints that there are.
  func checkCheckpoints(of evaluation: EvaluationPlan, recipe: RunRecipe, run: RunDirectory) throws
  {
    for side in against + pairs.flatMap({ [$0.first, $0.second] }) {
      guard case .policy(let group, let seed, let step?) = side, evaluation.stage(of: group) != nil
      else { continue }
      let seeds = recipe.repeats(group) ? [seed ?? recipe.seeds[0]].map(Optional.some) : [nil]
      for seed in seeds {
        let steps = try CheckpointStore(run.stage(group, seed: seed).checkpoints).steps()
        // A selection may have passed it over.
        guard !steps.isEmpty, !steps.contains(step) else { continue }
        throw TrainingError.unusable(
          "judging: \(group)/step-\(step) is not there; checkpoints of \(group) are at step "
            + steps.map(String.init).joined(separator: ", "))
      }
    }
  }
}
