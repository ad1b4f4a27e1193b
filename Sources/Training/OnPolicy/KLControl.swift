import Recipe

/// β, the strength of the pull towards the reference: fixed, or steered to a target divergence.
public struct KLControl: Equatable, Sendable {
  public struct Settings: Equatable, Sendable {
    /// β at the start; 0 for no pull.
    public var coefficient: Double
    /// The divergence to hold, in nats per completion; nil leaves β as it is.
    public var target: Double?
    /// Episodes over which β follows the error.
    public var horizon: Double

    public init(coefficient: Double, target: Double? = nil, horizon: Double = 10_000) {
      self.coefficient = coefficient
      self.target = target
      self.horizon = horizon
    }

    /// - Parameter usual: the default of β, which differs between methods.
    init(from section: Section, usual: Double) {
      coefficient = section.double(
        "kl", default: usual, atLeast: 0, about: "Beta, the pull to the reference; 0 for none.")
      target = section.optionalDouble(
        "kl_target", above: 0, about: "Divergence to hold, in nats per completion; beta follows.")
      // 10,000 episodes, as Ziegler et al.
      horizon = section.double(
        "kl_horizon", default: 10_000, above: 0,
        about: "Episodes over which beta follows the error.")
      if target == nil, section.has("kl_horizon") {
        section.mistake("kl_horizon", "only steers towards a kl_target, and there is none")
      }
      if target != nil, coefficient == 0 {
        section.mistake("kl_target", "multiplies kl, which is 0 and would stay so")
      }
    }
  }

  public let settings: Settings
  public var coefficient: Double

  public init(_ settings: Settings) {
    self.settings = settings
    coefficient = settings.coefficient
  }

  /// β ← β (1 + e n / horizon), with e = clip(KL / target − 1, ± 0.2).
  ///
  /// - Parameters:
  ///   - divergence: measured on the episodes, in nats per completion.
  ///   - episodes: n.
  ///
  /// Source: Ziegler et al. 2019, "Fine-tuning language models from human preferences", section 2.2.
  public mutating func follow(divergence: Double, episodes: Int) {
    guard let target = settings.target else { return }
    let error = min(0.2, max(-0.2, divergence / target - 1))
    coefficient *= 1 + error * Double(episodes) / settings.horizon
  }
}
