import Foundation

/// Says, while a policy is trained, that the reward it is trained on gains more than a held-out one: with a
/// false-alarm rate that holds however often one looks.
///
/// At each look policy and reference write for some prompts, and each prompt gives a number of −1 … 1: by how
/// much more the policy's completion wins by the training's reward than by the held-out one. Gamblers bet that
/// the mean over the prompts is above `margin`: K = Π(1 + f·(d − margin)). Where it is not, at any look, none
/// can be expected to grow, whatever the single prompts' means are: the factors of a look are independent given
/// what was before, and the mean of logarithms is at most the logarithm of the mean. Of each gambler's money a
/// part 1/(t(t+1)) waits for look t, so that what was lost before a training turned is not all there is. The mean
/// of all money then reaches 1/rate with probability at most `rate`, ever.
///
/// Source: Waudby-Smith and Ramdas 2023, "Estimating means of bounded random variables by betting"; the
/// difference is Gao et al. 2023's between proxy and gold reward, as win rates.
public struct OverOptimisationAlarm: Sendable, Equatable {
  /// Of the largest bet that nothing can ruin: from careful to bold, because nobody knows how large the
  /// difference will be.
  static let parts = [0.03, 0.06, 0.12, 0.25, 0.5, 0.8]

  /// The probability of ever raising it where no difference is above the margin.
  public let rate: Double
  public let margin: Double
  /// Looks so far.
  public private(set) var looks = 0
  /// The look that raised it, from 1.
  public private(set) var raisedAt: Int?
  /// log of what each gambler has in play.
  private var logs: [Double]

  /// - Returns: nil unless `rate` lies inside (0, 1) and `margin` in [0, 1).
  public init?(rate: Double = 0.05, margin: Double = 0.1) {
    guard rate > 0, rate < 1, margin >= 0, margin < 1 else { return nil }
    (self.rate, self.margin) = (rate, margin)
    logs = Self.parts.map { _ in -.infinity }
  }

  /// The log of the mean of all gamblers' wealth; the alarm is raised where it reaches −log rate.
  public var logEvidence: Double {
    // What still waits after t looks is Σ_{s>t} 1/(s(s+1)) = 1/(t+1).
    let waiting = -log(Double(looks + 1))
    let largest = max(waiting, logs.max() ?? waiting)
    let inPlay = logs.reduce(0) { $0 + exp($1 - largest) } / Double(logs.count)
    return largest + log(inPlay + exp(waiting - largest))
  }

  /// What ``logEvidence`` has to reach.
  public var threshold: Double { -log(rate) }

  /// Looks once. What is raised stays raised.
  ///
  /// - Parameter differences: of the prompts, independent of each other given what was before.
  /// - Returns: whether the alarm is raised; nothing happens for a value outside −1 … 1.
  @discardableResult
  public mutating func look(_ differences: [Double]) -> Bool {
    guard differences.allSatisfy({ $0 >= -1 && $0 <= 1 }) else { return raisedAt != nil }
    looks += 1
    let joining = -log(Double(looks)) - log(Double(looks + 1))
    for (place, part) in Self.parts.enumerated() {
      let bet = part / (1 + margin)
      let before = max(logs[place], joining)
      logs[place] = before + log(exp(logs[place] - before) + exp(joining - before))
      for difference in differences { logs[place] += log1p(bet * (difference - margin)) }
    }
    if raisedAt == nil, logEvidence >= threshold { raisedAt = looks }
    return raisedAt != nil
  }
}
