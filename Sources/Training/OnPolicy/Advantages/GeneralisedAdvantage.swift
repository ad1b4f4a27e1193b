/// Advantages of one episode from its rewards and a critic's values.
public enum GeneralisedAdvantage {
  /// δ_t = r_t + γ V_{t+1} − V_t and A_t = δ_t + γ λ A_{t+1}, with V = 0 behind the last step.
  ///
  /// - Parameters:
  ///   - rewards: r_t, `[time]`.
  ///   - values: V_t of the state before each step, `[time]`.
  ///   - gamma: discount in [0, 1].
  ///   - lambda: in [0, 1]; 1 gives what is still to come minus the value, 0 the one-step error.
  /// - Returns: A_t, and the returns A_t + V_t that a critic is fitted to; both `[time]`.
  ///
  /// Source: Schulman et al. 2016, "High-dimensional continuous control using generalized advantage
  /// estimation", equation 16.
  public static func estimate(
    rewards: [Double], values: [Double], gamma: Double, lambda: Double
  ) -> (advantages: [Double], returns: [Double]) {
    precondition(rewards.count == values.count, "one value for each reward")
    var advantages = [Double](repeating: 0, count: rewards.count)
    var next = (value: 0.0, advantage: 0.0)
    for time in rewards.indices.reversed() {
      let error = rewards[time] + gamma * next.value - values[time]
      next = (values[time], error + gamma * lambda * next.advantage)
      advantages[time] = next.advantage
    }
    return (advantages, zip(advantages, values).map { $0 + $1 })
  }
}
