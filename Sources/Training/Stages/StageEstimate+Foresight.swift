import Foundation
import Policy

/// What an estimate foresees of a stage's success.
extension StageEstimate {
  /// Notes that prompts and completions exceed a model's context.
  ///
  /// - Parameters:
  ///   - prompts: of the stage; none is no problem of this kind.
  ///   - needsAll: a prompt without room ends the stage, instead of being left out.
  public mutating func foresee(
    _ prompts: PromptSettings.Sizes, maxTokens: Int, in shape: ModelConfiguration, needsAll: Bool
  ) {
    guard prompts.count > 0 else { return }
    let decisive = Int((needsAll ? prompts.longest : prompts.shortest).rounded(.up))
    guard decisive + maxTokens > shape.positions else { return }
    let isCertain = prompts.isExact || maxTokens >= shape.positions
    let text =
      "max_tokens: \(maxTokens) new tokens behind a prompt of \(isCertain ? "" : "about ")\(decisive) "
      + "exceed the model's context of \(shape.positions) positions; lower max_tokens or prefix_tokens"
    if isCertain { problems.append(text) } else { remarks.append(text) }
  }

  /// Notes that a training cannot move a policy by much.
  ///
  /// A step of AdamW moves no weight by more than about its rate, so that the sum of the rates, which
  /// is that of at least one whole step, bounds the way of every weight; weights of language models are about 0.02 large.
  mutating func foresee(movement settings: OptimisationSettings, steps: Int) {
    let share = settings.schedule == .constant ? 1 : 0.5
    let way = settings.learningRate * max(1, share * Double(steps))
    guard way < Self.leastWay else { return }
    remarks.append(
      "training.learning_rate: \(steps) step\(steps == 1 ? "" : "s") at \(settings.learningRate) \(steps == 1 ? "moves" : "move") no weight by more than "
        + "\(String(format: "%.1e", way)), and weights are about 0.02 large: the policy will hardly "
        + "change; raise it (small models want 1e-4 to 1e-3), or steps")
  }

  /// Half a percent of a weight. Runs of the papers, at rates of 5e-7 to 1e-6, go ten times as far.
  private static let leastWay = 1e-4
}
