import Corpus
import Evaluation
import Foundation
import Recipe
import Runs
import Training

/// The `selection` of an evaluation: on which prompts and seeds settings, checkpoints and mixtures are
/// chosen, which the evaluation then measures on others.
struct SelectionPlan {
  let prompts: PromptSettings
  /// At most so many of them.
  let most: Int
  let terms: SelectionTerms

  static let folder = "selection"

  init(
    from section: Section, _ names: RecipeNames, _ settings: EvaluationSettings,
    _ tested: PromptSettings, hasHeldOut: Bool, seeds fresh: [Int]
  ) {
    // Beginnings of texts are cut as those of the test, where nobody says otherwise.
    prompts = PromptSettings(from: section, names, like: tested)
    most = settings.prompts
    terms = SelectionTerms(from: section, seeds: fresh)
    if terms.by == .heldOutReward, !hasHeldOut {
      section.mistake("by", "held_out_reward is none of this evaluation; name one, or take reward")
    }
  }

  /// The settings with which trials are measured.
  static func settings(like tested: EvaluationSettings) -> EvaluationSettings {
    var settings = tested
    settings.bestOf = []
    settings.densityBeta = nil
    // What is chosen is compared; of trials there may be hundreds.
    settings.mostContenders = 0
    return settings
  }
}
