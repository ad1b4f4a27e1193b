import Runs
import Statistics

/// Ranks systems by the rewards of their completions on the same prompts, or by what a judge says of
/// them.
///
/// Differences are taken prompt by prompt, because prompts differ more than systems do; where a
/// system was trained with several seeds they speak of other seeds as well. p-values are corrected
/// for the number of pairs, and ranks, which follow from them, hold together.
public struct Comparison: Sendable, Equatable {
  /// What systems are ranked by.
  public enum Yardstick: Sendable, Equatable {
    case reward
    /// How often a judge prefers a completion to that of one opponent.
    case judge(String, against: String)

    var quantity: Inference.Quantity { self == .reward ? .real : .share }
    /// What a table calls it.
    public var title: String { self == .reward ? "reward" : "judged" }
    /// Against itself nobody was judged: there is no chance in its half.
    func isOpponent(_ system: System) -> Bool {
      guard case .judge(_, let opponent) = self else { return false }
      return system.samples.allSatisfy { $0.policy == opponent }
    }
    /// Whether values are shares.
    public var isShare: Bool { self != .reward }
  }

  /// A name and the completions to judge it by; those of several policies are its seeds.
  public struct System: Sendable, Equatable {
    public var name: String
    public var samples: [SampleRecord]

    public init(name: String, samples: [SampleRecord]) {
      self.name = name
      self.samples = samples
    }
  }

  public struct Standing: Sendable, Equatable {
    public var name: String
    /// Mean over seeds and prompts of the mean reward of a prompt's completions.
    public var reward: Statistics.Estimate
    /// Ranks that it may have, 1 being best; nil where none can hold.
    public var ranks: ClosedRange<Int>?
  }

  public struct Contrast: Sendable, Equatable {
    public var first: String
    public var second: String
    /// First minus second, paired by prompt.
    public var difference: Statistics.Estimate
    /// How often the first wins, over all combinations of a prompt's completions, ties one half.
    public var winRate: Statistics.Estimate
    /// Two-sided, and after Holm's correction over all contrasts.
    public var pValue: Double
    public var correctedPValue: Double
    public var test: Difference.Test
  }

  /// Best mean first.
  public let standings: [Standing]
  /// Every pair once, the better mean first; in the order of the standings. Empty where none were
  /// asked for.
  public let contrasts: [Contrast]
  /// Why there are no ranks; nil where there are.
  public let unranked: String?
  public let yardstick: Yardstick
  public let confidence: Double
  /// Prompts that all systems answered, in the first system's order.
  public let prompts: [String]
  /// Prompts left out because some system has no finite reward there.
  public let omittedPrompts: Int
  /// Rewards that were missing or not finite.
  public let omittedSamples: Int

  /// - Parameters:
  ///   - systems: two or more of different names; ``checkpoints(of:prefix:)`` and
  ///     ``groups(of:prefix:)`` find those of a run.
  ///   - contrasting: whether every pair is listed.
  ///   - resamples: of intervals that are resampled; nil for the usual number.
  /// - Throws: ``ReportError`` where there is no common prompt, or one id has two texts.
  public init(
    _ systems: [System], by yardstick: Yardstick = .reward, contrasting: Bool = true,
    confidence: Double = 0.95,
    resamples: Int? = nil
  ) throws {
    guard systems.count > 1 else {
      throw ReportError.nothingToCompare(
        "\(systems.count) system given; give two or more checkpoints or runs")
    }
    var names: Set<String> = []
    for system in systems where !names.insert(system.name).inserted {
      throw ReportError.repeatedSystem(system.name)
    }
    let table = try RewardTable(systems)
    guard !table.prompts.isEmpty else {
      throw ReportError.nothingToCompare(
        yardstick == .reward
          ? "no prompt has rewards from all of \(systems.map { "'\($0.name)'" }.joined(separator: ", "))"
            + "; evaluate them on the same prompts"
          : "the judge gave no verdict about any prompt; the report says why")
    }
    prompts = table.prompts
    omittedPrompts = table.omittedPrompts
    omittedSamples = table.omittedSamples

    self.yardstick = yardstick
    self.confidence = confidence
    var inference = Inference(confidence: confidence)
    if let resamples { inference.resamples = resamples }
    let rewards = zip(systems, table.rewards).map { system, rewards in
      var estimate = inference.estimate(yardstick.quantity, seeds: rewards)
      if yardstick.isOpponent(system) { estimate?.interval = nil }
      return estimate
    }
    let order = systems.indices.sorted {
      (-(rewards[$0]?.value ?? 0), $0) < (-(rewards[$1]?.value ?? 0), $1)
    }
    let ordered = order.map { table.rewards[$0] }
    let scores = order.map { table.scores[$0] }
    let pairs = inference.differences(ordered)
    let ranks = inference.ranks(ordered, pairs: pairs)
    unranked = if case .cannotHold(let reason) = ranks { reason } else { nil }
    standings = order.enumerated().compactMap { place, index in
      rewards[index].map {
        Standing(name: systems[index].name, reward: $0, ranks: ranks.ranges?[place])
      }
    }
    guard contrasting else {
      contrasts = []
      return
    }
    let corrected = MultipleComparisons.holm(pairs.map(\.difference.pValue)) ?? []
    contrasts = zip(pairs, corrected).compactMap { pair, corrected in
      inference.winRate(
        scores[pair.first], against: scores[pair.second], areCoupled: true
      ).map { rate in
        Contrast(
          first: systems[order[pair.first]].name, second: systems[order[pair.second]].name,
          difference: pair.difference.estimate, winRate: rate,
          pValue: pair.difference.pValue, correctedPValue: corrected, test: pair.difference.test)
      }
    }
  }
}
