/// The true share of wins behind a judge that errs at known rates.
///
/// p = (q + sp − 1)/(se + sp − 1), q the judge's share, se its hit rate on true wins, sp on true
/// losses. Variance by the delta method, from all three: with J = se + sp − 1,
/// Var p = (Var q + p²·Var se + (1 − p)²·Var sp)/J².
///
/// Source: Rogan and Gladen 1978, "Estimating prevalence from the results of a screening test".
public enum RoganGladen {
  /// - Parameters:
  ///   - judged: the judge's wins among all its verdicts.
  ///   - hits: the judge's wins among prompts that humans call wins.
  ///   - rejections: the judge's losses among prompts that humans call losses.
  /// - Returns: the value and interval clipped to 0 … 1; nil for impossible counts or a judge no
  ///   better than chance, from whom nothing can be recovered.
  public static func estimate(
    judged: (wins: Int, of: Int), hits: (wins: Int, of: Int), rejections: (losses: Int, of: Int),
    confidence: Double = 0.95
  ) -> Estimate? {
    guard let share = Share(judged.wins, judged.of), let sensitivity = Share(hits.wins, hits.of),
      let specificity = Share(rejections.losses, rejections.of), confidence > 0, confidence < 1,
      let z = Normal.quantile((1 + confidence) / 2)
    else { return nil }
    let skill = sensitivity.value + specificity.value - 1
    guard skill > 0 else { return nil }
    let value = (share.value + specificity.value - 1) / skill
    let variance =
      (share.variance + value * value * sensitivity.variance
        + (1 - value) * (1 - value) * specificity.variance) / (skill * skill)
    let half = z * variance.squareRoot()
    func clipped(_ value: Double) -> Double { min(1, max(0, value)) }
    return Estimate(
      value: clipped(value), interval: Interval(clipped(value - half), clipped(value + half)),
      count: judged.of + hits.of + rejections.of,
      clusters: judged.of + hits.of + rejections.of)
  }

  private struct Share {
    let value: Double
    let variance: Double

    init?(_ events: Int, _ trials: Int) {
      guard trials > 0, (0...trials).contains(events) else { return nil }
      value = Double(events) / Double(trials)
      variance = value * (1 - value) / Double(trials)
    }
  }
}
