/// Whether 2n judge calls are better spent on n prompts in both orders or on 2n prompts in one
/// random order each.
///
/// y = μ + prompt + (±) order + noise. Both orders of n prompts: Var = (σ_b² + σ_e²/2)/n. One random
/// order of 2n: (σ_b² + σ_o² + σ_e²)/(2n). Swapping is the better exactly where σ_o² > σ_b².
public struct SwapDesign: Sendable, Equatable {
  /// Sample variance of the prompts' means over both orders: σ_b² + σ_e²/2.
  public let betweenPrompts: Double
  /// Mean square of half the difference between the orders: σ_o² + σ_e²/2.
  public let withinPrompts: Double
  public let prompts: Int

  /// - Parameter pilot: each prompt's two scores, direct and swapped.
  /// - Returns: nil below two prompts or for a score that is not finite.
  public init?(_ pilot: [(direct: Double, swapped: Double)]) {
    let halves = pilot.map { ($0.direct - $0.swapped) / 2 }
    guard let between = Sample.variance(pilot.map { ($0.direct + $0.swapped) / 2 }),
      let within = Sample.mean(halves.map { $0 * $0 })
    else { return nil }
    betweenPrompts = between
    withinPrompts = within
    prompts = pilot.count
  }

  /// The standard error with one random order for each of twice the prompts, over that with both
  /// orders, for the same answers; nil where prompts do not differ.
  public var errorWithoutSwap: Double? {
    betweenPrompts > 0 ? ((1 + withinPrompts / betweenPrompts) / 2).squareRoot() : nil
  }
}
