import Foundation

/// Arena-Hard's score of one model against the baseline, as published and as it should be.
///
/// Each prompt is judged in both orders on five levels; an emphatic verdict counts three times.
/// Since every model meets only the baseline, the Bradley–Terry maximum of version 0.1 is the
/// logit of the weighted share of wins, and the score 100/(1 + 10^((R_b − R_m)/400)) is that share.
///
/// Source: Li et al. 2024, "From crowdsourced data to high-quality benchmarks".
public enum ArenaHard {
  /// The share of wins as version 0.1 has it, an interval from resampling single battles.
  ///
  /// The interval takes the repeated rows of one emphatic verdict, and the two orders of one prompt,
  /// for independent; ``score(_:bootstrap:)`` does not.
  ///
  /// - Parameter prompts: the verdicts of each prompt; nil ones, which did not parse, are left out.
  /// - Returns: shares, not percent; nil without verdicts.
  public static func versionOne(
    _ prompts: [[GradedVerdict?]], resamples: Int = 100, seed: UInt64 = 42
  ) -> Estimate? {
    battles(prompts, ClusterBootstrap(resamples: resamples, seed: seed))
  }

  /// The weighted share of wins, resampling prompts with all their battles: the interval to report.
  public static func score(
    _ prompts: [[GradedVerdict?]], bootstrap: ClusterBootstrap = ClusterBootstrap()
  ) -> Estimate? {
    bootstrap.mean(prompts.map { rows([$0]) })
  }

  /// One score a row, emphatic verdicts three times.
  static func rows(_ prompts: [[GradedVerdict?]]) -> [Double] {
    prompts.joined().flatMap { verdict -> [Double] in
      guard let verdict else { return [] }
      return [Double](repeating: verdict.score, count: verdict.repetitions)
    }
  }

  private static func battles(
    _ prompts: [[GradedVerdict?]], _ bootstrap: ClusterBootstrap
  ) -> Estimate? {
    bootstrap.mean(rows(prompts).map { [$0] })
  }
}
