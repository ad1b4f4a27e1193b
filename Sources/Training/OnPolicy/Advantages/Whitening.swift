/// Brings numbers to mean 0 and deviation 1.
public enum Whitening {
  /// (v − mean) / √(variance + 1e-8), with the biased variance; equal numbers give 0.
  ///
  /// - Parameter keepsMean: adds the mean back, for rewards, whose sign means something.
  ///
  /// Source: Huang et al. 2024, "The N+ implementation details of RLHF with PPO", detail 18.
  public static func whitened(_ values: [Double], keepsMean: Bool = false) -> [Double] {
    guard !values.isEmpty else { return [] }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let scale = 1 / (variance + 1e-8).squareRoot()
    return values.map { ($0 - mean) * scale + (keepsMean ? mean : 0) }
  }
}
