import Recipe

/// The options of the objectives that compare the policy's distribution over K candidates with the
/// reward's.
struct RewardTemperatures: Equatable, Sendable {
  /// Inverse temperature β_π of the log-ratios. 0.5 is what the EXO authors' scripts use for
  /// summaries and dialogue (0.1 for film reviews).
  var betaPi = 0.5
  /// Temperature β_r of the rewards, in units of the reward. 0.5 from the same scripts; it is one
  /// degree of freedom with the reward's scale. The KL strength is β_r β_π.
  var betaR = 0.5

  init(betaPi: Double, betaR: Double) {
    self.betaPi = betaPi
    self.betaR = betaR
  }

  init(from section: Section) {
    betaPi = section.double(
      "beta_pi", default: betaPi, above: 0,
      about: "Inverse temperature of the log-ratios; 0.5 as the authors.")
    betaR = section.double(
      "beta_r", default: betaR, above: 0,
      about: "Temperature of the rewards, in their units; the KL strength is beta_r beta_pi.")
  }

  var options: [(name: String, value: String)] {
    [("beta_pi", "\(betaPi)"), ("beta_r", "\(betaR)")]
  }
}
