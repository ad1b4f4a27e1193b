import Foundation
import Policy

/// What an estimate foresees of a stage's success.
extension StageEstimate {
  /// Notes that prompts and completions exceed a model's context: which are left out, and what ends the stage.
  ///
  /// - Parameters:
  ///   - prompts: of the stage; none is no problem of this kind.
  ///   - key: of the completions' length.
  public mutating func foresee(
    _ prompts: PromptSettings.Sizes, _ room: PromptRoom, key: String = "max_tokens"
  ) {
    let long = prompts.lengths.indices.filter { !room.holds(prompts.lengths[$0]) }
    guard let first = long.first else { return }
    let about = prompts.isExact ? "" : "about "
    if long.count == prompts.count, let shortest = prompts.lengths.min() {
      let isCertain = prompts.isExact || room.maxTokens >= room.positions
      let text =
        "\(key): \(room.maxTokens) new tokens behind a prompt of \(isCertain ? "" : about)"
        + "\(Int(shortest.rounded(.up))) exceed the model's context of \(room.positions) positions; lower "
        + "max_tokens or " + (prompts.areCut ? "prefix_tokens" : "shorten the prompts")
      if isCertain { problems.append(text) } else { remarks.append(text) }
      return
    }
    let id = prompts.ids.indices.contains(first) ? prompts.ids[first] : nil
    let words = "\(key): \(about)" + room.words(long.count, of: prompts.count, first: id)
    switch room.surplus {
    case .skip: remarks.append(words + ", and are left out")
    case .refuse where prompts.isExact: problems.append("\(words); \(PromptRoom.advice)")
    case .refuse: remarks.append("\(words); \(PromptRoom.advice)")
    }
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
