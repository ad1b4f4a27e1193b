import Corpus
import Policy
import Runs

extension RoundsStage {
  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    let shape = try sizes.model(policy)
    sizes.models[name] = shape
    let found = try rows(sizes, vocabulary: shape.vocab)
    let count = min(promptsPerRound ?? found.count, found.count)
    let drawn = choices.draws ? Double(count) * (choices.source == .data ? share : 1) : 0
    let length = choices.draws ? Double(maxTokens) : found.given
    // Candidates of one example, and examples of one prompt.
    let isPair = objective.needs.contains(.pairs) || selection.rule != .none
    let pool = choices.source == .dataAndDrawn ? Double(width) + found.each : Double(width)
    let wide = isPair ? 2 : pool
    let each: Double
    switch choices.labels {
    case .demonstration: each = Double(width)
    case .data, .redrawn, .implicit: each = 1
    case .reward, .refit, .oracle:
      each = selection.rule == .iid && choices.source != .data ? (pool / 2).rounded(.down) : 1
    }
    let examples = max(1, Int(Double(count) * each))
    let mean = found.tokens + wide * length
    // Previous and initial policy score every example once a round.
    let anchors: Double = choices.anchor == .none ? 0 : choices.anchor == .both ? 2 : 1
    let fitted = StageEstimate(
      training: training, shape, examples: examples, mean: mean, longest: mean)
    let sampled = StageEstimate(
      sampling: shape, prompts: Int(drawn.rounded()), each: width, promptTokens: found.tokens,
      maxTokens: maxTokens, together: min(chunk, max(1, count)) * max(1, width))
    let weights = Double(shape.parameterCount)
    let times = Double(rounds)
    var estimate = fitted
    estimate.steps = fitted.steps.map { $0 * rounds }
    estimate.examples = fitted.examples * rounds
    estimate.tokens = times * (fitted.tokens + sampled.tokens)
    estimate.operations =
      times
      * (fitted.operations + sampled.operations + 2 * weights * anchors * Double(examples) * mean)
    let judged = times * Double(count) * pool * (found.tokens + length)
    switch choices.labels {
    case .reward: estimate.operations += try sizes.operations(of: reward, tokens: judged)
    case .oracle:
      estimate.operations += try sizes.operations(of: oracle?.reward, tokens: judged)
      let comparisons = rounds * count * selection.questions(of: Int(pool)).count
      estimate.questions = oracle?.questions(comparisons: comparisons) ?? QuestionCount()
    case .refit:
      estimate.operations += refitting(
        shape, examples: count * width, mean: found.tokens + length, judged)
    case .demonstration, .data, .redrawn, .implicit: break
    }
    if let inner {
      // Its rollouts take the place of fitting; a critic as large as the policy is trained beside it.
      let models = inner.objective.critic == nil ? 1.0 : 2.0
      let read =
        times * Double(inner.steps * inner.batch)
        * (found.tokens + Double(inner.samples * inner.maxTokens))
      estimate.steps = inner.steps * rounds
      estimate.tokens += read * Double(1 + inner.epochs) - times * fitted.tokens
      estimate.operations +=
        (2 * (2 + models) + 6 * models * Double(inner.epochs)) * weights * read
        - times * fitted.operations
    }
    if let prompts, choices.draws {
      let offered = try prompts.sizes(
        vocabulary: shape.vocab, tokenizer: try sizes.tokenizer(policy))
      estimate.foresee(offered, maxTokens: maxTokens, in: shape, needsAll: true)
    }
    estimate.foresee(movement: training, steps: estimate.steps ?? 0)
    // Beside the policy: the previous and the initial one, and an average.
    estimate.memory =
      fitted.memory + 4 * weights * (choices.anchor == .ema ? 3 : 2)
      + max(0, sampled.memory - 4 * weights)
    return estimate
  }

  /// Operations of fitting a reward model in every round and of scoring with it.
  private func refitting(
    _ shape: ModelConfiguration, examples: Int, mean: Double, _ judged: Double
  ) -> Double {
    guard let refit else { return 0 }
    // With all rounds' samples the fit of round t sees t times as many.
    let seen = refit.history == .all ? rounds * (rounds + 1) / 2 : rounds
    var reward = shape
    reward.labels = 1
    let fit = StageEstimate(
      training: refit.training, reward, examples: max(1, examples * seen), mean: 2 * mean,
      longest: 2 * mean)
    return fit.operations + 2 * Double(reward.parameterCount) * judged
  }

  /// How many prompts there are, their mean tokens, and how many completions of what mean length
  /// the data holds for each.
  private func rows(
    _ sizes: StageSizes, vocabulary: Int
  ) throws -> (count: Int, tokens: Double, each: Double, given: Double) {
    func summary(
      _ rows: [(prompt: String, completions: [String])]
    ) -> (count: Int, tokens: Double, each: Double, given: Double) {
      func tokens(_ texts: [String]) -> Double {
        StageSizes.tokens(
          bytes: Double(texts.reduce(0) { $0 + $1.utf8.count }), vocabulary: vocabulary)
      }
      let completions = rows.flatMap(\.completions)
      let count = Double(max(1, rows.count))
      return (
        rows.count, tokens(rows.map(\.prompt)) / count, Double(completions.count) / count,
        tokens(completions) / Double(max(1, completions.count))
      )
    }
    switch data {
    case .candidates(let stage)?:
      guard let found = sizes.candidates[stage] else { return (0, 0, 0, 0) }
      let isPairs = choices.source == .data
      return (
        isPairs ? found.prompts * (found.each / 2) : found.prompts, found.promptTokens,
        isPairs ? 2 : Double(found.each), found.completionTokens
      )
    case .data(let data)?:
      switch choices.source {
      case .demonstrations:
        return summary(try data.demonstrations().map { ($0.prompt.words, [$0.completion]) })
      case .data:
        return summary(
          try data.preferencePairs().map { ($0.prompt.words, [$0.chosen, $0.rejected]) })
      case .dataAndDrawn, .drawn:
        return summary(try data.scoredGroups().map { ($0.prompt.words, $0.completions) })
      }
    case nil:
      guard let found = try prompts?.sizes(vocabulary: vocabulary) else { return (0, 0, 0, 0) }
      return (found.count, found.tokens, 0, 0)
    }
  }
}
