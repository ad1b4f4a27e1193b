import Policy

extension OnPolicyStage {
  /// Every completion is sampled, then scored by policy and reference (and critic), then run
  /// through policy (and critic) with gradient once for each pass.
  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    let shape = try sizes.model(policy)
    let problems = try sizes.note(name, shape, from: policy, under: adapter)
    var valued: ModelConfiguration?
    if let critic = settings.objective.critic {
      valued = shape
      valued?.labels = 1
      if critic.start == .reward, case .model(let source)? = reward {
        valued = try sizes.model(source, as: .rewardModel)
      }
    }
    let offered = try prompts.sizes(
      vocabulary: shape.vocab, tokenizer: try sizes.tokenizer(policy))
    let (count, promptTokens) = (offered.count, offered.tokens)
    let completions = Double(settings.batch * settings.samples)
    let written = completions * Double(settings.maxTokens)
    let read = written + Double(settings.batch) * promptTokens
    let opponents = settings.objective.opponent == nil ? 0.0 : 1.0
    let steps = Double(settings.steps)
    let weights = Double(shape.parameterCount)
    let criticWeights = Double(valued?.parameterCount ?? 0)
    let passes = Double(settings.epochs)
    let moving = steps - Double(settings.objective.critic?.warmup ?? 0)
    var operations =
      steps * 2 * (weights * (1 + 2 * opponents) + 2 * weights + criticWeights) * read
    operations += 6 * passes * (moving * weights + steps * criticWeights) * read
    operations += try sizes.operations(
      of: reward,
      tokens: steps * (1 + opponents) * completions * (promptTokens + Double(settings.maxTokens)))
    let longest = promptTokens + Double(settings.maxTokens)
    var together = PassSizes()
    for _ in 0..<settings.part {
      together.add(
        prompt: Int(promptTokens.rounded()),
        completions: Array(repeating: settings.maxTokens, count: settings.samples))
    }
    let activations =
      [shape, valued].compactMap(\.self).map {
        PassMemory(
          $0, adapter: adapter, precision: sizes.precision,
          recomputes: settings.training.memory == .low
        ).peak(together)
      }.max() ?? 0
    let cache = StageEstimate.cache(shape) * completions * longest * (1 + opponents)
    var scorer = 0.0
    if case .model(let source)? = reward {
      scorer = Double(try sizes.model(source, as: .rewardModel).parameterCount)
    }
    var estimate = StageEstimate(
      examples: count, steps: settings.steps,
      tokens: steps * (1 + opponents) * read + moving * passes * read,
      parameters: shape.parameterCount, hidden: shape.hidden, operations: operations,
      memory: 4 * (held(shape, valued) + scorer) + max(activations, cache))
    let comparisons = settings.steps * settings.batch * settings.samples
    var context = shape
    context.positions = min(shape.positions, valued?.positions ?? shape.positions)
    estimate.foresee(
      offered, PromptRoom(for: settings.maxTokens, in: context.positions, prompts.surplus))
    estimate.note(defaultsOf: settings.training)
    estimate.foresee(movement: settings.training, steps: settings.steps * settings.epochs)
    estimate.questions = oracle?.questions(comparisons: comparisons) ?? QuestionCount()
    estimate.problems += try oracle?.problems(sizes) ?? []
    estimate.problems += problems
    try self.opponents?.foresee(
      answers: steps * completions, to: promptTokens, settings.maxTokens, into: &estimate, sizes,
      policy)
    try alarm?.foresee(into: &estimate, sizes, policy)
    return estimate
  }

  /// Numbers in memory of policy, reference and critic, with gradients and moments of what moves.
  private func held(_ shape: ModelConfiguration, _ critic: ModelConfiguration?) -> Double {
    let weights = Double(shape.parameterCount)
    // Of both moments, in float32 numbers.
    let moments = Double((settings.training.adam.moments ?? .float32).size) / 2
    guard let adapter else {
      return (3 + moments) * weights + (2 + moments) * Double(critic?.parameterCount ?? 0)
    }
    // One body under all of them, but for a critic that is the reward model's.
    let isApart = settings.objective.critic?.start == .reward
    return weights + (isApart ? Double(critic?.parameterCount ?? 0) : 0)
      + (2 + moments) * Double(adapter.count(in: shape) + (critic.map(adapter.count(in:)) ?? 0))
  }
}
