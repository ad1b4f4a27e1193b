import Runs
import Statistics

/// Ranks systems by the rewards of their completions on the same prompts.
///
/// Differences are taken prompt by prompt, because prompts differ more than systems do; p-values
/// are corrected for the number of pairs, and ranks hold together with the given confidence.
public struct Comparison: Sendable, Equatable {
  /// A name and the completions to judge it by.
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
    /// Mean over prompts of the mean reward of their completions.
    public var reward: Statistics.Estimate
    /// Ranks that it may have, 1 being best; nil with one prompt.
    public var ranks: ClosedRange<Int>?
  }

  public struct Contrast: Sendable, Equatable {
    public var first: String
    public var second: String
    /// First minus second, paired by prompt.
    public var difference: Statistics.Estimate
    /// How often the first wins, over all combinations of a prompt's completions, ties one half.
    public var winRate: Statistics.Estimate
    /// Two-sided, of the sign-flip test, and after Holm's correction over all contrasts.
    public var pValue: Double
    public var correctedPValue: Double
    /// Two-sided, of the sign test, which ignores sizes.
    public var signTest: Double
  }

  /// Best mean first.
  public let standings: [Standing]
  /// Every pair once, the better mean first; in the order of the standings. Empty where none were
  /// asked for.
  public let contrasts: [Contrast]
  /// Prompts that all systems answered, in the first system's order.
  public let prompts: [String]
  /// Prompts left out because some system has no finite reward there.
  public let omittedPrompts: Int
  /// Rewards that were missing or not finite.
  public let omittedSamples: Int

  /// - Parameters:
  ///   - systems: two or more of different names; ``checkpoints(of:prefix:)`` and
  ///     ``groups(of:prefix:)`` find those of a run.
  ///   - contrasting: whether every pair is tested; standings and ranks need no such tests.
  ///   - seed: of the resampling.
  /// - Throws: ``ReportError`` where there is no common prompt, or one id has two texts.
  public init(
    _ systems: [System], contrasting: Bool = true, confidence: Double = 0.95,
    resamples: Int = 2000, seed: UInt64 = 1
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
        "no prompt has rewards from all of \(systems.map { "'\($0.name)'" }.joined(separator: ", "))"
          + "; evaluate them on the same prompts")
    }
    prompts = table.prompts
    omittedPrompts = table.omittedPrompts
    omittedSamples = table.omittedSamples

    let means = table.rewards.map { $0.compactMap(Sample.mean) }
    let order = systems.indices.sorted {
      (-(Sample.mean(means[$0]) ?? 0), $0) < (-(Sample.mean(means[$1]) ?? 0), $1)
    }
    let ranks = RankIntervals.ranks(
      means, confidence: confidence, resamples: resamples, seed: seed)
    standings = order.compactMap { index in
      Sample.estimate(means[index], confidence: confidence).map {
        Standing(name: systems[index].name, reward: $0, ranks: ranks?[index])
      }
    }
    contrasts = Self.corrected(
      (contrasting ? order.indices : 0..<0).flatMap { place in
        order[(place + 1)...].compactMap { second -> Contrast? in
          let first = order[place]
          guard
            let paired = PairedDifference(
              means[first], minus: means[second], confidence: confidence, seed: seed),
            let rate = WinRate.estimate(
              table.rewards[first], against: table.rewards[second], confidence: confidence)
          else { return nil }
          return Contrast(
            first: systems[first].name, second: systems[second].name,
            difference: paired.difference, winRate: rate, pValue: paired.signFlip,
            correctedPValue: paired.signFlip, signTest: paired.sign)
        }
      })
  }

  private static func corrected(_ contrasts: [Contrast]) -> [Contrast] {
    guard let corrected = MultipleComparisons.holm(contrasts.map(\.pValue)) else {
      return contrasts
    }
    return zip(contrasts, corrected).map { contrast, value in
      var contrast = contrast
      contrast.correctedPValue = value
      return contrast
    }
  }
}
