import Foundation
import Policy

/// What an estimate foresees of a stage's success.
extension StageEstimate {
  /// Which prompts a stage cannot do without.
  public enum Demand {
    /// One without room ends the stage.
    case all
    /// The same, after those that are themselves longer than the context have been left out.
    case readable
    /// Those without room are left out; without any the stage ends.
    case one
  }

  /// Notes that prompts and completions exceed a model's context.
  ///
  /// - Parameters:
  ///   - prompts: of the stage; none is no problem of this kind.
  ///   - key: of the completions' length.
  public mutating func foresee(
    _ prompts: PromptSettings.Sizes, maxTokens: Int, in shape: ModelConfiguration,
    needing demand: Demand, key: String = "max_tokens"
  ) {
    let shortest = prompts.lengths.min()
    if demand == .one { remark(onRoomBehind: prompts, maxTokens: maxTokens, in: shape, key) }
    let found: Double?
    switch demand {
    case .all: found = prompts.lengths.max()
    case .readable:
      found = prompts.lengths.filter { $0 <= Double(shape.positions) }.max() ?? shortest
    case .one: found = shortest
    }
    guard let decisive = found.map({ Int($0.rounded(.up)) }),
      decisive + maxTokens > shape.positions
    else { return }
    let isCertain = prompts.isExact || maxTokens >= shape.positions
    let text =
      "\(key): \(maxTokens) new tokens behind a prompt of \(isCertain ? "" : "about ")\(decisive) "
      + "exceed the model's context of \(shape.positions) positions; lower max_tokens or "
      + (prompts.areCut ? "prefix_tokens" : "shorten the prompts")
    if isCertain { problems.append(text) } else { remarks.append(text) }
  }

  /// Says how many prompts will be left out, where it is neither none nor all.
  private mutating func remark(
    onRoomBehind prompts: PromptSettings.Sizes, maxTokens: Int, in shape: ModelConfiguration,
    _ key: String
  ) {
    let count = prompts.lengths.count { Int($0.rounded(.up)) + maxTokens > shape.positions }
    guard count > 0, count < prompts.lengths.count else { return }
    remarks.append(
      "\(key): \(prompts.isExact ? "" : "about ")\(count) of \(prompts.lengths.count) prompts leave no room for "
        + "\(maxTokens) new tokens in the context of \(shape.positions), and are left out")
  }

  /// Notes that every example is longer than the longest that a stage learns from.
  ///
  /// - Parameters:
  ///   - count: of the examples.
  ///   - isCounted: their tokens are known, not estimated from bytes.
  ///   - positions: of the model, which the length cannot exceed.
  mutating func foresee(
    leftOut count: Int, _ what: String, length: Int, positions: Int, isCounted: Bool
  ) {
    let text =
      "max_length: \(isCounted ? "" : "about ")all \(count) \(what) are longer than "
      + (length < positions
        ? "\(length) tokens, and those are left out; raise it"
        : "the model's context of \(positions) positions, and those are left out; shorten them")
    if isCounted { problems.append(text) } else { remarks.append(text) }
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
