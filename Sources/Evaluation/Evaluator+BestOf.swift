import Policy
import Runs

extension Evaluator {
  /// Best-of-n of the reference; nil where no size or no prompt is asked for, or nothing ranks.
  func bestOf(
    _ base: LazyModel, samples: [PromptRows], _ meter: inout CostMeter
  ) throws -> BestOfRecord? {
    let part = Array(prompts.prefix(settings.bestOfPrompts))
    guard let oracle, !settings.bestOf.isEmpty, !part.isEmpty else { return nil }
    let batch = BestOfWork.batch(settings)
    let chunks = (part.count + batch - 1) / batch
    let kept = settings.keptBests.map { "best of \($0)" }
    let key =
      key(of: reference) + [
        "pool \(settings.bestOfPool)", "batch \(batch)", Self.identity(of: part),
      ] + kept
    let (found, costs) = try WorkFolder(directory, id: reference.policy.id).complete(
      BestOfWork.name(keeping: settings.keptBests), key: key, chunks: chunks,
      over: ranks, shouldStop: shouldStop,
      progress: following(
        reference.policy.id, "best-of", chunks: chunks,
        each: Double(part.count * settings.bestOfPool) / Double(chunks)),
      make: { (index: Int, meter: inout CostMeter) -> BestOfWork.Chunk in
        try BestOfWork(
          settings: settings, prompts: part, reference: base.model(),
          reward: RewardCalls(reward: oracle.reward), samples: Array(samples.prefix(part.count))
        ).chunk(index, &meter)
      })
    for cost in costs { meter.add(cost) }
    return BestOfWork.record(
      found.flatMap(\.pools),
      samples: samples.prefix(part.count).map { $0.samples.compactMap(\.reward) },
      reference: reference.policy.id, settings: settings)
  }
}
