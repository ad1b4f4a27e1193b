import Evaluation
import Policy
import Training

extension EvaluationPlan {
  /// Sampling and scoring of all checkpoints and the reference, the pool of best-of-n, and the
  /// density panels.
  func estimate(_ plan: RunRecipe, _ sizes: StageSizes) throws -> StageEstimate {
    var estimate = try estimate(plan, sizes, prompts, settings, checkpoints: checkpoints(plan))
    try foreseeExams(plan, sizes, into: &estimate)
    return estimate
  }

  /// The same of a selection, whose prompts must not be the test's.
  func estimate(
    _ selection: SelectionPlan, _ plan: RunRecipe, _ sizes: StageSizes
  ) throws -> StageEstimate {
    var estimate = try estimate(
      plan, sizes, selection.prompts, SelectionPlan.settings(like: settings),
      checkpoints: checkpoints(plan, seeds: selection.terms.seeds.count))
    let tested = Set(try prompts.words(first: settings.prompts))
    let offered = try selection.prompts.words(first: selection.most + tested.count)
    let both = offered.count { tested.contains($0) }
    if !offered.isEmpty, both == offered.count {
      estimate.problems.append(
        "selection.prompts: all of them are prompts of the test too; name others")
    } else if both > 0 {
      estimate.remarks.append(
        "selection.prompts: \(both) of \(offered.count) are prompts of the test too and are left out"
      )
    }
    return estimate
  }

  private func estimate(
    _ plan: RunRecipe, _ sizes: StageSizes, _ prompts: PromptSettings,
    _ settings: EvaluationSettings, checkpoints: Int
  ) throws -> StageEstimate {
    let shape = try sizes.model(reference)
    let offered = try prompts.sizes(
      vocabulary: shape.vocab, tokenizer: try sizes.tokenizer(reference), first: settings.prompts)
    let count = offered.count
    // Folders that hold no language model are refused here.
    for folder in folders.keys.sorted() { _ = try sizes.model(.folder(folder)) }
    for (_, server) in servers { _ = try server.maker.checkpoint.map { try sizes.model($0) } }
    // Every completion is sampled, then scored by the policy and by the reference.
    let sampled = StageEstimate(
      sampling: shape, precision: settings.precision, prompts: offered, each: settings.samples,
      maxTokens: settings.maxTokens, together: min(settings.batch, count) * settings.samples,
      passes: 3, copies: 2)
    var pooled = offered
    pooled.lengths = Array(offered.lengths.prefix(settings.bestOfPrompts))
    let pool = StageEstimate(
      sampling: shape, precision: settings.precision, prompts: pooled, each: settings.bestOfPool,
      maxTokens: settings.maxTokens, together: settings.bestOfPool)
    let measured = Double(checkpoints + 1)
    let weights = Double(shape.parameterCount)
    let panels = DensityEstimate(settings, prompts: count, policies: finals(plan).count)
    let completion = offered.tokens + Double(settings.maxTokens)
    let tokens =
      measured * sampled.tokens + pool.tokens + Double(panels.draws + panels.scores) * completion
    let texts = measured * Double(count * settings.samples)
    let rewarded =
      (texts + Double(min(count, settings.bestOfPrompts) * settings.bestOfPool)) * completion
    var estimate = sampled
    estimate.tokens = tokens
    estimate.operations = 2 * weights * tokens
    estimate.foresee(
      offered, PromptRoom(for: settings.maxTokens, in: shape.positions, prompts.surplus))
    for source in [reward, heldOutReward].compactMap({ $0 }) {
      estimate.operations += try sizes.operations(of: source, tokens: rewarded)
    }
    if let reward, panels.draws > 0 {
      estimate.operations += try sizes.operations(
        of: reward, tokens: Double(panels.draws) * completion)
    }
    if let scorer {
      let scoring = try sizes.model(scorer)
      estimate.operations +=
        2 * Double(scoring.parameterCount) * texts * completion
    }
    return estimate
  }
}
