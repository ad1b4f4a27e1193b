import Corpus
import Policy
import Runs

extension RoundsStage {
  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    let shape = try sizes.model(policy)
    let problems = try sizes.note(name, shape, from: policy, under: adapter)
    let texts = try texts()
    let offered = try offered(texts, sizes, shape)
    let found = try rows(texts, sizes, vocabulary: shape.vocab)
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
    let one = ExampleSize(
      kind: .completions, first: Int(found.tokens.rounded()),
      others: Array(repeating: Int(length.rounded()), count: Int(wide)))
    let fitted = StageEstimate(
      training: training, shape, adapter: adapter, precision: sizes.precision,
      examples: Array(repeating: one, count: examples))
    let sampled = StageEstimate(
      sampling: shape, precision: sizes.precision,
      prompts: PromptSettings.Sizes(
        lengths: Array(repeating: found.tokens, count: Int(drawn.rounded()))), each: width,
      maxTokens: maxTokens, together: min(chunk, max(1, count)) * max(1, width))
    let weights = Double(shape.parameterCount)
    let times = Double(rounds)
    var estimate = fitted
    estimate.problems += problems
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
      for reward in oracle?.rewards ?? [] {
        estimate.operations += try sizes.operations(of: reward, tokens: judged)
      }
      // Who plays whom is dealt when rounds begin: as if others played everywhere, the most it can cost.
      let each =
        opponents == nil
        ? selection.questions(of: Int(pool)).count : selection.mostQuestions(of: Int(pool))
      let comparisons = rounds * count * each
      try opponents?.foresee(
        answers: drawn * Double(selection.columns(of: Int(pool))) * times,
        to: found.tokens, maxTokens, into: &estimate, sizes, policy)
      estimate.questions = oracle?.questions(comparisons: comparisons) ?? QuestionCount()
      estimate.problems += try oracle?.problems(sizes) ?? []
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
    if let room = room(in: shape.positions) {
      let isInner =
        room.maxTokens == inner?.maxTokens && !(choices.draws && maxTokens == room.maxTokens)
      estimate.foresee(offered, room, key: isInner ? "inner.max_tokens" : "max_tokens")
    }
    estimate.foresee(movement: training, steps: estimate.steps ?? 0)
    // Beside the policy: the previous and the initial one, and an average.
    estimate.memory =
      fitted.memory + (adapter == nil ? 4 * weights * (choices.anchor == .ema ? 3 : 2) : 0)
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
    let pair = ExampleSize(
      kind: .scored, first: Int(mean.rounded()), others: [Int(mean.rounded())])
    let fit = StageEstimate(
      training: refit.training, reward,
      examples: Array(repeating: pair, count: max(1, examples * seen)))
    return fit.operations + 2 * Double(reward.parameterCount) * judged
  }

  /// What the rows of data hold; nil where there are none.
  private func texts() throws -> [(id: String, prompt: Dialogue, completions: [String])]? {
    guard case .data(let data)? = data else { return nil }
    switch choices.source {
    case .demonstrations:
      return try data.demonstrations().map { ($0.id, $0.prompt, [$0.completion]) }
    case .data:
      return try data.preferencePairs().map { ($0.id, $0.prompt, [$0.chosen, $0.rejected]) }
    case .dataAndDrawn, .drawn:
      return try data.scoredGroups().map { ($0.id, $0.prompt, $0.completions) }
    }
  }

  /// The prompts that completions are drawn for: rows that exceed the context are left out before.
  private func offered(
    _ texts: [(id: String, prompt: Dialogue, completions: [String])]?, _ sizes: StageSizes,
    _ shape: ModelConfiguration
  ) throws -> PromptSettings.Sizes {
    let tokenizer = try sizes.tokenizer(policy)
    var found = PromptSettings.Sizes()
    if let prompts {
      found = try prompts.sizes(vocabulary: shape.vocab, tokenizer: tokenizer)
    } else if case .candidates(let stage)? = data {
      found = sizes.candidates[stage]?.offered ?? found
    } else {
      found.isExact = tokenizer != nil
      for row in texts ?? [] {
        let (size, isCut) = try StageSizes.example(row.prompt, row.completions, tokenizer, shape)
        guard !isCut, size.longest <= shape.positions else { continue }
        found.lengths.append(Double(size.first))
        found.ids.append(row.id)
      }
    }
    // Which pairs of the data are replaced by samples is drawn.
    if choices.source == .data, share < 1 { found.isExact = false }
    return found
  }

  /// How many prompts there are, their mean tokens, and how many completions of what mean length
  /// the data holds for each.
  private func rows(
    _ texts: [(id: String, prompt: Dialogue, completions: [String])]?, _ sizes: StageSizes,
    vocabulary: Int
  ) throws -> (count: Int, tokens: Double, each: Double, given: Double) {
    if case .candidates(let stage)? = data {
      guard let found = sizes.candidates[stage] else { return (0, 0, 0, 0) }
      let isPairs = choices.source == .data
      return (
        isPairs ? found.prompts * (found.each / 2) : found.prompts, found.promptTokens,
        isPairs ? 2 : Double(found.each), found.completionTokens
      )
    }
    guard let texts else {
      let offered = try prompts?.sizes(vocabulary: vocabulary) ?? PromptSettings.Sizes()
      return (offered.count, offered.tokens, 0, 0)
    }
    func tokens(_ texts: [String]) -> Double {
      StageSizes.tokens(
        bytes: Double(texts.reduce(0) { $0 + $1.utf8.count }), vocabulary: vocabulary)
    }
    let completions = texts.flatMap(\.completions)
    let count = Double(max(1, texts.count))
    return (
      texts.count, tokens(texts.map(\.prompt.words)) / count, Double(completions.count) / count,
      tokens(completions) / Double(max(1, completions.count))
    )
  }
}
