import Evaluation
import Report

/// What density ratios draw and score, where the whole budget is needed.
struct DensityEstimate: Encodable {
  let kind = "densities"
  let draws: Int
  let scores: Int
  let text: String

  /// - Parameter policies: besides the reference.
  init(_ settings: EvaluationSettings, prompts: Int, policies: Int) {
    (draws, scores) = settings.densityWork(prompts: prompts, policies: policies)
    let each = settings.densitySamples
    let range =
      each < settings.densityBudget
      ? "\(Numeral.count(each)) to \(Numeral.count(settings.densityBudget))"
      : Numeral.count(each)
    text =
      "evaluation.density_beta: \(policies + 1) policies draw \(range) completions for each of "
      + "\(min(prompts, settings.densityPrompts)) prompts and score each other's: at most "
      + "\(Numeral.count(draws)) draws and \(Numeral.count(scores)) scorings, which are priced"
  }
}
